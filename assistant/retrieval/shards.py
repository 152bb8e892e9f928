"""One FAISS index with the records that own its rows."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from assistant.retrieval.members import Ints, Members

Floats = npt.NDArray[np.float32]
_faiss: Any = faiss  # its types do not know what its wrappers take


@dataclass(frozen=True, eq=False)
class Shard:
    """Records whose vectors lie in one FAISS index: record ``n`` has the rows from
    ``starts[n]`` up to ``starts[n + 1]``."""

    members: Members
    starts: Ints
    index: Any

    @functools.cached_property
    def owners(self) -> Ints:
        """The record of each row."""
        return np.repeat(np.arange(len(self.members)), np.diff(self.starts))

    def nearest(self, query: Floats, rows: int, kind: str | None) -> tuple[Floats, Ints]:
        """Scores and numbers of the ``rows`` best rows, fewer where there are no more."""
        scores, found = self.index.search(query, rows, params=self._within(kind))
        there = found[0] >= 0
        return scores[0][there], found[0][there]

    def _within(self, kind: str | None) -> Any:
        """What makes FAISS look only at records that may be found; None for all rows."""
        wanted = self.members.found(kind)
        if wanted.all():
            return None
        if kind not in self._selectors:
            bits: Any = np.packbits(wanted[self.owners], bitorder="little")
            selector = _faiss.IDSelectorBitmap(bits)
            self._selectors[kind] = _faiss.SearchParameters(sel=selector)
        return self._selectors[kind]

    @functools.cached_property
    def _selectors(self) -> dict[str | None, Any]:
        return {}

    def without(self, gone: Collection[str]) -> Shard:
        """The same rows, of which those of some records are not found any more."""
        members = self.members
        here = np.array([entry_id not in gone for entry_id in members.ids], bool)
        places = np.where(here, members.places, -1)
        return Shard(Members(members.ids, members.kinds, places), self.starts, self.index)

    @classmethod
    def joined(cls, shards: Sequence[Shard]) -> Shard:
        """The records of several shards that are there, as one shard in memory."""
        ids: list[str] = []
        kinds: list[str] = []
        places, sizes, vectors = [], [np.zeros(1, np.int64)], []
        for shard in shards:
            marked = shard.members.found(None)
            ids.extend(compress(shard.members.ids, marked))
            kinds.extend(compress(shard.members.kinds, marked))
            places.append(shard.members.places[marked])
            sizes.append(np.diff(shard.starts)[marked])
            vectors.append(rows_of(shard.index)[marked[shard.owners]])
        members = Members(ids, kinds, np.concatenate(places))
        return cls(members, np.cumsum(np.concatenate(sizes)), flat(np.concatenate(vectors)))


def flat(vectors: Floats) -> Any:
    """A FAISS index of unit vectors, by inner product."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def rows_of(index: Any) -> Floats:
    """The vectors of a flat FAISS index as they lie in memory or in its file."""
    numbers = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
    vectors: Floats = numbers.reshape(index.ntotal, index.d)
    return vectors


def unit(vectors: npt.ArrayLike) -> Floats:
    """Rows scaled to length 1; a row of zeros stays."""
    rows = np.array(vectors, dtype=np.float32, order="C")
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
