"""Lexical, dense, fused and our full search on one labelled set, side by side in one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from assistant.catalog import Entry
from assistant.errors import InputError
from assistant.grading import metrics
from assistant.grading.retrieval_set import Query, RetrievalSet
from assistant.question import OUTSIDE, Wish, shipped, understand
from assistant.retrieval.fusion import candidates
from assistant.retrieval.search import Ranked, Search

DEPTH = 10
SYSTEMS = ("lexical", "dense", "fused", "ours")
RESTORATION = frozenset(
    {
        "SISR",
        "Deblur",
        "Denoise",
        "Restoration",
        "WeatherRemoval",
        "HDR",
        "Enhancement",
        "Colorization",
        "Inpainting",
    }
)
"""Labels of the tasks that make a picture better; pasting, swapping and style are none."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A question whose first answer was wrong, with the wish that was read from it."""

    query: str
    text: str
    wish: dict[str, Any]
    first: str | None
    wanted: str


@dataclass(slots=True)
class Unlabelled:
    """Questions without a relevant document: did we say so, did we offer the nearest."""

    n: int = 0
    nothing_fits: int = 0
    nearest_offered: int = 0

    def add(self, ours: Sequence[Ranked], *, outside: bool) -> None:
        """Count one question."""
        self.n += 1
        if outside or not ours or ours[0].fit.verdict == "mismatch":
            self.nothing_fits += 1
            self.nearest_offered += bool(ours)


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Means by system and metric, intervals for ours, failures, and our rankings."""

    set: str
    n: int
    unlabelled: Unlabelled
    systems: dict[str, dict[str, float]]
    intervals: dict[str, tuple[float, float]]
    counts: dict[str, int]
    failures: tuple[Failure, ...]
    rankings: dict[str, list[str]]

    def to_json(self) -> dict[str, Any]:
        """What ``bench retrieval --json`` prints."""
        return {
            "set": self.set,
            "n": self.n,
            "systems": self.systems,
            "intervals": {name: list(pair) for name, pair in self.intervals.items()},
            "counts": self.counts,
            "unlabelled": {
                "n": self.unlabelled.n,
                "nothing_fits": self.unlabelled.nothing_fits,
                "nearest_offered": self.unlabelled.nearest_offered,
            },
            "failures": [
                {
                    "query_id": f.query,
                    "text": f.text,
                    "wish": f.wish,
                    "first": f.first,
                    "wanted": f.wanted,
                }
                for f in self.failures
            ],
        }

    def to_markdown(self) -> str:
        """The figures as a table: a line a metric, a column a system."""
        lines = [
            f"| {self.set}, {self.n} questions | {' | '.join(SYSTEMS)} | 95 % of ours | n |",
            f"|---|{'---|' * len(SYSTEMS)}---|---|",
        ]
        for name, count in self.counts.items():
            cells = [f"{self.systems[system][name]:.3f}" for system in SYSTEMS]
            low, high = self.intervals[name]
            lines.append(f"| {name} | {' | '.join(cells)} | {low:.3f}-{high:.3f} | {count} |")
        return "\n".join(lines) + "\n"

    def to_trec(self) -> str:
        """Our rankings in TREC's run format, ten ranks a question; scores fall with the rank."""
        return "".join(
            f"{query} Q0 {doc} {rank} {1 / rank:.6f} sr-assistant\n"
            for query, ranking in self.rankings.items()
            for rank, doc in enumerate(ranking, 1)
        )


