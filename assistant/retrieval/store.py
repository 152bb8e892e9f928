"""Vectors in FAISS: several passages a record, and a search that answers with records.

The class is not a LangChain ``VectorStore`` itself, because importing that takes 0.6 s,
longer than all the rest of a search; ``as_vectorstore`` gives one over the same data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import numpy.typing as npt

from assistant.retrieval.embedding import Encoder

if TYPE_CHECKING:
    from assistant.retrieval.retriever import LangChainStore

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Passage:
    """One text under which the record ``id`` is found."""

    id: str
    kind: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The best passage of a record, and its cosine with the question."""

    passage: Passage
    score: float

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.passage.id


class FaissStore:
    """Exact cosine search over ``faiss.IndexFlatIP``.

    A record is all passages of one id. Searching is safe from many threads, adding and
    removing is not.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.passages: list[Passage] = []
        self._index: Any = None
        self._survey()

    @classmethod
    def of(cls, encoder: Encoder, passages: Iterable[Passage], index: Any) -> FaissStore:
        """A store over a FAISS inner-product index of unit vectors, a row for each passage."""
        store = cls(encoder)
        store.passages, store._index = list(passages), index
        store._survey()
        return store

    @property
    def ids(self) -> tuple[str, ...]:
        """The records, in the order in which they were added."""
        return tuple(self._rows)

    def position(self, entry_id: str) -> int:
        """The place of a record in ``ids``, which decides ties; unknown ones come last."""
        return self._positions.get(entry_id, len(self._positions))

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""
        return tuple(self.passages[row] for row in self._rows.get(entry_id, ()))

    def search(
        self, query: str, k: int, *, keep: Callable[[Passage], bool] | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to ``query``, best first; ``keep`` narrows the passages."""
        if k < 1 or not self.passages:
            return []
        return self.search_vector(self.encoder.embed_query(query), k, keep=keep)

    def search_vector(
        self, vector: Sequence[float], k: int, *, keep: Callable[[Passage], bool] | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""
        if k < 1 or not self.passages:
            return []
        query, total = unit([vector]), len(self.passages)
        rows = min(total, k * self._most + 1)
        while True:
            scores, found = self._index.search(query, rows)
            best = self._best(scores[0].tolist(), found[0].tolist(), keep)
            # Rows that FAISS left out may tie with the last record we return: then look further.
            if rows == total or (len(best) >= k and scores[0][-1] < best[k - 1].score):
                return best[:k]
            rows = min(total, 2 * rows)

    def add(self, passages: Sequence[Passage]) -> None:
        """Embed and add records; one that is there already is replaced."""
        if not passages:
            return
        self.remove({passage.id for passage in passages})
        vectors = unit(embed(self.encoder, [passage.text for passage in passages]))
        if self._index is None:
            self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        self.passages.extend(passages)
        self._survey()

    def remove(self, ids: Iterable[str]) -> None:
        """Take records out; unknown ids are no error."""
        gone = {row for entry_id in ids for row in self._rows.get(entry_id, ())}
        if gone:
            self._index.remove_ids(np.array(sorted(gone), dtype=np.int64))
            self.passages = [p for row, p in enumerate(self.passages) if row not in gone]
            self._survey()

    def as_vectorstore(self) -> LangChainStore:
        """This store as a LangChain ``VectorStore``."""
        from assistant.retrieval.retriever import LangChainStore

        return LangChainStore(self)

    def _best(
        self,
        scores: Sequence[float],
        rows: Sequence[int],
        keep: Callable[[Passage], bool] | None,
    ) -> list[Found]:
        best: dict[str, Found] = {}
        for score, row in sorted(
            zip(scores, rows, strict=True), key=lambda pair: (-pair[0], pair[1])
        ):
            passage = self.passages[row]
            if passage.id not in best and (keep is None or keep(passage)):
                best[passage.id] = Found(passage, score)
        return sorted(best.values(), key=lambda found: (-found.score, self.position(found.id)))

    def _survey(self) -> None:
        """Take stock of the records after a change."""
        self._rows: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passages):
            self._rows.setdefault(passage.id, []).append(row)
        self._positions = {entry_id: place for place, entry_id in enumerate(self._rows)}
        self._most = max((len(rows) for rows in self._rows.values()), default=0)


def embed(encoder: Encoder, texts: Sequence[str], at_once: int = 4096) -> Floats:
    """Vectors (texts, dimension) of ``texts``, each text embedded once so that equals tie."""
    unique = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    queue = list(unique)
    parts = [
        np.asarray(encoder.embed_documents(queue[start : start + at_once]), dtype=np.float32)
        for start in range(0, len(queue), at_once)
    ]
    return np.concatenate(parts)[[unique[text] for text in texts]]


def unit(vectors: npt.ArrayLike) -> Floats:
    """Rows scaled to length 1; a row of zeros stays."""
    rows = np.array(vectors, dtype=np.float32, order="C")
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
