"""Lexical, dense, fused and our full search on one labelled set, side by side in one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from assistant.catalog import Entry
from assistant.grading import metrics
from assistant.grading.retrieval_set import Query, RetrievalSet
from assistant.question import Wish, read
from assistant.retrieval.fusion import candidates
from assistant.retrieval.search import Search

DEPTH = 10
SYSTEMS = ("lexical", "dense", "fused", "ours")


@dataclass(frozen=True, slots=True)
class Failure:
    """A question whose first answer was wrong, with the wish that was read from it."""

    query: str
    text: str
    wish: dict[str, Any]
    first: str | None
    wanted: str


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Means by system and metric, intervals for ours, failures, and our rankings."""

    set: str
    n: int
    unlabelled: int
    systems: dict[str, dict[str, float]]
    intervals: dict[str, tuple[float, float]]
    failures: tuple[Failure, ...]
    rankings: dict[str, list[tuple[str, float]]]

    def to_json(self) -> dict[str, Any]:
        """What ``bench retrieval --json`` prints."""
        return {
            "set": self.set,
            "n": self.n,
            "unlabelled": self.unlabelled,
            "systems": self.systems,
            "intervals": {name: list(pair) for name, pair in self.intervals.items()},
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

    def to_trec(self) -> str:
        """Our rankings in TREC's run format."""
        return "".join(
            f"{query} Q0 {doc} {rank} {score:.6f} sr-assistant\n"
            for query, ranking in self.rankings.items()
            for rank, (doc, score) in enumerate(ranking, 1)
        )


def measure(search: Search, labelled: RetrievalSet) -> BenchReport:
    """Run every system over every query that has a relevant document of the catalog."""
    vocabulary = search.catalog.vocabulary
    models = {model.id for model in search.catalog.models}
    grades = {
        query: {doc: grade for doc, grade in docs.items() if doc in models}
        for query, docs in labelled.grades.items()
    }
    queries = [query for query in labelled.queries if grades.get(query.id)]
    values: dict[str, dict[str, list[float]]] = {system: {} for system in SYSTEMS}
    failures: list[Failure] = []
    rankings: dict[str, list[tuple[str, float]]] = {}
    for query in labelled.queries:
        wish = read(query.text, vocabulary)
        ours = search.find(query.text, wish, DEPTH, "model")
        rankings[query.id] = [(r.entry.id, 1.0 / n) for n, r in enumerate(ours, 1)]
        if query not in queries:
            continue
        found = {name: rank(search, query.text, models) for name, rank in _BASELINES.items()}
        found["ours"] = [r.entry.id for r in ours]
        for system, ranking in found.items():
            for name, value in _scores(search, query, wish, ranking, grades[query.id]).items():
                values[system].setdefault(name, []).append(value)
        if failure := _failure(query, wish, found["ours"], grades[query.id]):
            failures.append(failure)
    return BenchReport(
        set=labelled.name,
        n=len(queries),
        unlabelled=len(labelled.queries) - len(queries),
        systems={
            s: {name: round(fmean(v), 4) for name, v in by.items()} for s, by in values.items()
        },
        intervals={name: metrics.interval(v) for name, v in values["ours"].items()},
        failures=tuple(failures),
        rankings=rankings,
    )


def _lexical(search: Search, text: str, models: set[str]) -> list[str]:
    return [doc for doc, _ in search.lexical.search(text, DEPTH, keep=models.__contains__)]


def _dense(search: Search, text: str, models: set[str]) -> list[str]:
    return [f.id for f in search.store.search(text, DEPTH, keep=lambda p: p.id in models)]


def _fused(search: Search, text: str, models: set[str]) -> list[str]:
    hits = candidates(text, search.store, search.lexical, DEPTH, keep=models.__contains__)
    return [hit.id for hit in hits]


_BASELINES: dict[str, Callable[[Search, str, set[str]], list[str]]] = {
    "lexical": _lexical,
    "dense": _dense,
    "fused": _fused,
}


def _scores(
    search: Search, query: Query, wish: Wish, ranking: Sequence[str], grades: metrics.Grades
) -> dict[str, float]:
    scores = {
        **{f"r@{k}": metrics.recall_at(ranking, grades, k) for k in (1, 5, 10)},
        "mrr": metrics.reciprocal_rank(ranking, grades),
        "ndcg@10": metrics.ndcg(ranking, grades),
        "p@1": metrics.precision_at(ranking, grades, 1),
        "p@5": metrics.precision_at(ranking, grades, 5),
        "domain@1": metrics.any_at_1(ranking, grades),
    }
    first = search.catalog.get(ranking[0]) if ranking else None
    vocabulary = search.catalog.vocabulary
    task = vocabulary.task_of_name(f"{query.task}-") if query.task else None
    if task:
        scores["task@1"] = float(first is not None and first.task == task.id)
        if task.pictures:
            scores["task@1 restoration"] = scores["task@1"]
            scores["r@5 restoration"] = scores["r@5"]
    if query.scale and wish.scales:
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
    wanted = sorted(metrics.exact(grades))[0]
    return Failure(query.id, query.text, said, ranking[0] if ranking else None, wanted)
