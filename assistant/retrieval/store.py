"""Vectors in FAISS: several passages a record, and a search that answers with records.

The class is not a LangChain ``VectorStore`` itself, because importing that takes 0.6 s,
longer than all the rest of a search; ``as_vectorstore`` gives one over the same data.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any, Protocol

import faiss
import numpy as np

from assistant.catalog import Catalog
from assistant.encoder.embedding import Encoder
from assistant.encoder.kept import Directions
from assistant.retrieval.passages import passages
from assistant.retrieval.vectors import Floats, Ints, embed, unit

if TYPE_CHECKING:
    from assistant.retrieval.retriever import LangChainStore

_faiss: Any = faiss  # its types do not know what its wrappers take


@dataclass(frozen=True)
class Passage:
    """One text under which the record ``id`` is found."""

    id: str
    kind: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


Keep = Callable[[Passage], bool]
"""What narrows a search to the records that have such a passage."""


class Store(Protocol):
    """What finds records by meaning, wherever their vectors lie."""

    encoder: Encoder

    @property
    def size(self) -> int:
        """How many passages there are."""

    def position(self, entry_id: str) -> int:
        """The place of a record, which decides ties; unknown ones come last."""

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""

    def vectors(self, ids: Sequence[str]) -> Floats:
        """The vector of the first passage of each record, (ids, dimension)."""

    def search(
        self, query: str, k: int, *, kind: str | None = None, keep: Keep | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to ``query``, best first; ``kind`` and ``keep`` narrow."""
        if k < 1:
            return []
        return self.search_vector(self.encoder.embed_query(query), k, kind=kind, keep=keep)

    def search_vector(
        self, vector: Sequence[float], k: int, *, kind: str | None = None, keep: Keep | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record, its cosine with the question, and which of its passages has it."""

    id: str
    score: float
    nth: int
    _store: Store = field(repr=False, compare=False)

    @property
    def passage(self) -> Passage:
        """The best passage of the record."""
        return self._store.get(self.id)[self.nth]


def passages_of(catalog: Catalog, entry_id: str) -> tuple[Passage, ...]:
    """The passages of a record, none if there is no such record."""
    entry = catalog.get(entry_id)
    if entry is None:
        return ()
    return tuple(Passage(entry_id, entry.kind, text) for text in passages(entry))


class FaissStore(Store):
    """Exact cosine search over a flat FAISS index of unit vectors.

    A record is all passages of one id: record ``n`` has the rows from ``starts[n]`` up to
    ``starts[n + 1]``. Searching is safe from many threads, adding and removing is not.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._added: dict[str, tuple[Passage, ...]] = {}
        self._read: Callable[[str], tuple[Passage, ...]] = self._added.__getitem__
        self._vectors: Directions = np.zeros((0, 1), np.int8)
        self._hold((), (), np.zeros(1, np.int64))

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        kinds: Mapping[str, str],
        starts: Ints,
        vectors: Directions,
        read: Callable[[str], tuple[Passage, ...]],
    ) -> FaissStore:
        """A store of records whose vectors are known, FAISS's copy made at the first search.

        ``kinds`` are their kinds by id; ``read`` gives the passages of one when asked for.
        """
        store = cls(encoder)
        store._vectors, store._read = vectors, read
        store._hold(tuple(kinds), tuple(kinds.values()), starts)
        return store

    @functools.cached_property
    def _index(self) -> Any:
        return flat(self._vectors)

    def _hold(self, ids: Sequence[str], kinds: Sequence[str], starts: Ints) -> None:
        """Take these for the records of the rows."""
        self.ids, self._kinds, self._starts = tuple(ids), tuple(kinds), starts
        self._places = {entry_id: place for place, entry_id in enumerate(self.ids)}
        self._owners = np.repeat(np.arange(len(self.ids)), np.diff(starts))
        self._selectors: dict[str, Any] = {}

    @property
    def size(self) -> int:
        """How many passages there are."""
        return len(self._owners)

    def position(self, entry_id: str) -> int:
        """The place of a record, which decides ties; unknown ones come last."""
        return self._places.get(entry_id, len(self.ids))

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""
        if entry_id not in self._places:
            return ()
        return self._added.get(entry_id) or self._read(entry_id)

    def vectors(self, ids: Sequence[str]) -> Floats:
        """The vector of the first passage of each record, (ids, dimension)."""
        rows = [int(self._starts[self._places[entry_id]]) for entry_id in ids]
        return np.stack([self._index.reconstruct(row) for row in rows])

    def search_vector(
        self, vector: Sequence[float], k: int, *, kind: str | None = None, keep: Keep | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""
        if k < 1 or not self.size:
            return []
        query, asked = unit([vector]), 2 * k + 50
        while True:
            scores, rows = self._index.search(query, asked, params=self._within(kind))
            there = rows[0] >= 0
            scores, rows = scores[0][there], rows[0][there]
            found = self._best(scores, rows, k, keep)
            # Rows that FAISS left out may tie with the last record we return: then look further.
            least = found[k - 1].score if len(found) == k else -np.inf
            if len(scores) < asked or scores[-1] < least:
                return found
            asked *= 4

    def add(self, passages: Sequence[Passage]) -> None:
        """Embed and add records; one that is there already is replaced."""
        if not passages:
            return
        records: dict[str, list[Passage]] = {}
        for passage in passages:
            records.setdefault(passage.id, []).append(passage)
        texts = [passage.text for listed in records.values() for passage in listed]
        vectors = unit(embed(self.encoder, texts))
        self.remove(records)
        if self.size:
            self._index.add(vectors)
        else:
            self._index = flat(vectors)
        self._added.update({entry_id: tuple(listed) for entry_id, listed in records.items()})
        ends = self.size + np.cumsum([len(listed) for listed in records.values()])
        kinds = [*self._kinds, *(listed[0].kind for listed in records.values())]
        self._hold([*self.ids, *records], kinds, np.concatenate([self._starts, ends]))

    def remove(self, ids: Iterable[str]) -> None:
        """Take records out; unknown ids are no error."""
        gone = self._places.keys() & set(ids)
        if not gone:
            return
        kept = np.array([entry_id not in gone for entry_id in self.ids])
        self._index.remove_ids(np.flatnonzero(~kept[self._owners]))  # FAISS closes the gaps
        for entry_id in gone:
            self._added.pop(entry_id, None)
        starts = np.append(0, np.cumsum(np.diff(self._starts)[kept]))
        self._hold(tuple(compress(self.ids, kept)), tuple(compress(self._kinds, kept)), starts)

    def as_vectorstore(self) -> LangChainStore:
        """This store as a LangChain ``VectorStore``."""
        from assistant.retrieval.retriever import LangChainStore

        return LangChainStore(self)

    def _best(self, scores: Floats, rows: Ints, k: int, keep: Keep | None) -> list[Found]:
        """The best passage of each record among some rows."""
        order = np.lexsort((rows, -scores))
        owners = self._owners[rows]
        nth = rows - self._starts[owners]
        if keep:
            listed = zip(owners[order].tolist(), nth[order].tolist(), strict=True)
            order = order[[keep(self.get(self.ids[one])[passage]) for one, passage in listed]]
        firsts = np.unique(owners[order], return_index=True)[1]
        order = order[np.sort(firsts)[:k]]
        best = zip(owners[order].tolist(), scores[order].tolist(), nth[order].tolist(), strict=True)
        return [Found(self.ids[one], cosine, passage, self) for one, cosine, passage in best]

    def _within(self, kind: str | None) -> Any:
        """What makes FAISS look only at records of one kind; None for all rows."""
        if kind is None:
            return None
        if kind not in self._selectors:
            wanted = np.array([one == kind for one in self._kinds])
            bits: Any = np.packbits(wanted[self._owners], bitorder="little")
            selector = _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))
            self._selectors[kind] = None if wanted.all() else selector
        return self._selectors[kind]


def flat(vectors: Floats | Directions) -> Any:
    """A FAISS index of the directions of ``vectors`` (rows, dimension), by inner product."""
    index = _faiss.IndexFlatIP(vectors.shape[1])
    for start in range(0, len(vectors), 1024):  # so that there is never a second copy of all
        index.add(unit(vectors[start : start + 1024]))
    return index
