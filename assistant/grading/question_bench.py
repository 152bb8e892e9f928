"""How well free questions are read and answered, on a file of labelled ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.errors import InputError
from assistant.grading.retrieval_set import rows
from assistant.question import OUTSIDE

FORMS = ("recommend", "chain", "explain", "compare", "fact", "concept", "feasibility", "trouble",
         OUTSIDE)  # fmt: skip
_LAYOUT = (
    'text, form and, as the form needs them, tasks ("a|b" are alternatives), scale, entry, must'
)
_ENLARGING = "super-resolution"


@dataclass(frozen=True, slots=True)
class Row:
    """A question and what a good answer does.

    ``tasks`` are the steps in order, each the tasks of which any will do; ``entries`` the ids of
    which the answer names one first; ``must`` and ``must_not`` are patterns that the Markdown
    matches or does not.
    """

    text: str
    form: str
    tasks: tuple[frozenset[str], ...]
    scale: float | None
    entries: frozenset[str]
    must: tuple[re.Pattern[str], ...]
    must_not: tuple[re.Pattern[str], ...]

    @property
    def wanted(self) -> tuple[frozenset[str], ...]:
        """The steps, or the entry, that a good answer has."""
        return self.tasks or ((self.entries,) if self.entries else ())

    def scores(self, answer: Answer, tasks: Sequence[str]) -> dict[str, bool]:
        """What the answer, whose models do ``tasks``, gets right; ``refused within`` is a fault."""
        outside = answer.intent == OUTSIDE or answer.outcome == "refused"
        found: dict[str, bool] = {}
        if self.form == OUTSIDE:
            return {"right": outside and self._unsaid(answer), "outside recognized": outside}
        if self.tasks and self.form in ("recommend", "chain"):
            left = iter(tasks)
            right = all(any(task in step for task in left) for step in self.tasks)
            first = self.tasks[0] if self.form == "recommend" else frozenset().union(*self.tasks)
            found["first task"] = bool(tasks) and tasks[0] in first
            if self.scale and any(_ENLARGING in step for step in self.tasks):
                found["scale"] = self.scale in answer.wish.scales
        else:
            right = self._unsaid(answer) and all(p.search(answer.markdown) for p in self.must)
            right = right and (not self.entries or first_of(answer) in self.entries)
        return {"right": right and not outside, **found, "refused within": outside}

    def _unsaid(self, answer: Answer) -> bool:
        return not any(pattern.search(answer.markdown) for pattern in self.must_not)


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """The scores of every row, in the order of the file."""

    set: str
    scored: tuple[tuple[Row, dict[str, bool], tuple[str, ...]], ...]

    def to_json(self) -> dict[str, Any]:
        """What ``bench questions --json`` prints: shares by measure and form, and the failures."""
        hits: dict[str, list[bool]] = {}
        for row, scores, _ in self.scored:
            for name, hit in scores.items():
                whose = f", {row.form}" if name in ("right", "first task") else ""
                hits.setdefault(f"{name}{whose}", []).append(hit)
                if name == "right":
                    hits.setdefault("right overall", []).append(hit)
        return {
            "set": self.set,
            "n": len(self.scored),
            "scores": {
                name: {"value": round(sum(of) / len(of), 4), "n": len(of)}
                for name, of in sorted(hits.items())
            },
            "failures": [
                {
                    "text": row.text,
                    "form": row.form,
                    "wanted": ["|".join(sorted(one)) for one in row.wanted],
                    "got": list(got),
                    "faults": [n for n, hit in scores.items() if hit == (n == "refused within")],
                }
                for row, scores, got in self.scored
                if not scores["right"] or not scores.get("scale", True)
            ],
        }


def first_of(answer: Answer) -> str | None:
    """The id of the item that an answer names first."""
    models, related = [one.id for one in answer.recommended], [one.id for one in answer.related]
    return next(iter(models + related), None)


def read_questions(path: Path) -> list[Row]:
    """The rows of a file of JSON lines; follow-ups, which have no text of their own, are left out.

    Raises:
        InputError: a row cannot be used; names file and line.
    """
    found = [_row(row, where) for row, where in rows(path) if row.get("form") != "followup"]
    if not found:
        raise InputError(f"{path}: no question", hint=_LAYOUT)
    return found


def measure(path: Path, ask: Callable[[str], Answer]) -> QuestionReport:
    """Ask every question of a file and score the answers."""
    scored = []
    for row in read_questions(path):
        answer = ask(row.text)
        tasks = answer.workflow.tasks if answer.workflow else ()
        got = (first_of(answer) or "",) if row.entries else tasks
        scored.append((row, row.scores(answer, tasks), got))
    return QuestionReport(path.stem, tuple(scored))


def _row(row: dict[str, Any], where: str) -> Row:
    if not isinstance(row.get("text"), str) or row.get("form") not in FORMS:
        raise InputError(f"{where}: text or form is missing or unknown", hint=_LAYOUT)
    try:
        return Row(
            row["text"],
            row["form"],
            tuple(frozenset(step.split("|")) for step in row.get("tasks") or ()),
            float(row["scale"]) if row.get("scale") else None,
            frozenset(row["entry"].split("|")) if row.get("entry") else frozenset(),
            *(
                tuple(re.compile(p, re.I | re.S) for p in row.get(field) or ())
                for field in ("must", "must_not")
            ),
        )
    except (TypeError, ValueError, AttributeError, re.error) as error:
        raise InputError(f"{where}: {error}", hint=_LAYOUT) from error
