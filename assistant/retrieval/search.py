"""Search: fused candidates, then fit. What satisfies the whole question comes first."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.catalog import Catalog, Entry, Model, Words, keys
from assistant.fit import Fit, Offer, judge, offer_of
from assistant.question import Wish
from assistant.retrieval.fusion import Hit, candidates
from assistant.retrieval.index import open_index
from assistant.retrieval.lexical import Lexical

DEPTH = 200  # candidates that are judged; fit reorders them all
# Of 25 questions about other things the nearest reached a cosine of 0.66, of 35 about pictures
# that name no task 0.36 to 0.74: nearness alone does not separate them, words of the field do.
_FAR, _NEAR = 0.20, 0.68
_FOREIGN = ("optics", "features")  # scopes that share the word super-resolution only


@dataclass(frozen=True, slots=True)
class Ranked:
    """A record with its fused score and its fit to the question."""

    entry: Entry
    score: float
    fit: Fit


class _Offers(dict[str, Offer]):
    """The offer of each record, made when it is first judged."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def __missing__(self, entry_id: str) -> Offer:
        entry = self._catalog.get(entry_id)
        assert entry is not None  # noqa: S101 - ids come from an index of this catalog
        self[entry_id] = offer_of(entry)
        return self[entry_id]


class Search:
    """Everything that answers a query over one catalog; opening it loads the index."""

    def __init__(
        self, catalog: Catalog, cache: Path, on_build: Callable[[int], None] | None = None
    ) -> None:
        self.catalog = catalog
        self.store = open_index(catalog, cache, on_build=on_build)
        self.lexical = Lexical.of(catalog)
        self._offers = _Offers(catalog)

    def find(
        self, query: str, wish: Wish, k: int, kind: Literal["model", "paper"] | None = None
    ) -> list[Ranked]:
        """The best ``k`` records: verdict first, then fused score; ties in catalog order."""
        wanted = {e.id for e in self.catalog if kind in (None, e.kind)}
        depth = max(DEPTH, k)
        hits = candidates(query, self.store, self.lexical, depth, keep=wanted.__contains__)
        judged = [self._judged(hit, wish) for hit in hits]
        return sorted(judged, key=lambda ranked: _order(wish, ranked))[:k]

    def related(self, query: str, wish: Wish, k: int, beside: Entry) -> list[Ranked]:
        """The best ``k`` papers beside a recommended model: of its field, without its own paper."""
        own, enlarges = keys(beside), self._enlarges(beside)
        return [
            paper
            for paper in self.find(query, wish, DEPTH, "paper")
            if not own & keys(paper.entry)
            and (paper.entry.task == beside.task or (enlarges and self._enlarges(paper.entry)))
        ][:k]

    def _enlarges(self, entry: Entry) -> bool:
        task = self.catalog.vocabulary.task(entry.task)
        return task is not None and not task.keeps_size

    def outside(self, query: str) -> bool:
        """Whether a query that names no task is about something else than pictures."""
        nearest = self.store.search(query, 1)
        if not nearest or nearest[0].score < _FAR:
            return True
        words = Words(query)
        return nearest[0].score < _NEAR and not any(
            map(words.match, self.catalog.vocabulary.domain)
        )

    def _judged(self, hit: Hit, wish: Wish) -> Ranked:
        entry = self.catalog.get(hit.id)
        assert entry is not None  # noqa: S101 - the index was opened for this catalog
        return Ranked(
            entry, hit.score, judge(wish, self._offers[entry.id], self.catalog.vocabulary)
        )


def _order(wish: Wish, ranked: Ranked) -> tuple[int, float, bool, float]:
    """Verdict, then (of models that do not fit) task and nearest scale, then the fused score."""
    entry = ranked.entry
    foreign = (entry.scope in _FOREIGN and entry.task != wish.task) or (
        bool(entry.subjects) and wish.subject not in entry.subjects
    )
    if not isinstance(entry, Model):
        return (0, 0.0, foreign, -ranked.score)
    return (ranked.fit.rank, _distance(wish, ranked), foreign, -ranked.score)


def _distance(wish: Wish, ranked: Ranked) -> float:
    """How far a model that does not fit is from the scale asked for; infinite off the task."""
    if wish.task is not None and ranked.entry.task != wish.task:
        return math.inf
    if ranked.fit.verdict != "mismatch":
        return 0.0
    pairs = [(scale, asked) for scale in ranked.entry.scales for asked in wish.scales]
    return min((abs(math.log(scale / asked)) for scale, asked in pairs), default=0.0)
