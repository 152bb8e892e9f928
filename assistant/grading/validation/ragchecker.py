"""RAGChecker's meta-evaluation (Ru et al., 2024): which of two answers is nearer the reference?

Rows come in pairs (two annotators) with ``query``, ``gt_answer``, the ``response`` of two models
and labels -2..2, positive where the second is better. The scorer sees question, reference and
responses only; nothing was fitted. The score is the F of `overlap.information`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import InputError
from assistant.grading import overlap
from assistant.grading.encoder import encoder
from assistant.grading.validation.measure import (
    Figure,
    Statistic,
    Validation,
    Values,
    measured,
    pearson,
    rows,
)
from assistant.text.stems import stems

_LABELS = ("correctness", "completeness", "overall")
_PEERS = (
    Figure(
        "Pearson overall, RAGChecker with a language model",
        0.619,
        0.550,
        0.678,
        560,
        "notes, whole set",
    ),
    Figure("Pearson overall, ROUGE-1 F", 0.512, 0.422, 0.594, 560, "notes, whole set"),
    Figure("Pearson overall, person with person", 0.701, source="notes, whole set"),
    Figure("pairwise accuracy, RAGChecker with a language model", 0.799, source="notes, whole set"),
    Figure("pairwise accuracy, ROUGE-1 F", 0.738, source="notes, whole set"),
    Figure("pairwise accuracy, person with person", 0.886, source="notes, whole set"),
)


def measure(path: Path) -> Validation:
    """Pearson with the labels and pairwise accuracy, beside ROUGE-1 F on the same rows."""
    needed = ("instance_id", "query", "gt_answer", "model1", "model2")
    found = rows(path, (*needed, *(f"{label}_label" for label in _LABELS)))
    for number, row in enumerate(found, 1):
        if not all(isinstance(row[m], dict) and "response" in row[m] for m in ("model1", "model2")):
            raise InputError(f"{path}: row {number} has no response", hint="model1, model2")
    groups = [str(row["instance_id"]) for row in found]
    ours = np.array([_difference(row, _information) for row in found])
    rouge = np.array([_difference(row, _rouge) for row in found])
    similar = np.array([_difference(row, _similarity) for row in found])
    figures = []
    for label in _LABELS:
        people = np.array([float(row[f"{label}_label"]) for row in found])
        figures.append(
            measured(
                f"Pearson {label}, information F (ours)",
                groups,
                _correlation(ours, people),
            )
        )
    people = np.array([float(row["overall_label"]) for row in found])
    figures += [
        measured(
            "Pearson overall, ROUGE-1 F (baseline)",
            groups,
            lambda at: pearson(rouge[at], people[at]),
        ),
        measured("Pearson overall, similarity", groups, _correlation(similar, people)),
        measured(
            "difference to the baseline",
            groups,
            lambda at: pearson(ours[at], people[at]) - pearson(rouge[at], people[at]),
        ),
    ]
    figures += _pairwise(
        groups, people, {"information F (ours)": ours, "ROUGE-1 F (baseline)": rouge}
    )
    notes = (
        "nothing was fitted; the form (words of the question left out, words weighed by rank) "
        "was chosen with this half in view; the intervals resample pairs",
    )
    return Validation("ragchecker", len(found), (*figures, *_PEERS), notes)


def _pairwise(groups: list[str], people: Values, scores: dict[str, Values]) -> list[Figure]:
    """How often the sign is that of the mean label; pairs that people tie are left out."""
    firsts = {group: n for n, group in reversed(list(enumerate(groups)))}
    mean = {
        g: float(np.mean([p for p, h in zip(people, groups, strict=True) if h == g]))
        for g in firsts
    }
    pairs = [g for g in firsts if mean[g]]
    at = np.array([firsts[g] for g in pairs])
    won = np.array([mean[g] for g in pairs]) > 0
    figures = []
    for name, score in scores.items():
        said = score[at]
        right = np.where(said == 0, 0.5, ((said > 0) == won).astype(float))
        figures.append(measured(f"pairwise accuracy, {name}", pairs, _mean_of(right)))
    return figures


def _difference(row: dict[str, Any], score: Any) -> float:
    answers = (row[model]["response"] for model in ("model1", "model2"))
    first, second = (score(text, row["gt_answer"], row["query"]) for text in answers)
    return float(second - first)


def _information(answer: str, reference: str, question: str) -> float:
    return overlap.information(answer, reference, question).f


def _rouge(answer: str, reference: str, _question: str) -> float:
    return overlap.rouge_n(stems(answer), stems(reference), 1).f


def _similarity(answer: str, reference: str, _question: str) -> float:
    return encoder().similarity(answer, reference) or 0.0


def _correlation(ours: Values, people: Values) -> Statistic:
    return lambda at: pearson(ours[at], people[at])


def _mean_of(right: Values) -> Statistic:
    return lambda at: float(right[at].mean())
