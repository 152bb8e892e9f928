"""Train what tells which sentences answer a question: ``python -m training.bearing``
(``make train-bearing``).

Reads ``training/answers``: per task the sentences that the catalog has and questions, each with
the sentences that answer it and those that are only near. Questions that are a sentence's ``own``
came with it and were held against no other. A low-rank change of MiniLM learns to put a question
beside what answers it and away from what grazes it; a line through the cosines says how likely a
sentence answers. A tenth of the questions is kept aside to measure, and those of it that were
judged for that line; ``--hold TASK ...`` keeps whole tasks aside instead and only measures.
``TASK-asked`` holds later questions, judged beside the nearest sentences of all tasks; those that
only graze it are ``far``. ``training/choices`` adds questions with the sentence of a model's
record that decides for it.
``--on`` goes on from the weights that ship: what was judged first and all that has come since.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from assistant.encoder.embedding import package_folder
from assistant.nearness import SHARED, roots
from training.bearing_questions import ASKED, Asked, Task, batches, only, parted, tasks
from training.descent import Descent, padded
from training.reader_network import Network, faster
from training.reader_trainer import tell

PLACE = Path(__file__).parents[1] / "catalog/bearing"
TOKENS, SEED = 96, 0
EPOCHS, OTHERS = 6, 16  # other facts of a batch
RATE, DECAY, CLIP, WARM, SHARP = 6e-4, 0.01, 1.0, 60, 20.0
NEAR = 0.2  # what a sentence that is only near counts beside one that answers
ON, SHARE = 2, 0.5  # going on: epochs, share of the rate
LOOKED = 5  # sentences of a question that calibrate


class Trainer:
    """The network, the tokens of all texts, and what the loss is."""

    def __init__(self, texts: Sequence[str]) -> None:
        folder = package_folder()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(TOKENS)
        self.ids = {text: tokenizer.encode(text).ids for text in texts}
        self.network = Network(load_file(folder / "model.safetensors"), {})

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors (texts, 384), those of like length together."""
        order = sorted(range(len(texts)), key=lambda n: len(self.ids[texts[n]]))
        parts = []
        for start in range(0, len(order), 32):
            ids, mask = padded([self.ids[texts[n]] for n in order[start : start + 32]])
            states = self.network.states(ids, mask).float()
            pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            parts.append(functional.normalize(pooled, dim=1))
        back = torch.tensor(order).argsort()
        return torch.cat(parts)[back]

    def loss(self, batch: Sequence[tuple[Task, Sequence[Asked]]]) -> Tensor:
        """How far the questions are from what answers them beside all sentences of the batch."""
        asked = [q for _, questions in batch for q in questions]
        pool: dict[str, None] = {}
        for task, questions in batch:
            pool |= dict.fromkeys(t for q in questions for t in (*q.best, *q.near, *q.far))
            pool |= dict.fromkeys(random.sample(task.facts, min(OTHERS, len(task.facts))))
        facts = list(pool)
        vectors = self.vectors([*(q.text for q in asked), *facts])
        scores = SHARP * vectors[: len(asked)] @ vectors[len(asked) :].T
        wanted = torch.zeros_like(scores)
        for row, q in enumerate(asked):
            for text in facts:
                if text in q.best or text in q.near:
                    wanted[row, facts.index(text)] = 1.0 if text in q.best else NEAR
        wanted = wanted / wanted.sum(1, keepdim=True)
        return functional.cross_entropy(scores, wanted)

    def train(self, epochs: Sequence[Sequence[Task]], share: float = 1.0) -> None:
        """AdamW with a warm start and a falling rate, a ``share`` of the usual one."""
        groups = [{"params": list(self.network.changes.parameters()), "lr": share * RATE}]
        steps = sum(1 for rows in epochs for _ in batches(rows))
        descent = Descent(self.network, groups, steps, decay=DECAY, warm=WARM, clip=CLIP)
        start = time.time()
        for epoch, rows in enumerate(epochs, 1):
            self.network.train()
            total = []
            for batch in batches(rows):
                with faster():
                    loss = self.loss(batch)
                total.append(descent.step(loss))
            tell(f"epoch {epoch}: loss {np.mean(total):.3f}, {time.time() - start:.0f} s")
        self.network.eval()


