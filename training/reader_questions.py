"""What the reader of questions is taught: labelled questions and follow-ups, one file a writer."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.catalog import Catalog, Model
from assistant.question import FORMS, MOST_STEPS, OUTSIDE

CATALOG, MOST = "catalog", 300  # the writer of example questions, and how many of a task count
SEVERAL = ("damage", "subjects", "aspects")  # heads of which several labels may be right
Labels = tuple[str, ...] | None
"""Those that are right; None is unlabelled."""


@dataclass(frozen=True)
class Question:
    """A labelled question, or a follow-up in a conversation; ``forms`` and ``turns`` are those that
    may be meant."""

    text: str
    writer: str
    forms: Labels = None
    tasks: Labels = None
    several: dict[str, Labels] = field(default_factory=lambda: dict.fromkeys(SEVERAL))
    turns: Labels = None


def questions() -> list[Question]:
    """All questions, in the order of the files, then the catalog's."""
    found = []
    for writer, row in _rows("questions"):
        several = {name: tuple(row[name]) if name in row else None for name in SEVERAL}
        forms = tuple(row["form"].split("|"))
        found.append(Question(row["text"], writer, forms, tuple(row["tasks"]), several))
    return found + examples()


def examples() -> list[Question]:
    """The example questions of the built-in catalog's models: the task of the model, any form
    within the field; at most ``MOST`` of a task, spread over its models."""
    by_task: dict[str, list[str]] = {}
    for entry in Catalog.load():
        if isinstance(entry, Model) and entry.task:
            by_task.setdefault(entry.task, []).extend(entry.example_questions)
    found, inside = [], tuple(form for form in FORMS if form != OUTSIDE)
    for task, texts in sorted(by_task.items()):
        once = sorted(set(texts), key=lambda text: hashlib.sha256(text.encode()).digest())
        found += [Question(text, CATALOG, inside, (task,)) for text in once[:MOST]]
    return found


def follow_ups() -> list[Question]:
    """What people say in the middle of a conversation, labelled with what they want."""
    return [
        Question(row["text"], f"turns/{writer}", turns=tuple(row["kind"].split("|")))
        for writer, row in _rows("turns")
    ]


def _rows(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(Path(__file__).with_name(folder).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            yield file.stem, json.loads(line)


def labels_of(rows: Sequence[Question]) -> dict[str, list[str]]:
    """The labels of each head, the commonest first."""
    labels = {"form": list(FORMS), "task": _common(row.tasks or () for row in rows)}
    for name in SEVERAL:
        labels[name] = _common(row.several[name] or () for row in rows)
    counts = [str(number) for number in range(MOST_STEPS + 1)]
    turns = _common(row.turns or () for row in rows)
    return {**labels, "steps": labels["task"], "count": counts, "turn": turns}


def _common(lists: Any) -> list[str]:
    return [name for name, _ in Counter(itertools.chain.from_iterable(lists)).most_common()]


def before(rows: Sequence[Question]) -> dict[str, dict[str, float]]:
    """How much oftener one task stands before another, -1 to 1, where both are asked for."""
    counts = Counter(pair for row in rows for pair in itertools.combinations(row.tasks or (), 2))
    found: dict[str, dict[str, float]] = {}
    for one, other in sorted({tuple(sorted(pair)) for pair in counts}):
        first, second = counts[one, other], counts[other, one]
        lead = round((first - second) / (first + second + 1), 3)
        found.setdefault(one, {})[other] = lead
        found.setdefault(other, {})[one] = -lead
    return found
