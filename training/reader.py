"""Train the reader of questions: ``python -m training.reader`` (``make train-reader``).

Reads ``training/questions/*.jsonl`` and the follow-ups of ``training/turns``, one file a writer,
keeps a twelfth of them aside for calibration and writes the weights and the card of
``catalog/reader``. ``--hold WRITER`` keeps a writer aside instead and only measures:
cross-validation by writer. Each of ``SEEDS`` gives a member, whose scores are averaged: half an
hour of one core for each, half of that with AMX. ``--on WRITER ...`` goes on from the weights that
ship: what these writers ask beside a share of all the rest, in a tenth of the time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from assistant.question import OUTSIDE
from training.reader_questions import Question, before, follow_ups, labels_of, questions
from training.reader_trainer import PICK, Trainer, tell

PLACE = Path(__file__).parents[1] / "catalog/reader"
EPOCHS = 6
ASIDE = 12
SEEDS = (0, 1, 2)
ON, BESIDE, SHARE = 3, 2.5, 0.5  # going on: epochs, other rows for each new one, share of the rates


def temperature(scores: Tensor, wanted: Tensor, *, single: bool) -> float:
    """What to divide scores by so that their probabilities are true: least loss on a grid."""
    known = ~torch.isnan(wanted).any(1) & ((wanted.sum(1) > 0) | (not single))
    x, y = scores[known], wanted[known]

    def loss(t: float) -> float:
        if single:
            log = functional.log_softmax(x / t, 1)
            return float(-torch.logsumexp(log.masked_fill(y == 0, -1e9), 1).mean())
        return float(functional.binary_cross_entropy_with_logits(x / t, y))

    return min((0.5 + 0.05 * n for n in range(60)), key=loss)


def measured(
    scores: dict[str, Tensor], labels: dict[str, list[str]], rows: Sequence[Question]
) -> dict[str, float]:
    """What the heads get right on questions that they were not trained on."""
    said = {
        head: [labels[head][int(n)] for n in scores[head].argmax(1)]
        for head in ("task", "form", "turn")
    }
    tasks = [(r.tasks, f) for r, f in zip(rows, said["task"], strict=True) if r.tasks]
    forms = [(r.forms, f) for r, f in zip(rows, said["form"], strict=True) if r.forms]
    outside = [f == OUTSIDE for of, f in forms if of == (OUTSIDE,)]
    inside = [f == OUTSIDE for of, f in forms if of != (OUTSIDE,)]
    return {
        "questions": len(rows),
        "task of one": _share(f == of[0] for of, f in tasks if len(of) == 1),
        "a task of several": _share(f in of for of, f in tasks if len(of) > 1),
        "form": _share(f in of for of, f in forms),
        "outside found": _share(outside),
        "refused within": _share(inside),
        "turn": _share(f in r.turns for r, f in zip(rows, said["turn"], strict=True) if r.turns),
    }


def tell_apart(
    scores: dict[str, Tensor],
    labels: dict[str, list[str]],
    rows: Sequence[Question],
    writers: Sequence[str],
) -> None:
    """Say what is right of the questions by some writers, and by all others."""
    for name, theirs in (("new", True), ("others", False)):
        mask = [(row.writer in writers) is theirs for row in rows]
        part = {head: table[torch.tensor(mask)] for head, table in scores.items()}
        chosen = [row for row, one in zip(rows, mask, strict=True) if one]
        tell(f"{name}: {json.dumps(measured(part, labels, chosen))}")


def _share(hits: Any) -> float:
    found = list(hits)
    return round(sum(found) / len(found), 3) if found else float("nan")


def parted(
    rows: Sequence[Question], writers: Sequence[str], known: Container[str]
) -> tuple[list[Question], list[Question]]:
    """What is new to a reader that knows these tasks, and the rest: what the writers ask, and
    whoever asks for another task."""

    def new(row: Question) -> bool:
        return row.writer in writers or any(task not in known for task in row.tasks or ())

    return [row for row in rows if new(row)], [row for row in rows if not new(row)]


def main() -> int:
    """Train and write the reader, or measure with a writer kept aside."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hold", help="a writer to keep aside; nothing is written")
    parser.add_argument("--on", nargs="+", default=[], help="writers who are new to what ships")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = questions() + follow_ups()
    if unknown := set(options.on) - {row.writer for row in rows}:
        parser.error(f"no questions by {', '.join(sorted(unknown))} in training/questions")
    if options.on and options.hold:
        parser.error("what ships has learned from every writer: take --hold without --on")

    def aside(row: Question) -> bool:
        if options.hold:
            return bool(row.writer == options.hold)
        return hashlib.sha256(row.text.encode()).digest()[0] % ASIDE == 0

    kept = [row for row in rows if aside(row)]
    taught = [row for row in rows if not aside(row)]
    labels, shipped = labels_of(rows), {}
    new: list[Question] = []
    rest = taught
    if options.on:
        shipped = load_file(PLACE / "reader.safetensors")
        known = json.loads((PLACE / "reader.json").read_text("utf-8"))["labels"]
        new, rest = parted(taught, options.on, {*known["task"]})
        labels = {head: list(dict.fromkeys((*known[head], *labels[head]))) for head in labels}
    arrays: dict[str, Tensor] = {}
    said: list[dict[str, Tensor]] = []
    for number, seed in enumerate(SEEDS):
        torch.manual_seed(seed)
        random.seed(seed)
        trainer = Trainer(rows, labels)
        if new:
            start = f"{number}/"
            trainer.network.take(
                {k.removeprefix(start): v for k, v in shipped.items() if k.startswith(start)}
            )
            beside = int(BESIDE * len(new))
            trainer.train([new + random.sample(rest, beside) for _ in range(ON)], SHARE)
        else:
            trainer.train([taught] * EPOCHS)
        said.append(trainer.outputs(kept))
        arrays |= {f"{number}/{key}": array for key, array in trainer.network.arrays().items()}
    scores = {head: torch.stack([one[head] for one in said]).mean(0) for head in trainer.labels}
    result = measured(scores, trainer.labels, kept)
    tell(json.dumps(result))
    if new:
        tell_apart(scores, trainer.labels, kept, options.on)
    if options.hold:
        return 0
    wanted = trainer.targets(kept)
    heads = {
        head: temperature(scores[head], wanted[head], single=head in ("form", *PICK))
        for head in trainer.labels
    }
    PLACE.mkdir(exist_ok=True)
    save_file(arrays, PLACE / "reader.safetensors")
    card = {
        "heads": heads,
        "labels": trainer.labels,
        "before": before(rows),
        "questions": dict(Counter(row.writer for row in rows)),
        "digest": hashlib.sha256("\n".join(sorted(r.text for r in rows)).encode()).hexdigest(),
        "epochs": EPOCHS,
        "seeds": SEEDS,
        "aside": result,
    }
    (PLACE / "reader.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
