"""Reciprocal rank fusion of the lexical and the dense ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from assistant.retrieval.store import Store

_DAMPING = 60  # Cormack, Clarke and Buettcher, SIGIR 2009, section 2


class Wording(Protocol):
    """What finds records by their words, wherever these are counted."""

    def search(self, query: str, k: int, *, kind: str | None = None) -> list[tuple[str, float]]:
        """The best ``k`` ids that share a word with ``query``, with their scores above 0."""


class Hit(NamedTuple):
    """A record in the fused ranking, its rank (from 1) in each that holds it, and its scores.

    ``words`` is its BM25 score and ``cosine`` its nearness, 0 where a ranking does not hold it.
    """

    id: str
    score: float
    lexical: int | None
    dense: int | None
    words: float = 0.0
    cosine: float = 0.0


def candidates(
    query: str, store: Store, lexical: Wording, k: int, *, kind: str | None = None
) -> list[Hit]:
    """The best ``k`` records for ``query``, of one kind if given; none for a blank one.

    Each ranking gives at least its first 50. A record that both rank below ``2 k + 60`` has
    less than 1 / (60 + k), which the first ``k`` of each ranking have by that rank alone, so
    no ranking is asked deeper. Records that tie keep their order in the store.
    """
    if k < 1 or not query.strip():
        return []
    depth = max(50, min(5 * k, 2 * k + _DAMPING))
    by_words = dict(lexical.search(query, depth, kind=kind))
    nearest = {found.id: found.score for found in store.search(query, depth, kind=kind)}
    hits = fuse(list(by_words), list(nearest))
    hits.sort(key=lambda hit: (-hit.score, store.position(hit.id)))
    return [
        hit._replace(words=by_words.get(hit.id, 0.0), cosine=nearest.get(hit.id, 0.0))
        for hit in hits[:k]
    ]


def fuse(lexical: Sequence[str], dense: Sequence[str]) -> list[Hit]:
    """Two rankings of ids as one; the score of an id is the sum of 1 / (60 + rank).

    Best first; ties go by first appearance, lexical before dense.
    """
    by_words = {entry_id: rank for rank, entry_id in enumerate(lexical, 1)}
    by_meaning = {entry_id: rank for rank, entry_id in enumerate(dense, 1)}
    hits = []
    for entry_id in dict.fromkeys((*lexical, *dense)):
        one, other = by_words.get(entry_id), by_meaning.get(entry_id)
        score = (1 / (_DAMPING + one) if one else 0) + (1 / (_DAMPING + other) if other else 0)
        hits.append(Hit(entry_id, score, one, other))
    return sorted(hits, key=lambda hit: -hit.score)
