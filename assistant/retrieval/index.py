"""The index of a catalog on disk: opened when it is sound, else brought up to date.

``<cache>/index/segments/`` holds immutable parts (see ``segment``), ``<cache>/index/catalogs/``
a small manifest for each catalog: the segments it consists of and their records that are gone.
A catalog that changed gets one more segment with its new records; all others stay as they
are, and a text that any segment knows is not embedded again. Every file is written under
another name and renamed, a manifest last, so that a process killed at any time leaves the
index it found. One writer at a time; readers never wait.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.catalog import Catalog
from assistant.errors import CatalogError
from assistant.retrieval.embedding import EmbeddingModel, all_minilm
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.segment import Parts
from assistant.retrieval.shards import Shard
from assistant.retrieval.shelf import Change, Shelf, passages_of
from assistant.retrieval.store import FaissStore, Passage


@dataclass(frozen=True)
class Index:
    """A catalog ready to be searched by meaning and by words."""

    store: FaissStore
    lexical: Lexical
    change: Change | None
    """What was done to open it; None where it was up to date."""


def open_index(
    catalog: Catalog,
    cache: Path,
    *,
    on_build: Callable[[int], None] | None = None,
    model: EmbeddingModel | None = None,
    rebuild: bool = False,
) -> Index:
    """The index of ``catalog`` from ``cache``, brought up to date first if need be.

    ``on_build`` hears the number of records that have to be embedded, if any, which takes
    some 20 ms each. ``model`` is all-MiniLM-L6-v2 unless given. ``rebuild`` uses nothing
    that is there.

    Raises:
        CatalogError: there is no sound index and ``cache`` cannot be written, another
            process has been writing for ten minutes, or the encoder's weights are missing.
    """
    shelf = Shelf(cache / "index", catalog, model or all_minilm())
    parts, change = None if rebuild else shelf.read(), None
    if parts is None:
        with shelf.alone():
            parts = None if rebuild else shelf.read()  # the one before us may have made it
            if parts is None:
                change = shelf.update(on_build, rebuild=rebuild)
                parts = shelf.read()
    if parts is None:
        raise CatalogError(
            f"the index just written to {shelf.root} cannot be read back",
            hint="check the disk, or set SRA_CACHE to another folder",
        )
    with contextlib.suppress(OSError):
        os.utime(shelf.manifest)
    return _opened(catalog, shelf.model, parts, change)


def is_sound(catalog: Catalog, cache: Path, *, model: EmbeddingModel | None = None) -> bool:
    """Whether ``open_index`` would open an index here without building it."""
    return Shelf(cache / "index", catalog, model or all_minilm()).read() is not None


def _opened(catalog: Catalog, model: EmbeddingModel, parts: Parts, change: Change | None) -> Index:
    order = {entry.id: place for place, entry in enumerate(catalog)}
    shards, words = [], []
    for part, marked in parts:
        ids = part.shard.members.ids
        listed = [order[i] if m else -1 for i, m in zip(ids, marked.tolist(), strict=True)]
        members = part.members(np.array(listed, np.int64))
        shards.append(Shard(members, part.shard.starts, part.shard.index))
        words.append((members, part.postings))

    def read(entry_id: str) -> tuple[Passage, ...]:
        entry = catalog.get(entry_id)
        return passages_of(entry) if entry else ()

    return Index(FaissStore.of(model.queries(), shards, read), Lexical(words), change)
