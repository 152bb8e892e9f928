"""Search: fused candidates, then fit. What satisfies the whole question comes first."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.catalog import Catalog, Entry, keys
from assistant.fit import Fit, offer_of, weigh
from assistant.question import SURE, Wish
from assistant.retrieval.address import Address
from assistant.retrieval.facets import Facets, Stating
from assistant.retrieval.fusion import candidates
from assistant.retrieval.index import Index, open_index
from assistant.retrieval.remembered import Remembered, group_of
from assistant.retrieval.stated import Stated
from assistant.text.stems import stems

DEPTH = 200  # of the fused ranking; what it leaves out has no relevance
JUDGED = 60  # the most relevant, and as many that state what is wished; fit reorders them all
# Relevance in the scale of the points of a fit. Words are rarer evidence than nearness, and
# where many records of one group come near, the group is likely what is asked for.
_WORDS, _NEARNESS, _GROUP = 2.0, 8.0, 2.0
_VOTERS, _SPREAD = 20, 1.2
_LIKELY = 12.0  # points of a record whose task is surely meant
_SHARED = 1.0  # relevance of a paper on a damage or subject that the question names
# Of models that all do what is asked, in the scale of relevance: what a fact that surely answers
# speaks for one (fitted to what experts took: benchmarks/choices.py), and what it costs to be made
# for something else (fitted .5; readers of answers mind more).
_STATED, _ELSEWHERE = 9.5, 3.0
_DONE = 4  # of what `_order` looks at: who is named, and the verdict
_FOREIGN = ("optics", "features")  # scopes that share the word super-resolution only


@dataclass(frozen=True, slots=True)
class Ranked:
    """A record with its relevance, its fit to the question and the points of that fit, and of them
    those that are ``firm``."""

    entry: Entry
    score: float
    fit: Fit
    points: float = 0.0
    firm: float = 0.0


class Search:
    """Everything that answers a query over one catalog; opening it loads the index."""

    def __init__(
        self,
        catalog: Catalog,
        cache: Path,
        on_build: Callable[[int], None] | None = None,
        store: Address | None = None,
    ) -> None:
        self._hold(catalog, open_index(catalog, cache, on_build=on_build, store=store))

    @classmethod
    def of(cls, catalog: Catalog, index: Index) -> Search:
        """The search over an index that is open already."""
        search = cls.__new__(cls)
        search._hold(catalog, index)
        return search

    def _hold(self, catalog: Catalog, index: Index) -> None:
        self.catalog = catalog
        self.store, self.lexical = index.store, index.lexical
        self._kept_facets = index.facets
        self._offers, self._groups = Remembered(catalog, offer_of), Remembered(catalog, group_of)
        self._facets_of: dict[str | None, Stating] = {}
        self._stated = Stated()

    @functools.cached_property
    def _tasks(self) -> set[str]:
        """The tasks of which there are records."""
        if self._kept_facets is None:
            return {entry.task for entry in self.catalog if entry.task}
        facets = self._kept_facets(None)
        asked = (task.id for task in self.catalog.vocabulary.tasks)
        return {task for task in asked if facets.meeting(Wish(task=task), 1)}

    def _facets(self, kind: str | None) -> Stating:
        """The facets of one kind of records, or of all; built when first asked for."""
        if kind not in self._facets_of and self._kept_facets is not None:
            self._facets_of[kind] = self._kept_facets(kind)
        if kind not in self._facets_of:
            ids = (entry.id for entry in self.catalog if kind in (None, entry.kind))
            self._facets_of[kind] = Facets(self._offers[entry_id] for entry_id in ids)
        return self._facets_of[kind]

    def find(
        self,
        query: str,
        wish: Wish,
        k: int,
        kind: Literal["model", "paper", "concept"] | None = None,
    ) -> list[Ranked]:
        """The best ``k`` records: verdict first, then what is known to be met and relevance.

        Ties keep the order of the catalog.
        """
        asked = wish
        unsure = wish.odds.get(wish.task or "", 1.0) < SURE
        if unsure or wish.task not in self._tasks:  # no record is better at it than another
            wish = wish.model_copy(update={"task": None})
        relevance = self._relevance(query, max(DEPTH, k), kind)
        named = [n for n in wish.named if (e := self.catalog.get(n)) and kind in (None, e.kind)]
        picked = dict.fromkeys([*named, *list(relevance)[: max(JUDGED, k)]])
        picked.update(dict.fromkeys(self._facets(kind).meeting(wish, JUDGED) if relevance else ()))
        judged = [
            self._judged(entry, relevance.get(entry.id, 0.0), wish)
            for entry_id in sorted(picked, key=self.store.position)
            if (entry := self.catalog.get(entry_id))
        ]
        order = _order if kind in (None, "model") else _by_relevance
        best = sorted(judged, key=lambda ranked: order(wish, ranked))
        if kind == "model" and len(best) > 1:
            best = self._by_facts(query, wish, best)
        if kind == "concept":
            asked_for = stems(query)
            best.sort(key=lambda ranked: -_said(asked_for, ranked.entry))
        best = best[:k]
        if asked.task != wish.task:
            best = [self._judged(ranked.entry, ranked.score, asked) for ranked in best]
        return best

    def _by_facts(self, query: str, wish: Wish, best: list[Ranked]) -> list[Ranked]:
        """Of the models of one verdict those first that state what the question speaks of;
        nothing changes where no sentence of theirs can be weighed."""
        first = _order(wish, best[0])[:_DONE]
        leading = [*itertools.takewhile(lambda r: _order(wish, r)[:_DONE] == first, best)]
        likely = self._stated.of(query, [r.entry for r in leading])
        if best[0].fit.verdict == "mismatch" or not any(likely):
            return best

        def speaks(ranked: Ranked, stated: float) -> float:
            apart = _ELSEWHERE * _foreign(wish, ranked.entry)
            return ranked.score + ranked.firm + _STATED * stated - apart

        weighed = [(speaks(r, more), r) for r, more in zip(leading, likely, strict=True)]
        told = [replace(r, points=value - r.score) for value, r in weighed]
        return [*sorted(told, key=lambda r: -r.points - r.score), *best[len(leading) :]]

    def _relevance(self, query: str, depth: int, kind: str | None) -> dict[str, float]:
        """Relevance of the records that the fused ranking holds, best first."""
        hits = candidates(query, self.store, self.lexical, depth, kind=kind)
        most = max((hit.words for hit in hits), default=0.0) or 1.0
        scores = {hit.id: _WORDS * hit.words / most + _NEARNESS * hit.cosine for hit in hits}
        ranking = sorted(scores, key=lambda entry_id: -scores[entry_id])
        votes: dict[str | None, float] = {}
        for entry_id in ranking[:_VOTERS]:
            behind = scores[ranking[0]] - scores[entry_id]
            group = self._groups[entry_id]
            votes[group] = votes.get(group, 0.0) + math.exp(-behind / _SPREAD)
        total = sum(votes.values())
        for entry_id in ranking:
            scores[entry_id] += _GROUP * votes.get(self._groups[entry_id], 0.0) / total
        return {entry_id: scores[entry_id] for entry_id in sorted(scores, key=lambda i: -scores[i])}

    def related(self, query: str, wish: Wish, k: int, beside: Entry) -> list[Ranked]:
        """At most ``k`` papers beside a recommended model, without its own: of its task, for
        pictures like those of the question, nearest to question and model, and first those on
        damage and subjects that the question names. Fewer where the rest is of another field."""
        own, enlarges = keys(beside), self._enlarges(beside)
        relevance = self._relevance(query, DEPTH, "paper")
        papers = [
            entry
            for entry_id in relevance
            if (entry := self.catalog.get(entry_id))
            and not (own & keys(entry) or _foreign(wish, entry))
            and (entry.task == beside.task or (enlarges and self._enlarges(entry)))
        ]
        if not papers:
            return []
        near = self.store.vectors([p.id for p in papers]) @ self.store.vectors([beside.id])[0]
        named = {*wish.degradations, *wish.subjects}
        kin = {
            paper.id: relevance[paper.id]
            + _NEARNESS * float(close)
            + _SHARED * len(named & {*paper.handles, *paper.subjects})
            for paper, close in zip(papers, near, strict=True)
        }
        papers.sort(key=lambda paper: -kin[paper.id])
        return [self._judged(paper, relevance[paper.id], wish) for paper in papers[:k]]

    def _enlarges(self, entry: Entry) -> bool:
        task = self.catalog.vocabulary.task(entry.task)
        return task is not None and not task.keeps_size

    def _judged(self, entry: Entry, relevance: float, wish: Wish) -> Ranked:
        fit, points, firm = weigh(wish, self._offers[entry.id], self.catalog.vocabulary)
        likely = _LIKELY * wish.odds.get(entry.task or "", 0.0)
        return Ranked(entry, relevance, fit, points + likely, firm + likely)


def _order(wish: Wish, ranked: Ranked) -> tuple[float, ...]:
    """Verdict, then (of models that do not fit) task and nearest scale, then points; whoever asks
    for a fact of a model by name means that one, whatever its task."""
    return (
        wish.form == "fact" and ranked.entry.id not in wish.named,
        ranked.fit.verdict == "mismatch",
        ranked.entry.id not in wish.named,
        ranked.fit.rank,
        _distance(wish, ranked),
        _foreign(wish, ranked.entry),
        -ranked.points - ranked.score,
    )


def _by_relevance(wish: Wish, ranked: Ranked) -> tuple[float, ...]:
    """Papers and concepts support an answer by what they are about, whatever task is meant."""
    return (_foreign(wish, ranked.entry), -ranked.score)


def _said(question: list[str], concept: Entry) -> int:
    """How many letters the longest name of a concept has that the question holds; 0 for none."""
    text = f" {' '.join(question)} "
    names = (" ".join(stems(n)) for n in (concept.name, concept.title, *concept.aliases))
    return max((len(name) for name in names if name and f" {name} " in text), default=0)


def _foreign(wish: Wish, entry: Entry) -> bool:
    """Whether a record is of another field, or limited to what the question does not name."""
    return (entry.scope in _FOREIGN and entry.task != wish.task) or (
        bool(entry.subjects) and not set(wish.subjects) & set(entry.subjects)
    )


def _distance(wish: Wish, ranked: Ranked) -> float:
    """How far a model that does not fit is from the scale asked for; infinite off the task."""
    if wish.task is not None and ranked.entry.task != wish.task:
        return math.inf
    if ranked.fit.verdict != "mismatch":
        return 0.0
    pairs = [(scale, asked) for scale in ranked.entry.scales for asked in wish.scales]
    return min((abs(math.log(scale / asked)) for scale, asked in pairs), default=0.0)
