"""Ranking metrics for one query, each with its definition, and the bootstrap over queries.

A ranking is a list of document ids, best first; ``grades`` maps relevant ids to their grade
(a positive number). "Exact" metrics count the highest grade present as relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

Grades = Mapping[str, int]


def exact(grades: Grades) -> frozenset[str]:
    """The ids with the highest grade."""
    top = max(grades.values(), default=0)
    return frozenset(doc for doc, grade in grades.items() if grade == top > 0)


def recall_at(ranking: Sequence[str], grades: Grades, k: int) -> float:
    """1 if one of the exact ids is among the first ``k``, else 0 (success at k)."""
    return float(not exact(grades).isdisjoint(ranking[:k]))


def precision_at(ranking: Sequence[str], grades: Grades, k: int) -> float:
    """Share of the first ``k`` places that hold a relevant id of any grade."""
    return sum(doc in grades for doc in ranking[:k]) / k


def any_at_1(ranking: Sequence[str], grades: Grades) -> float:
    """1 if the first place holds a relevant id of any grade (domain@1)."""
    return precision_at(ranking, grades, 1)


def reciprocal_rank(ranking: Sequence[str], grades: Grades, k: int = 10) -> float:
    """1 / rank of the first exact id among the first ``k``, 0 if there is none."""
    wanted = exact(grades)
    return next((1 / n for n, doc in enumerate(ranking[:k], 1) if doc in wanted), 0.0)


def ndcg(ranking: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Normalized discounted cumulative gain: gain 1 for an exact id, discount log2(rank + 1).

    Jaervelin and Kekaelaeinen, TOIS 2002, with binary gains over the exact ids.
    """
    wanted = exact(grades)
    gain = sum(1 / math.log2(n + 1) for n, doc in enumerate(ranking[:k], 1) if doc in wanted)
    ideal = sum(1 / math.log2(n + 1) for n in range(1, min(k, len(wanted)) + 1))
    return gain / ideal if ideal else 0.0


def interval(
    values: Sequence[float], *, level: float = 0.95, draws: int = 2000
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean over queries, with a fixed seed."""
    if len(values) < 2:
        mean = float(values[0]) if values else math.nan
        return mean, mean
    sample = np.asarray(values, dtype=float)
    picks = np.random.default_rng(0).integers(0, len(sample), size=(draws, len(sample)))
    means = sample[picks].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