@torch.no_grad()
def ranked(trainer: Trainer, rows: Sequence[Task]) -> list[tuple[Asked, list[tuple[float, str]]]]:
    """Each question that has an answer, and its task's sentences with how near they are, the
    nearest first."""
    found = []
    for task in rows:
        asked = [q for q in task.questions if q.best]
        if not asked:
            continue
        scores = trainer.vectors([q.text for q in asked]) @ trainer.vectors(task.facts).T
        for q, row in zip(asked, scores.tolist(), strict=True):
            words = [SHARED * len(roots(q.text) & roots(text)) for text in task.facts]
            near = [cosine + more for cosine, more in zip(row, words, strict=True)]
            found.append((q, sorted(zip(near, task.facts, strict=True), reverse=True)))
    return found


def measured(trainer: Trainer, rows: Sequence[Task]) -> dict[str, float]:
    """How often the sentence put first answers, answers or is near, and the mean reciprocal rank
    of the first that answers."""
    found = ranked(trainer, rows)
    tops = [(q, order[0][1]) for q, order in found]
    ranks = [next(n for n, (_, t) in enumerate(order, 1) if t in q.best) for q, order in found]
    return {
        "questions": len(found),
        "answers": round(float(np.mean([top in q.best for q, top in tops])), 3),
        "answers or near": round(float(np.mean([top in (*q.best, *q.near) for q, top in tops])), 3),
        "reciprocal rank": round(float(np.mean([1 / rank for rank in ranks])), 3),
    }


def by_part(trainer: Trainer, rows: Sequence[Task]) -> dict[str, dict[str, float]]:
    """What is measured of the questions that were judged against all sentences of their task, of
    those against the nearest of all tasks, and of the sentences' own."""
    parts = {
        "judged": plainly(rows),
        "asked": [task for task in rows if task.name.endswith(ASKED)],
        "own": only(rows, own=True),
    }
    return {name: measured(trainer, part) for name, part in parts.items()}


def plainly(rows: Sequence[Task]) -> list[Task]:
    """The tasks with the questions that were judged against all their sentences."""
    return [task for task in only(rows, own=False) if not task.name.endswith(ASKED)]


def calibrated(trainer: Trainer, rows: Sequence[Task]) -> tuple[float, float]:
    """Slope and offset that make of a nearness how likely the sentence answers or is near: logistic
    regression on the nearest of each question."""
    pairs = [
        (near, float(text in (*q.best, *q.near)))
        for q, order in ranked(trainer, rows)
        for near, text in order[:LOOKED]
    ]
    x, y = torch.tensor(pairs).T
    line = torch.tensor([10.0, -5.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=200)

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = functional.binary_cross_entropy_with_logits(line[0] * x + line[1], y)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    slope, offset = line.tolist()
    return slope, offset


def main() -> int:
    """Train and write the change, or measure with tasks kept aside."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hold", nargs="*", default=[], help="tasks kept aside; writes nothing")
    parser.add_argument("--on", action="store_true", help="go on from what ships")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.on and options.hold:
        parser.error("what ships has learned every task: take --hold without --on")
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    random.seed(SEED)
    rows = tasks()
    trainer = Trainer(
        [t for task in rows for t in (*task.facts, *(q.text for q in task.questions))]
    )
    held = [task for task in rows if task.name in options.hold]
    aside, taught = parted([task for task in rows if task not in held])
    trainer.network.eval()
    if options.on:
        trainer.network.take(load_file(PLACE / "bearing.safetensors"))
    before = by_part(trainer, held or aside)
    if options.on:
        trainer.train([taught] * ON, SHARE)
    else:
        trainer.train([taught] * EPOCHS)
    result = by_part(trainer, held or aside)
    tell(f"before {json.dumps(before)}\nafter {json.dumps(result)}")
    if held:
        return 0
    slope, offset = calibrated(trainer, plainly(aside))  # bounds were chosen on this scale
    card = {
        "slope": round(slope, 3),
        "offset": round(offset, 3),
        "questions": {task.name: len(task.questions) for task in rows},
        "sentences": len({text for task in rows for text in task.facts}),
        "epochs": [EPOCHS, ON] if options.on else EPOCHS,
        "seed": SEED,
        "aside": result,
        "aside before": before,
    }
    PLACE.mkdir(exist_ok=True)
    save_file(trainer.network.arrays(), PLACE / "bearing.safetensors")
    (PLACE / "bearing.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
