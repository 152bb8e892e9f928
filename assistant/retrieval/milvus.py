"""Vectors in Milvus, shared by machines: a server, or one file through Milvus Lite (one process).

Only nearness is asked of the engine. Words, ranks, fit and order are ours, so an answer is that of
FAISS over the same records. A row is one text of one record, named by the digest of both: adding
is the same for everybody, nobody overwrites another's rows, and rows of texts that this catalog
does not hold are passed over.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.catalog import Catalog, Entry
from assistant.encoder.embedding import EmbeddingModel
from assistant.retrieval.address import Address
from assistant.retrieval.build import Change, vectors_of
from assistant.retrieval.connection import connected, quiet, reached
from assistant.retrieval.passages import passages
from assistant.retrieval.store import Found, Keep, Passage, Store, passages_of
from assistant.retrieval.vectors import Floats, unit
from assistant.stored import Stored

_MOST = 16_384  # rows that Milvus gives at once
_AT_ONCE = 1000  # rows written together
_REMEMBERED = 100_000


class Row(NamedTuple):
    """One text of one record as a row."""

    key: str
    id: str
    kind: str
    nth: int
    text: str


def rows_of(entry: Entry) -> list[Row]:
    """The texts under which a record is found, as rows."""
    return [
        Row(_key(entry.id, nth, text), entry.id, entry.kind, nth, text)
        for nth, text in enumerate(passages(entry))
    ]


def looked_up(model: EmbeddingModel, at: Address) -> tuple[str, int | None]:
    """Where the vectors of ``model`` belong and how many are there, None before any; makes nothing.

    Raises:
        InputError: the extra ``milvus`` is not installed.
        CatalogError: the file is open in another process.
        BackendError: the server cannot be reached.
    """
    name = _collection(model, at)
    told = f"{at.uri} {name}"
    if at.local and not Path(at.uri).exists():  # Lite would make the file
        return told, None
    client = connected(at)
    with reached(at), contextlib.closing(client):
        return told, _rows(client, name) if client.has_collection(name) else None


class MilvusStore(Store):
    """What ``FaissStore`` does, over a collection of Milvus."""

    def __init__(
        self,
        catalog: Catalog,
        model: EmbeddingModel,
        at: Address,
        position: Callable[[str], int],
    ) -> None:
        self.encoder, self._position = model.queries(), position
        self._catalog, self._model, self._at = catalog, model, at
        self._name = _collection(model, at)
        self._client = connected(at)
        self._is_ours = functools.lru_cache(_REMEMBERED)(self._holds)
        self.name = f"{at.uri} {self._name}"
        with reached(at):
            if not self._client.has_collection(self._name):
                self._create()
            self._client.load_collection(self._name)

    @property
    def size(self) -> int:
        """How many rows there are, those of others too."""
        with reached(self._at):
            return _rows(self._client, self._name)

    def position(self, entry_id: str) -> int:
        """The place of a record, which decides ties."""
        return self._position(entry_id)

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""
        return passages_of(self._catalog, entry_id)

    def vectors(self, ids: Sequence[str]) -> Floats:
        """The vector of the first passage of each record, (ids, dimension)."""
        keys = [_key(entry_id, 0, self.get(entry_id)[0].text) for entry_id in ids]
        with reached(self._at):
            got = self._client.get(self._name, ids=keys, output_fields=["vector"])
        found = {row["key"]: row["vector"] for row in got}
        return np.array([found[key] for key in keys], np.float32)

    def search_vector(
        self, vector: Sequence[float], k: int, *, kind: str | None = None, keep: Keep | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""
        if k < 1:
            return []
        query, asked = unit([vector]).tolist(), 2 * k + 50
        while True:
            asked = min(asked, _MOST)
            with reached(self._at):
                rows = self._client.search(
                    self._name,
                    data=query,
                    limit=asked,
                    filter=f"kind == {json.dumps(kind)}" if kind else "",
                    output_fields=["id", "nth"],
                )[0]
            found = self._best(rows, keep)
            least = found[k - 1].score if len(found) >= k else -np.inf
            last = rows[-1]["distance"] if rows else -np.inf
            if len(rows) < asked or asked == _MOST or last < least:
                return found[:k]
            asked *= 4

    def update(
        self,
        entries: Iterable[Entry],
        known: Sequence[Stored],
        *,
        prune: bool,
        on_build: Callable[[int], None] | None = None,
    ) -> Change:
        """Add the texts that are missing and, with ``prune``, remove all that this catalog does
        not hold; vectors of ``known`` indexes are copied. Rows are counted; ``on_build`` hears how
        many records are to be embedded."""
        with reached(self._at):
            with quiet():  # that Lite has no clock of a server
                there = set(self._keys())
            kept, added, embedded, wanted = 0, 0, 0, set[str]()
            rows = (row for entry in entries for row in rows_of(entry))
            while block := list(islice(rows, _AT_ONCE)):
                wanted.update(row.key for row in block)
                fresh = list({row.key: row for row in block if row.key not in there}.values())
                kept += len(block) - len(fresh)
                added += len(fresh)
                embedded += self._add(fresh, known, on_build)
            gone = sorted(there - wanted) if prune else []
            for start in range(0, len(gone), _AT_ONCE):
                self._client.delete(self._name, ids=gone[start : start + _AT_ONCE])
            if added or gone:
                self._client.flush(self._name)  # unflushed rows are searched slowly
        self._is_ours.cache_clear()
        return Change(kept=kept, added=added, removed=len(gone), embedded=embedded)

    def close(self) -> None:
        """Let the next process have the file."""
        self._client.close()

    def _best(self, rows: Any, keep: Keep | None) -> list[Found]:
        """The best passage of each record that this catalog holds, in our order."""
        best: dict[str, Found] = {}
        ordered = sorted(
            (-row["distance"], row["entity"]["nth"], row["entity"]["id"], row["key"])
            for row in rows
        )
        for far, nth, entry_id, key in ordered:
            if entry_id in best or not self._is_ours(entry_id, nth, key):
                continue
            if keep and not keep(self.get(entry_id)[nth]):
                continue
            best[entry_id] = Found(entry_id, -far, nth, self)
        return sorted(best.values(), key=lambda one: (-one.score, self.position(one.id)))

    def _holds(self, entry_id: str, nth: int, key: str) -> bool:
        """Whether the catalog holds this very text."""
        listed = self.get(entry_id)
        return nth < len(listed) and _key(entry_id, nth, listed[nth].text) == key

    def _add(
        self,
        rows: Sequence[Row],
        known: Sequence[Stored],
        on_build: Callable[[int], None] | None,
    ) -> int:
        """Write rows; how many of their texts had to be embedded."""
        if not rows:
            return 0
        # As FAISS has them: directions of a byte a component, so that both give one cosine.
        texts, owners = [row.text for row in rows], [row.id for row in rows]
        _, made, embedded = vectors_of(texts, owners, self._model, known, on_build)
        self._client.upsert(
            self._name,
            [
                {"key": row.key, "id": row.id, "kind": row.kind, "nth": row.nth, "vector": vector}
                for row, vector in zip(rows, unit(made), strict=True)
            ],
        )
        return embedded

    def _keys(self) -> Iterator[str]:
        pages = self._client.query_iterator(self._name, batch_size=_AT_ONCE, output_fields=["key"])
        while page := pages.next():
            yield from (row["key"] for row in page)
        pages.close()

    def _create(self) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.VARCHAR, max_length=32, is_primary=True)
        schema.add_field("id", DataType.VARCHAR, max_length=160)
        schema.add_field("kind", DataType.VARCHAR, max_length=16)
        schema.add_field("nth", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._model.identity.dimension)
        indexes = self._client.prepare_index_params()
        kind = "FLAT" if self._at.local else "AUTOINDEX"  # Lite's others are no faster
        indexes.add_index("vector", index_type=kind, metric_type="IP")
        self._client.create_collection(
            self._name, schema=schema, index_params=indexes, consistency_level="Strong"
        )


def _collection(model: EmbeddingModel, at: Address) -> str:
    """The name of the collection: encoders differ, and so do their vectors."""
    told = json.dumps(model.identity.as_dict(), sort_keys=True)
    return f"{at.name}_{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _rows(client: Any, name: str) -> int:
    return int(client.get_collection_stats(name)["row_count"])


def _key(entry_id: str, nth: int, text: str) -> str:
    told = f"{entry_id}\0{nth}\0{text}".encode("utf-8", "replace")
    return hashlib.sha256(told).hexdigest()[:32]
