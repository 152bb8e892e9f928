"""What tells answers is taught: questions, each with the sentences that answer it, in the folders
``answers`` and ``choices``."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.catalog import Catalog
from assistant.retrieval.stated import STATED

SOURCE = Path(__file__).parent / "answers"
CHOICES = Path(__file__).parent / "choices"
QUESTIONS, TASKS = 6, 2  # of a batch: questions a task, tasks
ASIDE = 10  # a tenth of the questions
ASKED = "-asked"  # how the files end whose sentences were found among those of all tasks


class Asked(NamedTuple):
    """A question, and which of its task's sentences answer it or are near; ``far`` are others that
    were judged beside these and only graze it."""

    text: str
    best: tuple[str, ...]
    near: tuple[str, ...]
    own: bool
    far: tuple[str, ...] = ()


class Task(NamedTuple):
    """The questions of a task and the sentences that they are held against."""

    name: str
    facts: tuple[str, ...]
    questions: tuple[Asked, ...]


def tasks() -> list[Task]:
    """What ``training/answers`` holds, and the choices."""
    found = []
    for path in sorted(SOURCE.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        facts = data["facts"]
        rows = tuple(
            Asked(
                q["text"],
                tuple(facts[n] for n in q["best"]),
                tuple(facts[n] for n in q["near"]),
                own=q.get("own", False),
                far=tuple(facts[n] for n in q.get("far", ())),
            )
            for q in data["questions"]
        )
        other = json.loads((SOURCE / f"{data.get('beside', path.stem)}.json").read_text("utf-8"))
        all_facts = dict.fromkeys((*facts.values(), *other["facts"].values()))
        found.append(Task(path.stem, tuple(all_facts), rows))
    return [*found, *choices()]


def choices() -> Iterator[Task]:
    """The questions of ``training/choices`` that a sentence of a record decides, by task, beside
    what the records of the task state."""
    texts = (path.read_text("utf-8") for path in sorted(CHOICES.glob("*.jsonl")))
    lines = (line for text in texts for line in text.splitlines())
    rows = [row for row in map(json.loads, lines) if row["why"]]
    models = Catalog.load().models
    for task in sorted({row["task"] for row in rows}):
        stated = (f.text for m in models if m.task == task for f in m.facts if f.kind in STATED)
        facts = tuple(dict.fromkeys(stated))
        asked = (row for row in rows if row["task"] == task and row["why"] in facts)
        questions = tuple(Asked(row["text"], (row["why"],), (), own=True) for row in asked)
        yield Task(f"choosing {task}", facts, questions)


def parted(rows: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """The tasks with the questions that are kept aside, and with those that teach."""

    def kept(q: Asked) -> bool:
        return hashlib.sha256(q.text.encode()).digest()[0] % ASIDE == 0

    return (
        [t._replace(questions=tuple(q for q in t.questions if kept(q))) for t in rows],
        [t._replace(questions=tuple(q for q in t.questions if not kept(q))) for t in rows],
    )


def only(rows: Sequence[Task], *, own: bool) -> list[Task]:
    """The tasks with the questions that are a sentence's own, or with those that were judged."""
    kept = [t._replace(questions=tuple(q for q in t.questions if q.own is own)) for t in rows]
    return [task for task in kept if task.questions]


def batches(rows: Sequence[Task]) -> Iterator[list[tuple[Task, list[Asked]]]]:
    """Some questions of one task beside some of another."""
    groups = []
    for task in rows:
        able = [q for q in task.questions if q.best or q.near]
        random.shuffle(able)
        groups += [(task, able[n : n + QUESTIONS]) for n in range(0, len(able), QUESTIONS)]
    random.shuffle(groups)
    for n in range(0, len(groups), TASKS):
        yield groups[n : n + TASKS]