def measure(search: Search, labelled: RetrievalSet) -> BenchReport:
    """Run every system over every question; those with a relevant model make the figures.

    Raises:
        InputError: the set's documents are none of the catalog's models.
    """
    models = {model.id for model in search.catalog.models}
    grades = {
        query: {doc: grade for doc, grade in docs.items() if doc in models}
        for query, docs in labelled.grades.items()
    }
    if labelled.grades and not any(grades.values()):
        raise InputError(
            f"{labelled.name}: no relevant document is a model of this catalog",
            hint="name the catalog that the set was made for: --catalog DIR",
        )
    values: dict[str, dict[str, list[float]]] = {system: {} for system in SYSTEMS}
    failures: list[Failure] = []
    rankings: dict[str, list[str]] = {}
    unlabelled = Unlabelled()
    for query in labelled.queries:
        wish = understand(query.text, search.catalog.vocabulary, search.catalog.labels, shipped())
        ours = search.find(query.text, wish, DEPTH, "model")
        rankings[query.id] = [ranked.entry.id for ranked in ours]
        relevant = grades.get(query.id)
        if not relevant:
            unlabelled.add(ours, outside=wish.form == OUTSIDE)
            continue
        found = {name: rank(search, query.text) for name, rank in _BASELINES.items()}
        found["ours"] = rankings[query.id]
        for system, ranking in found.items():
            for name, value in _scores(search, query, wish, ranking, relevant).items():
                values[system].setdefault(name, []).append(value)
        if failure := _failure(query, wish, rankings[query.id], relevant):
            failures.append(failure)
    return BenchReport(
        set=labelled.name,
        n=len(labelled.queries) - unlabelled.n,
        unlabelled=unlabelled,
        systems={
            system: {name: round(fmean(v), 4) for name, v in by.items()}
            for system, by in values.items()
        },
        intervals={name: _rounded(metrics.interval(v)) for name, v in values["ours"].items()},
        counts={name: len(v) for name, v in values["ours"].items()},
        failures=tuple(failures),
        rankings=rankings,
    )


def _rounded(pair: tuple[float, float]) -> tuple[float, float]:
    return round(pair[0], 4), round(pair[1], 4)


def _lexical(search: Search, text: str) -> list[str]:
    return [doc for doc, _ in search.lexical.search(text, DEPTH, kind="model")]


def _dense(search: Search, text: str) -> list[str]:
    return [f.id for f in search.store.search(text, DEPTH, kind="model")]


def _fused(search: Search, text: str) -> list[str]:
    hits = candidates(text, search.store, search.lexical, DEPTH, kind="model")
    return [hit.id for hit in hits]


_BASELINES: dict[str, Callable[[Search, str], list[str]]] = {
    "lexical": _lexical,
    "dense": _dense,
    "fused": _fused,
}


def _scores(
    search: Search, query: Query, wish: Wish, ranking: Sequence[str], grades: metrics.Grades
) -> dict[str, float]:
    """All figures of one ranking; task@1 and scale@1 only where the question is so labelled.

    scale@1 counts questions that name their scale: the label has one and the reader found it.
    """
    scores = {
        **{f"r@{k}": metrics.recall_at(ranking, grades, k) for k in (1, 5, 10)},
        "mrr": metrics.reciprocal_rank(ranking, grades),
        "ndcg@10": metrics.ndcg(ranking, grades),
        "p@1": metrics.precision_at(ranking, grades, 1),
        "p@5": metrics.precision_at(ranking, grades, 5),
        "domain@1": metrics.any_at_1(ranking, grades),
    }
    first = search.catalog.get(ranking[0]) if ranking else None
    task = search.catalog.vocabulary.task_of_name(f"{query.task}-") if query.task else None
    if task:
        scores["task@1"] = float(first is not None and first.task == task.id)
        if query.task in RESTORATION:
            scores["task@1 restoration"] = scores["task@1"]
            scores["r@5 restoration"] = scores["r@5"]
    if query.scale and query.scale in wish.scales:
        scores["scale@1"] = float(_has_scale(first, query.scale))
    return scores


def _has_scale(entry: Entry | None, scale: float) -> bool:
    return entry is not None and (scale in entry.scales or entry.any_scale)


def _failure(
    query: Query, wish: Wish, ranking: Sequence[str], grades: metrics.Grades
) -> Failure | None:
    if ranking and ranking[0] in grades:
        return None
    said = wish.model_dump(mode="json", exclude_defaults=True)
    wanted = min(metrics.exact(grades))
    return Failure(query.id, query.text, said, ranking[0] if ranking else None, wanted)
