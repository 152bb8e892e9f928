"""The end of a search: a cross-encoder's order, different records first, variants together.

Each works on the answer of ``Search.find`` and moves records only among those of one verdict:
what fits stays before what does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from assistant.retrieval.rerank import CANDIDATES, Reranker
from assistant.retrieval.search import Ranked
from assistant.retrieval.store import Store
from assistant.retrieval.vectors import Floats

ALIKE = 0.95
"""From this cosine of their cards on two records say the same: on the built-in catalog these are
variants of one model, or one work under two titles."""


def reranked(found: Sequence[Ranked], query: str, store: Store, reranker: Reranker) -> list[Ranked]:
    """The first ``CANDIDATES`` in the order of a cross-encoder that reads their cards."""
    head = list(found[:CANDIDATES])
    cards = [store.get(ranked.entry.id)[0].text for ranked in head]
    scores = reranker.scores(query, cards)

    def order(block: list[int]) -> list[int]:
        return sorted(block, key=lambda row: -scores[row])

    return [*(head[row] for row in _by_verdict(head, order)), *found[CANDIDATES:]]


def diverse(found: Sequence[Ranked], k: int, store: Store, trade: float = 0.7) -> list[Ranked]:
    """``k`` records by maximal marginal relevance; a ``trade`` of 1 changes nothing."""
    if not found:
        return []
    vectors = store.vectors([ranked.entry.id for ranked in found])

    def order(block: list[int]) -> list[int]:
        relevance = 1 - np.arange(len(block)) / len(found)
        return [block[row] for row in mmr(vectors[block], relevance, trade)]

    return [found[row] for row in _by_verdict(found, order)][:k]


def mmr(vectors: Floats, relevance: Sequence[float] | np.ndarray, trade: float) -> list[int]:
    """All rows, each the one with the most ``trade * relevance - (1 - trade) * likeness``.

    Likeness is the largest cosine with a row already taken (Carbonell and Goldstein, SIGIR
    1998, section 2). ``vectors`` (rows, dimension) have length 1; of equals the first is taken.
    """
    worth = trade * np.asarray(relevance, float)
    likeness = np.full(len(vectors), -1.0)
    open_ = np.ones(len(vectors), bool)
    taken: list[int] = []
    for _ in range(len(vectors)):
        score = np.where(open_, worth - (1 - trade) * likeness * bool(taken), -np.inf)
        row = int(np.argmax(score))
        taken.append(row)
        open_[row] = False
        likeness = np.maximum(likeness, vectors @ vectors[row])
    return taken


def grouped(found: Sequence[Ranked], store: Store) -> list[tuple[Ranked, list[Ranked]]]:
    """Each record with those that come later and say the same: its variants (one title), or
    cards with nearly equal vectors."""
    if not found:
        return []
    vectors = store.vectors([ranked.entry.id for ranked in found])
    groups: list[tuple[int, list[Ranked]]] = []
    for row, ranked in enumerate(found):
        for first, others in groups:
            leader = found[first].entry
            same = leader.title == ranked.entry.title
            if leader.kind == ranked.entry.kind and (
                same or float(vectors[first] @ vectors[row]) >= ALIKE
            ):
                others.append(ranked)
                break
        else:
            groups.append((row, []))
    return [(found[first], others) for first, others in groups]


def _by_verdict(found: Sequence[Ranked], order: Callable[[list[int]], list[int]]) -> list[int]:
    """Rows of ``found``, each run of one verdict put in a new order."""
    runs = itertools.groupby(range(len(found)), key=lambda row: found[row].fit.verdict)
    return [row for _, run in runs for row in order(list(run))]
