"""Train the network that reads a sentence beside its facts: MiniLM with a low-rank
change, a look over the sentence's words and one head. Used by ``training.checker``.

Besides the labelled sentences it sees some of them with their polarity, or that of their best
fact, turned, and facts themselves, whole, in part or changed: so it learns to compare, not how
those sound who wrote false sentences.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from assistant.checking.paired import Told, joined
from assistant.encoder.embedding import package_folder
from training.descent import Descent, padded
from training.reader_network import WIDTH, Network, faster
from training.turned import contrary, part, turned

FIRST = 0  # layers before it stay as they are
EPOCHS, BATCH, SEED = 5, 32, 0
RATE, HEAD_RATE, DECAY, CLIP, SMOOTH, WARM = 8e-4, 4e-3, 0.01, 1.0, 0.02, 60
MADE = 0.3  # share of the true sentences that come once more, turned
RETOLD = 0.5  # share of the sentences beside which one of their facts is said, or its contrary


class Pair(NamedTuple):
    """A sentence, its facts, and whether they carry it."""

    text: str
    facts: tuple[Told, ...]
    true: bool


Tokens = tuple[list[int], int, float]
"""Tokens of a sentence and its facts, how many are the sentence's, its label."""


class PairedNetwork(Network):
    """Tokens to one logit: the mean of the sentence's states, weighed by a look at each."""

    def __init__(self) -> None:
        super().__init__(load_file(package_folder() / "model.safetensors"), {}, first=FIRST)
        self.look = nn.Linear(WIDTH, 1)
        self.head = nn.Linear(WIDTH, 1)

    def logits(self, ids: Tensor, mask: Tensor, said: Tensor) -> Tensor:
        """(texts,) of token ids, what is text and what is the sentence, (texts, tokens) each."""
        states = self.states(ids, mask).float()
        with torch.autocast("cpu", enabled=False):
            looks = self.look(states)[..., 0].masked_fill(said == 0, -1e4).softmax(1)
            logits: Tensor = self.head((looks[..., None] * states).sum(1))[:, 0]
        return logits

    def arrays(self) -> dict[str, Tensor]:
        """What ships."""
        ends = {"look.weight": self.look.weight, "head.weight": self.head.weight}
        ends["head.bias"] = self.head.bias  # that of the look changes nothing
        return super().arrays() | {name: x.detach().half() for name, x in ends.items()}


class Trainer:
    """One training, the same for the same pairs."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 - for shuffling
        tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._known: dict[str, list[int]] = {}
        self._tokenizer = tokenizer
        self._pairs = pairs
        self.network = PairedNetwork()

    def train(self) -> None:
        """AdamW with a warm start and a falling rate over shuffled batches of like length."""
        network, rng = self.network, self._random
        changes = list(network.changes.parameters())
        ends = [*network.look.parameters(), *network.head.parameters()]
        groups = [{"params": changes, "lr": RATE}, {"params": ends, "lr": HEAD_RATE}]
        steps = (len(list(self._epoch())) // BATCH + 1) * EPOCHS
        descent = Descent(network, groups, steps, decay=DECAY, warm=WARM, clip=CLIP)
        network.train()
        start = time.time()
        for epoch in range(EPOCHS):
            rows, batches, total = list(self._epoch()), [], 0.0
            rng.shuffle(rows)
            for n in range(0, len(rows), 16 * BATCH):
                pool = sorted(rows[n : n + 16 * BATCH], key=lambda row: len(row[0]))
                batches += [pool[m : m + BATCH] for m in range(0, len(pool), BATCH)]
            rng.shuffle(batches)
            for batch in batches:
                wanted = torch.tensor([row[2] for row in batch]) * (1 - 2 * SMOOTH) + SMOOTH
                loss = functional.binary_cross_entropy_with_logits(self._logits(batch), wanted)
                total += descent.step(loss)
            loss_now, took = total / len(batches), time.time() - start
            sys.stderr.write(f"epoch {epoch + 1}: loss {loss_now:.3f}, {took:.0f} s\n")
        network.eval()

    def _logits(self, batch: Sequence[Tokens]) -> Tensor:
        ids, mask = padded([one for one, _, _ in batch])
        said = (torch.arange(ids.shape[1]) < torch.tensor([[n] for _, n, _ in batch])).float()
        with faster():
            return self.network.logits(ids, mask, said)

    def _epoch(self) -> Iterator[Tokens]:
        """All sentences, and some once more, turned; other ones in each epoch."""
        rng = self._random
        for text, facts, true in self._pairs:
            yield self._tokens(text, facts, true)
            if not facts:
                continue
            (owner, best), *others = facts
            if true and rng.random() < MADE:
                other, way = turned(text, rng), rng.random()
                if way < 0.6:
                    if other:
                        yield self._tokens(other, facts, False)
                elif fact := turned(best, rng):
                    yield self._tokens(text, ((owner, fact), *others), False)
            if rng.random() < RETOLD:
                owner, fact = rng.choice(facts)
                said = part(fact, owner, rng)
                other = contrary(said, rng) if rng.random() < 0.6 else None
                yield self._tokens(other or said, facts, not other)

    def _tokens(self, text: str, facts: tuple[Told, ...], true: bool) -> Tokens:
        return *joined(self._ids, text, facts), float(true)

    def _ids(self, text: str) -> list[int]:
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]
