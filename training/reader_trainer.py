"""How the reader of questions learns: tokens, targets and losses of its heads, batches, rates."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from assistant.encoder.embedding import package_folder
from assistant.question import MOST_STEPS
from training.descent import Descent, padded
from training.reader_network import Network, faster
from training.reader_questions import SEVERAL, Labels, Question, labels_of

BATCH, TOKENS = 32, 64
RATE, HEAD_RATE, DECAY, CLIP, SMOOTH = 8e-4, 4e-3, 0.01, 1.0, 0.05
WARM = 100  # steps until the full rate, which then falls in a line
PARTS = {  # weights of the heads' losses
    "form": 0.5,
    "task": 1.0,
    "steps": 0.8,
    "count": 0.3,
    "damage": 0.2,
    "subjects": 0.2,
    "aspects": 0.2,
    "turn": 0.5,
}
PICK = ("task", "count", "turn")  # heads of which one label is right
NAN = float("nan")


class Trainer:
    """Tokens, targets and losses of questions."""

    def __init__(
        self, rows: Sequence[Question], labels: dict[str, list[str]] | None = None
    ) -> None:
        folder = package_folder()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS)
        self.labels = labels or labels_of(rows)
        self.ids = {row.text: self.tokenizer.encode(row.text).ids for row in rows}
        weights = load_file(folder / "model.safetensors")
        self.network = Network(weights, {name: len(of) for name, of in self.labels.items()})

    def scores(self, rows: Sequence[Question]) -> dict[str, Tensor]:
        """The scores of each head, (rows, labels)."""
        ids, mask = padded([self.ids[row.text] for row in rows])
        found: dict[str, Tensor] = self.network(ids, mask)
        return found

    def targets(self, rows: Sequence[Question]) -> dict[str, Tensor]:
        """What each head should say; NaN where a question is not labelled."""
        said: dict[str, list[Labels]] = {
            "form": [row.forms for row in rows],
            "task": [row.tasks for row in rows],
            "steps": [row.tasks for row in rows],
            "count": [
                None if row.tasks is None else (str(min(MOST_STEPS, len(row.tasks))),)
                for row in rows
            ],
            "turn": [row.turns for row in rows],
            **{name: [row.several[name] for row in rows] for name in SEVERAL},
        }

        def row(head: str, right: Labels) -> list[float]:
            return [NAN if right is None else float(name in right) for name in self.labels[head]]

        return {
            head: torch.tensor([row(head, right) for right in lists])
            for head, lists in said.items()
        }

    def loss(self, rows: Sequence[Question]) -> Tensor:
        """The weighted sum of the heads' losses."""
        scores, wanted = self.scores(rows), self.targets(rows)
        total = torch.zeros(())
        for head, part in PARTS.items():
            x, y = scores[head].float(), wanted[head]
            known = ~torch.isnan(y).any(1) & ((y.sum(1) > 0) | (head != "task"))
            if not known.any():
                continue
            x, y = x[known], y[known]
            if head == "form":  # any of the forms that may be meant
                log = functional.log_softmax(x, 1)
                right = torch.logsumexp(log.masked_fill(y == 0, -1e9), 1)
                one = -(1 - SMOOTH) * right - SMOOTH * log.mean(1)
            elif head in PICK:
                share = y / y.sum(1, keepdim=True)
                one = functional.cross_entropy(x, share, reduction="none", label_smoothing=SMOOTH)
            else:
                one = functional.binary_cross_entropy_with_logits(x, y, reduction="none").sum(1)
            total = total + part * one.mean()
        return total

    def train(self, epochs: Sequence[Sequence[Question]], share: float = 1.0) -> None:
        """AdamW with a warm start and a falling rate over shuffled batches of like length;
        ``share`` of the usual rates."""
        groups = [
            {"params": list(self.network.changes.parameters()), "lr": share * RATE},
            {"params": list(self.network.heads.parameters()), "lr": share * HEAD_RATE},
        ]
        steps = sum(-(-len(rows) // BATCH) for rows in epochs)
        descent = Descent(self.network, groups, steps, decay=DECAY, warm=WARM, clip=CLIP)
        self.network.train()
        start = time.time()
        for epoch, rows in enumerate(epochs, 1):
            total, count = 0.0, 0
            for batch in self._batches(list(rows)):
                with faster():
                    loss = self.loss(batch)
                total, count = total + descent.step(loss), count + 1
            tell(f"epoch {epoch}: loss {total / count:.3f}, {time.time() - start:.0f} s")
        self.network.eval()

    def _batches(self, rows: list[Question]) -> Iterator[list[Question]]:
        random.shuffle(rows)
        found = []
        for start in range(0, len(rows), 16 * BATCH):
            pool = sorted(rows[start : start + 16 * BATCH], key=lambda r: len(self.ids[r.text]))
            found += [pool[n : n + BATCH] for n in range(0, len(pool), BATCH)]
        random.shuffle(found)
        yield from found

    @torch.no_grad()
    def outputs(self, rows: Sequence[Question]) -> dict[str, Tensor]:
        """The scores of many questions."""
        parts = [self.scores(rows[n : n + 64]) for n in range(0, len(rows), 64)]
        return {head: torch.cat([part[head] for part in parts]) for head in self.labels}


def tell(line: str) -> None:
    """Say how far the training is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
