"""Reciprocal rank fusion of the lexical and the dense ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.retrieval.lexical import Lexical
from assistant.retrieval.store import FaissStore

_DAMPING = 60  # Cormack, Clarke and Buettcher, SIGIR 2009, section 2


@dataclass(frozen=True)
class Hit:
    """A record in the fused ranking, and its rank (from 1) in each that holds it."""

    id: str
    score: float
    lexical: int | None
    dense: int | None


def candidates(
    query: str,
    store: FaissStore,
    lexical: Lexical,
    k: int,
    *,
    keep: Callable[[str], bool] | None = None,
) -> list[Hit]:
    """The best ``k`` records for ``query``; none for a blank one.

    ``keep`` narrows the ids that may be found. Each ranking gives at least its first 50.
    Records that tie keep their order in the store.
    """
    if k < 1 or not query.strip():
        return []
    depth = max(50, 5 * k)
    by_words = [entry_id for entry_id, _ in lexical.search(query, depth, keep=keep)]
    nearest = store.search(query, depth, keep=keep and (lambda passage: keep(passage.id)))
    hits = fuse(by_words, [found.id for found in nearest])
    return sorted(hits, key=lambda hit: (-hit.score, store.position(hit.id)))[:k]


def fuse(lexical: Sequence[str], dense: Sequence[str]) -> list[Hit]:
    """Two rankings of ids as one; the score of an id is the sum of 1 / (60 + rank).

    Best first; ties go by first appearance, lexical before dense.
    """
    by_words = {entry_id: rank for rank, entry_id in enumerate(lexical, 1)}
    by_meaning = {entry_id: rank for rank, entry_id in enumerate(dense, 1)}
    hits = [
        Hit(
            entry_id,
            sum(
                1 / (_DAMPING + ranks[entry_id])
                for ranks in (by_words, by_meaning)
                if entry_id in ranks
            ),
            by_words.get(entry_id),
            by_meaning.get(entry_id),
        )
        for entry_id in dict.fromkeys((*lexical, *dense))
    ]
    return sorted(hits, key=lambda hit: -hit.score)
