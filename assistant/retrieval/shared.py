"""The index of a catalog whose vectors lie in Milvus: words are counted here, vectors asked there.

What was brought up to date is remembered, so that a catalog that has not changed is not compared
with the rows again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant import stored
from assistant.catalog import Catalog
from assistant.catalog.large import LargeCatalog
from assistant.encoder.embedding import EmbeddingModel
from assistant.files import write_text
from assistant.retrieval.address import Address
from assistant.retrieval.build import Change, reader
from assistant.retrieval.facets import Stating
from assistant.retrieval.fusion import Wording
from assistant.retrieval.large import open_parts
from assistant.retrieval.lexical import Lexical, Postings
from assistant.retrieval.milvus import MilvusStore
from assistant.retrieval.passages import lexical_text
from assistant.stored import Stored

FORMAT = 1
Facets = Callable[[str | None], Stating]


def open_shared(  # noqa: PLR0913 - as open_index, whose arguments these are
    catalog: Catalog,
    cache: Path,
    model: EmbeddingModel,
    at: Address,
    *,
    known: Callable[[], Sequence[Stored]],
    on_build: Callable[[int], None] | None = None,
    prune: bool = False,
) -> tuple[MilvusStore, Wording, Change | None, Facets | None]:
    """The parts of an ``Index``: the collection at ``at`` with the texts of ``catalog``, its words,
    what was done, its facets. What is ``known`` is not embedded.

    Raises:
        InputError: the extra ``milvus`` is not installed.
        CatalogError: the file is open in another process.
        BackendError: the server cannot be reached.
    """
    lexical, facets, position = _words(catalog, cache)
    store = MilvusStore(catalog, model, at, position)
    stamp = cache / "store" / f"{hashlib.sha256(store.name.encode()).hexdigest()[:16]}.json"
    told = stored.facts_of(stamp)
    fresh = told.get("catalog") == catalog.digest and told.get("reader") == reader()
    change = None
    if prune or not fresh or store.size < told.get("rows", 0):
        done = store.update(catalog, known(), prune=prune, on_build=on_build)
        change = done if done.added or done.removed else None
        facts = {"catalog": catalog.digest, "reader": reader(), "rows": done.kept + done.added}
        write_text(stamp, json.dumps(facts) + "\n")
    return store, lexical, change, facets


def _words(catalog: Catalog, cache: Path) -> tuple[Wording, Facets | None, Callable[[str], int]]:
    """What is searched here: words, stated facts where they are kept, places of records."""
    if isinstance(catalog, LargeCatalog):
        made = open_parts(catalog, cache / "index", None)
        return made.words(), made.facets, made.places.of
    facts = {"format": FORMAT, "reader": reader(), "catalog": catalog.digest}
    name = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    file = cache / "store" / f"words-{name}.json"
    found = stored.read(file, facts)
    if found and found.sound():
        postings = Postings.of_arrays(found.arrays)
    else:
        postings = Postings.of(map(lexical_text, catalog))
        stored.write(file, facts, postings.arrays())
    ids = [entry.id for entry in catalog]
    places = {entry_id: place for place, entry_id in enumerate(ids)}
    lexical = Lexical(ids, [entry.kind for entry in catalog], postings)
    return lexical, None, lambda entry_id: places.get(entry_id, len(places))
