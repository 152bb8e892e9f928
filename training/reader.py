"""Train the reader of questions: ``python -m training.reader`` (``make train-reader``).

Reads ``training/questions/*.jsonl`` and the follow-ups of ``training/turns``, one file a writer,
keeps a twelfth of them aside for calibration and writes the weights and the card of
``catalog/reader``. ``--hold WRITER`` keeps a writer aside instead and only measures:
cross-validation by writer. A quarter of an hour of one core with AMX, half an hour without.
``--more`` goes on from the shipped reader when writers were added: 4 epochs at half the rate over
their questions and a third of the others, which changes in each epoch; the mean of the weights
before and after is what forgets nothing (Wortsman et al. 2022). Some 4 minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from assistant.catalog import Catalog, Model
from assistant.encoder.embedding import package_folder
from assistant.question import FORMS, MOST_STEPS, OUTSIDE
from training.reader_network import Network, faster

QUESTIONS = Path(__file__).with_name("questions")
TURNS = Path(__file__).with_name("turns")
PLACE = Path(__file__).parents[1] / "catalog/reader"
EPOCHS, BATCH, TOKENS = 6, 32, 64
RATE, HEAD_RATE, DECAY, CLIP, SMOOTH = 8e-4, 4e-3, 0.01, 1.0, 0.05
MORE, AGAIN = 4, 3  # epochs of ``--more``; of the others' questions one in so many comes again
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
_PICK = ("task", "count", "turn")  # heads of which one label is right
ASIDE = 12
CATALOG, MOST = "catalog", 300  # the writer of example questions, and how many of a task count
SEED = 0


@dataclass(frozen=True)
class Question:
    """A labelled question, or a follow-up in a conversation; ``forms`` and ``turns`` are those that
    may be meant. None is unlabelled."""

    text: str
    writer: str
    forms: tuple[str, ...] | None
    tasks: tuple[str, ...] | None
    several: dict[str, tuple[str, ...] | None]
    turns: tuple[str, ...] | None = None


def questions() -> list[Question]:
    """All questions, in the order of the files, then the catalog's."""
    found = []
    for file in sorted(QUESTIONS.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            several = {
                name: tuple(row[name]) if name in row else None
                for name in ("damage", "subjects", "aspects")
            }
            forms = tuple(row["form"].split("|"))
            found.append(Question(row["text"], file.stem, forms, tuple(row["tasks"]), several))
    return found + examples()


def examples() -> list[Question]:
    """The example questions of the built-in catalog's models: the task of the model, any form
    within the field; at most ``MOST`` of a task, spread over its models."""
    unsaid: dict[str, tuple[str, ...] | None] = dict.fromkeys(("damage", "subjects", "aspects"))
    by_task: dict[str, list[str]] = {}
    for entry in Catalog.load():
        if isinstance(entry, Model) and entry.task:
            by_task.setdefault(entry.task, []).extend(entry.example_questions)
    found, inside = [], tuple(form for form in FORMS if form != OUTSIDE)
    for task, texts in sorted(by_task.items()):
        once = sorted(set(texts), key=lambda text: hashlib.sha256(text.encode()).digest())
        found += [Question(t, CATALOG, inside, (task,), unsaid) for t in once[:MOST]]
    return found


def follow_ups() -> list[Question]:
    """What people say in the middle of a conversation, labelled with what they want."""
    unsaid: dict[str, tuple[str, ...] | None] = dict.fromkeys(("damage", "subjects", "aspects"))
    return [
        Question(
            row["text"], f"turns/{file.stem}", None, None, unsaid, tuple(row["kind"].split("|"))
        )
        for file in sorted(TURNS.glob("*.jsonl"))
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    ]


def labels_of(rows: Sequence[Question]) -> dict[str, list[str]]:
    """The labels of each head, the commonest first."""
    labels = {"form": list(FORMS), "task": _common(row.tasks or () for row in rows)}
    for name in ("damage", "subjects", "aspects"):
        labels[name] = _common(row.several[name] or () for row in rows)
    counts = [str(number) for number in range(MOST_STEPS + 1)]
    turns = _common(row.turns or () for row in rows)
    return {**labels, "steps": labels["task"], "count": counts, "turn": turns}


def _common(lists: Any) -> list[str]:
    return [name for name, _ in Counter(itertools.chain.from_iterable(lists)).most_common()]


class Trainer:
    """Tokens, targets and losses of questions."""

    def __init__(self, rows: Sequence[Question]) -> None:
        folder = package_folder()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS)
        self.labels = labels_of(rows)
        self.ids = {row.text: self.tokenizer.encode(row.text).ids for row in rows}
        weights = load_file(folder / "model.safetensors")
        self.network = Network(weights, {name: len(of) for name, of in self.labels.items()})

    def go_on(self, place: Path, card: dict[str, Any]) -> None:
        """Take over a reader; what is new among its labels starts from chance."""
        arrays = load_file(place / "reader.safetensors")
        with torch.no_grad():
            for key, value in self.network.changes.state_dict().items():
                held = arrays[key.replace("/", ".")].float()
                value.copy_(held / 2 if key.endswith(".up") else held)
            for head, labels in self.labels.items():
                for name, value in self.network.heads[head].state_dict().items():
                    held = arrays[f"{head}.{name}"].float()
                    for n, label in enumerate(labels):
                        if label in card["labels"][head]:
                            value[n] = held[card["labels"][head].index(label)]

    def scores(self, rows: Sequence[Question]) -> dict[str, Tensor]:
        """The scores of each head, (rows, labels)."""
        ids = [self.ids[row.text] for row in rows]
        wide = max(map(len, ids))
        padded = torch.tensor([one + [0] * (wide - len(one)) for one in ids])
        mask = torch.tensor([[1.0] * len(one) + [0.0] * (wide - len(one)) for one in ids])
        found: dict[str, Tensor] = self.network(padded, mask)
        return found

    def targets(self, rows: Sequence[Question]) -> dict[str, Tensor]:
        """What each head should say; NaN where a question is not labelled."""
        said: dict[str, list[tuple[str, ...] | None]] = {
            "form": [row.forms for row in rows],
            "task": [row.tasks for row in rows],
            "steps": [row.tasks for row in rows],
            "count": [
                None if row.tasks is None else (str(min(MOST_STEPS, len(row.tasks))),)
                for row in rows
            ],
            "turn": [row.turns for row in rows],
            **{n: [row.several[n] for row in rows] for n in ("damage", "subjects", "aspects")},
        }
        return {
            head: torch.tensor(
                [
                    [
                        float("nan") if of is None else float(name in of)
                        for name in self.labels[head]
                    ]
                    for of in lists
                ]
            )
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
            elif head in _PICK:
                log = functional.log_softmax(x, 1)
                share = y / y.sum(1, keepdim=True)
                one = -(1 - SMOOTH) * (share * log).sum(1) - SMOOTH * log.mean(1)
            else:
                one = functional.binary_cross_entropy_with_logits(x, y, reduction="none").sum(1)
            total = total + part * one.mean()
        return total

    def train(self, epochs: Sequence[Sequence[Question]], share: float) -> None:
        """AdamW with a warm start and a falling rate over shuffled batches of like length.

        ``share`` is that of the full rate.
        """
        heads = list(self.network.heads.parameters())
        changes = list(self.network.changes.parameters())
        groups = [
            {"params": changes, "lr": share * RATE},
            {"params": heads, "lr": share * HEAD_RATE},
        ]
        optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
        steps = sum(-(-len(rows) // BATCH) for rows in epochs)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
        )
        self.network.train()
        start = time.time()
        for epoch, rows in enumerate(epochs, 1):
            total, count = 0.0, 0
            for batch in self._batches(list(rows)):
                with faster():
                    loss = self.loss(batch)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
                optimizer.step()
                schedule.step()
                total, count = total + loss.item(), count + 1
            _tell(f"epoch {epoch}: loss {total / count:.3f}, {time.time() - start:.0f} s")
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


def before(rows: Sequence[Question]) -> dict[str, dict[str, float]]:
    """How much oftener one task stands before another, -1 to 1, where both are asked for."""
    counts = Counter(pair for row in rows for pair in itertools.combinations(row.tasks or (), 2))
    found: dict[str, dict[str, float]] = {}
    for one, other in {tuple(sorted(pair)) for pair in counts}:
        first, second = counts[one, other], counts[other, one]
        lead = round((first - second) / (first + second + 1), 3)
        found.setdefault(one, {})[other] = lead
        found.setdefault(other, {})[one] = -lead
    return found


def measured(trainer: Trainer, rows: Sequence[Question]) -> dict[str, float]:
    """What a head gets right on questions that it was not trained on."""
    scores = trainer.outputs(rows)
    said = {
        head: [trainer.labels[head][int(n)] for n in scores[head].argmax(1)]
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


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _share(hits: Any) -> float:
    found = list(hits)
    return round(sum(found) / len(found), 3) if found else float("nan")


def main() -> int:
    """Train and write the reader, or measure with a writer kept aside."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hold", help="a writer to keep aside; nothing is written")
    parser.add_argument("--more", action="store_true", help="go on from the shipped reader")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    torch.set_num_threads(options.threads)
    rows = questions() + follow_ups()

    def aside(row: Question) -> bool:
        if options.hold:
            return bool(row.writer == options.hold)
        return hashlib.sha256(row.text.encode()).digest()[0] % ASIDE == 0

    trainer = Trainer(rows)
    kept = [row for row in rows if aside(row)]
    taught = [row for row in rows if not aside(row)]
    if options.more:
        had = json.loads((PLACE / "reader.json").read_text("utf-8"))
        trainer.go_on(PLACE, had)
        new = [row for row in taught if row.writer not in had["questions"]]
        known = [row for row in taught if row.writer in had["questions"]]
        random.shuffle(known)
        start = {name: value.clone() for name, value in trainer.network.state_dict().items()}
        trainer.train([new + known[n % AGAIN :: AGAIN] for n in range(MORE)], 0.5)
        end = trainer.network.state_dict()
        trainer.network.load_state_dict({name: (end[name] + start[name]) / 2 for name in end})
    else:
        trainer.train([taught] * EPOCHS, 1.0)
    result = measured(trainer, kept)
    _tell(json.dumps(result))
    if options.hold:
        return 0
    scores, wanted = trainer.outputs(kept), trainer.targets(kept)
    heads = {
        head: temperature(scores[head], wanted[head], single=head in ("form", *_PICK))
        for head in trainer.labels
    }
    PLACE.mkdir(exist_ok=True)
    save_file(trainer.network.arrays(), PLACE / "reader.safetensors")
    card = {
        "heads": heads,
        "labels": trainer.labels,
        "before": before(rows),
        "questions": dict(Counter(row.writer for row in rows)),
        "digest": hashlib.sha256("\n".join(sorted(r.text for r in rows)).encode()).hexdigest(),
        "epochs": [*had["epochs"], MORE] if options.more else [EPOCHS],
        "aside": result,
    }
    (PLACE / "reader.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
