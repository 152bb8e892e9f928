"""Vectors in FAISS: several passages a record, and a search that answers with records.

The class is not a LangChain ``VectorStore`` itself, because importing that takes 0.6 s,
longer than all the rest of a search; ``as_vectorstore`` gives one over the same data.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.retrieval.embedding import Encoder
from assistant.retrieval.members import Ints, Members
from assistant.retrieval.shards import Floats, Shard, flat, unit

if TYPE_CHECKING:
    from assistant.retrieval.retriever import LangChainStore

_SHARDS = 8  # more are joined into one


@dataclass(frozen=True)
class Passage:
    """One text under which the record ``id`` is found."""

    id: str
    kind: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A record, its cosine with the question, and which of its passages has it."""

    id: str
    score: float
    nth: int
    _store: FaissStore = field(repr=False, compare=False)

    @property
    def passage(self) -> Passage:
        """The best passage of the record."""
        return self._store.get(self.id)[self.nth]


class FaissStore:
    """Exact cosine search over flat FAISS indexes of unit vectors.

    A record is all passages of one id. Searching is safe from many threads, adding and
    removing is not.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._shards: tuple[Shard, ...] = ()
        self._added: dict[str, tuple[Passage, ...]] = {}
        self._read: Callable[[str], tuple[Passage, ...]] = self._added.__getitem__
        self._survey()

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        shards: Iterable[Shard],
        passages: Callable[[str], tuple[Passage, ...]],
    ) -> FaissStore:
        """A store over what is indexed already; ``passages`` gives those of an id."""
        store = cls(encoder)
        store._shards, store._read = tuple(shards), passages
        store._survey()
        return store

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        """The place of each record that is there."""
        return {
            entry_id: place
            for shard in self._shards
            for entry_id, place in zip(
                shard.members.ids, shard.members.places.tolist(), strict=True
            )
            if place >= 0
        }

    @property
    def ids(self) -> tuple[str, ...]:
        """The records, in the order that decides ties."""
        return tuple(sorted(self._places, key=self._places.__getitem__))

    @property
    def size(self) -> int:
        """How many passages there are."""
        return int((self._order[self._owners] >= 0).sum())

    def position(self, entry_id: str) -> int:
        """The place of a record, which decides ties; unknown ones come last."""
        return self._places.get(entry_id, self._next)

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""
        if entry_id not in self._places:
            return ()
        return self._added.get(entry_id) or self._read(entry_id)

    def vectors(self, ids: Sequence[str]) -> Floats:
        """The vector of the first passage of each record, (ids, dimension)."""
        wanted, rows = set(ids), {}
        for shard in self._shards:
            for number in np.flatnonzero(shard.members.found(None)).tolist():
                if (entry_id := shard.members.ids[number]) in wanted:
                    rows[entry_id] = shard.index.reconstruct(int(shard.starts[number]))
        return np.stack([rows[entry_id] for entry_id in ids])

    def search(
        self,
        query: str,
        k: int,
        *,
        kind: str | None = None,
        keep: Callable[[Passage], bool] | None = None,
    ) -> list[Found]:
        """The ``k`` records nearest to ``query``, best first; ``kind`` and ``keep`` narrow."""
        if k < 1 or not self._shards:
            return []
        return self.search_vector(self.encoder.embed_query(query), k, kind=kind, keep=keep)

    def search_vector(
        self,
        vector: Sequence[float],
        k: int,
        *,
        kind: str | None = None,
        keep: Callable[[Passage], bool] | None = None,
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""
        if k < 1 or not self._shards:
            return []
        query, rows = unit([vector]), 2 * k + 50
        while True:
            parts = [shard.nearest(query, rows, kind) for shard in self._shards]
            found = self._best(parts, k, keep)
            # Rows that FAISS left out may tie with the last record we return: then look further.
            least = found[k - 1].score if len(found) == k else -np.inf
            if all(len(scores) < rows or scores[-1] < least for scores, _ in parts):
                return found
            rows *= 4

    def add(self, passages: Sequence[Passage]) -> None:
        """Embed and add records; one that is there already is replaced."""
        if not passages:
            return
        records: dict[str, list[Passage]] = {}
        for passage in passages:
            records.setdefault(passage.id, []).append(passage)
        vectors = embed(self.encoder, [p.text for listed in records.values() for p in listed])
        self.remove(records)
        members = Members(
            tuple(records),
            tuple(listed[0].kind for listed in records.values()),
            np.arange(self._next, self._next + len(records)),
        )
        starts = np.cumsum([0, *map(len, records.values())])
        self._shards += (Shard(members, starts, flat(unit(vectors))),)
        self._added.update({entry_id: tuple(listed) for entry_id, listed in records.items()})
        if len(self._shards) > _SHARDS:
            self._shards = (Shard.joined(self._shards),)
        self._survey()

    def remove(self, ids: Iterable[str]) -> None:
        """Take records out; unknown ids are no error."""
        gone = {entry_id for entry_id in ids if entry_id in self._places}
        if gone:
            self._shards = tuple(shard.without(gone) for shard in self._shards)
            for entry_id in gone:
                self._added.pop(entry_id, None)
            self._survey()

    def as_vectorstore(self) -> LangChainStore:
        """This store as a LangChain ``VectorStore``."""
        from assistant.retrieval.retriever import LangChainStore

        return LangChainStore(self)

    def _best(
        self,
        parts: Sequence[tuple[Floats, Ints]],
        k: int,
        keep: Callable[[Passage], bool] | None,
    ) -> list[Found]:
        """The best passage of each record, over all shards."""
        score = np.concatenate([scores for scores, _ in parts])
        row = np.concatenate([n + s for (_, n), s in zip(parts, self._rows, strict=True)])
        number = self._owners[row]
        nth = row - self._starts[number]
        order = np.lexsort((nth, self._order[number], -score))
        if keep:
            listed = zip(number[order].tolist(), nth[order].tolist(), strict=True)
            order = order[[keep(self.get(self._ids[one])[passage]) for one, passage in listed]]
        firsts = np.unique(number[order], return_index=True)[1]
        order = order[np.sort(firsts)[:k]]
        best = zip(number[order].tolist(), score[order].tolist(), nth[order].tolist(), strict=True)
        return [Found(self._ids[one], cosine, passage, self) for one, cosine, passage in best]

    def _survey(self) -> None:
        """Number the records and rows of all shards after a change."""
        none, shards = np.zeros(0, np.int64), self._shards
        records = np.cumsum([0, *(len(shard.members) for shard in shards)])
        self._rows = np.cumsum([0, *(shard.index.ntotal for shard in shards)])[:-1]
        self._ids = [entry_id for shard in shards for entry_id in shard.members.ids]
        self._order = np.concatenate([none, *(shard.members.places for shard in shards)])
        firsts = list(zip(shards, records[:-1], self._rows, strict=True))
        self._owners = np.concatenate([none, *(s.owners + record for s, record, _ in firsts)])
        self._starts = np.concatenate([none, *(s.starts[:-1] + row for s, _, row in firsts)])
        self._next = int(self._order.max(initial=-1)) + 1
        self.__dict__.pop("_places", None)


def embed(encoder: Encoder, texts: Sequence[str], at_once: int = 4096) -> Floats:
    """Vectors (texts, dimension) of ``texts``, each text embedded once so that equals tie."""
    unique = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    queue = list(unique)
    parts = [
        np.asarray(encoder.embed_documents(queue[start : start + at_once]), dtype=np.float32)
        for start in range(0, len(queue), at_once)
    ]
    return np.concatenate(parts)[[unique[text] for text in texts]]
