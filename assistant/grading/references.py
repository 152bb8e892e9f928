"""Scores of an answer against its references, the whole and part by part."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grading import overlap
from assistant.grading.encoder import encoder
from assistant.grading.facts import fact_recall
from assistant.grading.findings import Checker
from assistant.text.parts import Section, sections
from assistant.text.stems import stems

PART_NAMES = {1: "task", 2: "workflow", 3: "references"}
PARTS = tuple(PART_NAMES)
COMPARED = (
    "rubric",
    "facts",
    *(f"information.{x}" for x in "prf"),
    *(f"rouge1.{x}" for x in "prf"),
    *(f"rouge2.{x}" for x in "prf"),
    *(f"rougeLsum.{x}" for x in "prf"),
    "chrf",
    "similarity",
    *(f"{PART_NAMES[n]}.{m}" for n in PARTS for m in ("rouge1.f", "rougeLsum.f", "chrf")),
    *(f"{PART_NAMES[n]}.similarity" for n in (1, 2)),
)
"""Scores against references; the best of several references for each."""


def compared(
    text: str, parts: dict[int, Section], references: Sequence[str], checker: Checker
) -> dict[str, float | None]:
    """Each score but that of a rubric: the best over the references, None where none has it."""
    each = [_compared(text, parts, reference, checker) for reference in references]
    scores: dict[str, float | None] = {}
    for name in COMPARED[1:]:
        values = [value for one in each if (value := one.get(name)) is not None]
        scores[name] = max(values, default=None)
    return scores


def _compared(
    text: str, parts: dict[int, Section], reference: str, checker: Checker
) -> dict[str, float | None]:
    asked = checker.world.request.question
    theirs = sections(reference)
    scores = _overlaps(text, reference)
    information = overlap.information(text, reference, asked)
    scores |= _named("information", information)
    scores["facts"] = fact_recall(text, reference, checker)
    both = prose(text, parts), prose(reference, theirs)
    scores["similarity"] = encoder().similarity(*both) if checker.encode else None
    for n in PARTS:
        if n not in theirs:
            continue
        ours = parts[n].of(text) if n in parts else ""
        name, other = PART_NAMES[n], theirs[n].of(reference)
        part = _overlaps(ours, other) if ours.strip() else {}
        for metric in ("rouge1.f", "rougeLsum.f", "chrf"):
            scores[f"{name}.{metric}"] = part.get(metric, 0.0)
        if n != 3 and checker.encode:
            scores[f"{name}.similarity"] = encoder().similarity(ours, other) or 0.0
    return scores


def prose(text: str, parts: dict[int, Section]) -> str:
    """Parts 1 and 2, where there are any: lists of links say little to an encoder."""
    found = [parts[n].of(text) for n in (0, 1, 2) if n in parts]
    return "\n".join(found) if any(n in parts for n in (1, 2)) else text


def _overlaps(answer: str, reference: str) -> dict[str, float | None]:
    a, b = stems(answer), stems(reference)
    scores: dict[str, float | None] = {}
    scores |= _named("rouge1", overlap.rouge_n(a, b, 1))
    scores |= _named("rouge2", overlap.rouge_n(a, b, 2))
    scores |= _named("rougeLsum", overlap.rouge_lsum(answer, reference))
    scores["chrf"] = overlap.chrf(answer, reference)
    return scores


def _named(name: str, found: overlap.Prf) -> dict[str, float | None]:
    return {f"{name}.p": found.precision, f"{name}.r": found.recall, f"{name}.f": found.f}
