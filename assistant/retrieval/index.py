"""The index of a catalog on disk: opened when it is sound, else brought up to date.

``<cache>/index/`` holds for each of the last catalogs a JSON and its arrays (see ``stored``). A
changed catalog gets a pair of its own, made from the one before: known records are copied, and
a text whose digest is known, from another pair or from what ships in ``catalog/index/``, is not
embedded again. One writer at a time; readers never wait.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import stored
from assistant.catalog import Catalog
from assistant.catalog.large import LargeCatalog
from assistant.content import folder
from assistant.encoder.embedding import EmbeddingModel, all_minilm
from assistant.errors import CatalogError, InputError
from assistant.retrieval.address import Address
from assistant.retrieval.build import Change, build, reader
from assistant.retrieval.facets import Stating
from assistant.retrieval.fusion import Wording
from assistant.retrieval.large import FOLDER as LARGE
from assistant.retrieval.large import Parts, is_made, open_parts
from assistant.retrieval.lexical import Lexical, Postings
from assistant.retrieval.part import Progress
from assistant.retrieval.parts import PartStore
from assistant.retrieval.shared import open_shared
from assistant.retrieval.store import FaissStore, Store, passages_of
from assistant.stored import Stored

FORMAT = 3
KEPT = 4  # pairs of the most recently used catalogs
SHIPPED = "index/vectors.json"
"""Below ``catalog/``: the vectors of the built-in catalog's texts, made by ``make vectors``."""
WAIT_SECONDS = 600.0  # for another writer


@dataclass(frozen=True)
class Index:
    """A catalog ready to be searched by meaning and by words."""

    store: Store
    lexical: Wording
    change: Change | None
    """What was done to open it; None where it was up to date."""
    facets: Callable[[str | None], Stating] | None = None
    """The facets of one kind or of all, where they are kept on disk."""


def open_index(  # noqa: PLR0913 - what a person may say of an index
    catalog: Catalog,
    cache: Path,
    *,
    on_build: Callable[[int], None] | None = None,
    progress: Progress | None = None,
    model: EmbeddingModel | None = None,
    rebuild: bool = False,
    recall: float | None = None,
    store: Address | None = None,
    prune: bool = False,
) -> Index:
    """The index of ``catalog`` from ``cache``, brought up to date first if need be.

    ``on_build`` hears the number of records that have to be embedded, if any, which takes
    some 20 ms each; ``progress`` hears how many of a large catalog are done. ``model`` is
    all-MiniLM-L6-v2 unless given. ``rebuild`` uses nothing that is there. ``recall`` is the share
    of the nearest that a search of a large catalog has to find; it is remembered.
    With ``store`` vectors lie in Milvus, from which ``prune`` removes what the catalog lost.

    Raises:
        CatalogError: there is no sound index and ``cache`` cannot be written, another
            process has been writing for ten minutes, or the encoder's weights are missing.
    """
    model = model or all_minilm()
    if store:
        files = _Files(cache / "index", catalog, model)
        shared = open_shared(
            catalog,
            cache,
            model,
            store,
            known=files.known,
            on_build=on_build,
            prune=prune or rebuild,
        )
        return Index(*shared)
    if isinstance(catalog, LargeCatalog):
        made = open_parts(
            catalog,
            cache / "index",
            model,
            on_build=on_build,
            progress=progress,
            rebuild=rebuild,
            recall=recall,
        )
        return _large(catalog, model, made)
    files = _Files(cache / "index", catalog, model)
    found, change = None if rebuild else files.read(), None
    if found is None:
        with files.alone():
            found = None if rebuild else files.read()  # the one before us may have made it
            if found is None:
                change = files.update(on_build, rebuild=rebuild)
                found = files.read()
    if found is None:
        raise CatalogError(
            f"the index just written to {files.root} cannot be read back",
            hint="check the disk, or set SRA_CACHE to another folder",
        )
    with contextlib.suppress(OSError):
        os.utime(files.json)
    return _opened(catalog, files.model, found, change)


def encoder_of(model: EmbeddingModel) -> dict[str, Any]:
    """What holds of all files whose vectors can be compared with those of ``model``."""
    return {"format": FORMAT, "encoder": model.identity.as_dict()}


def is_sound(catalog: Catalog, cache: Path, *, model: EmbeddingModel | None = None) -> bool:
    """Whether ``open_index`` would open an index here without building it."""
    model = model or all_minilm()
    if isinstance(catalog, LargeCatalog):
        return is_made(catalog, cache / "index", model)
    return _Files(cache / "index", catalog, model).read() is not None


def _opened(catalog: Catalog, model: EmbeddingModel, found: Stored, change: Change | None) -> Index:
    kinds = {entry.id: entry.kind for entry in catalog}
    starts, vectors = found.arrays["starts"], found.arrays["vectors"]
    read = functools.partial(passages_of, catalog)
    store = FaissStore.of(model.queries(), kinds, starts, vectors, read)
    postings = Postings.of_arrays(found.arrays)
    return Index(store, Lexical(store.ids, tuple(kinds.values()), postings), change)


def _large(catalog: LargeCatalog, model: EmbeddingModel, made: Parts) -> Index:
    store = PartStore(catalog, made.parts, model.queries(), made.places, made.recall)
    return Index(store, made.words(), made.change, made.facets)


class _Files:
    """The index folder, as one catalog and one encoder see it."""

    def __init__(self, root: Path, catalog: Catalog, model: EmbeddingModel) -> None:
        self.root, self.catalog, self.model = root, catalog, model
        self._facts = {**encoder_of(model), "reader": reader(), "catalog": catalog.digest}
        name = hashlib.sha256(json.dumps(self._facts, sort_keys=True).encode()).hexdigest()
        self.json = root / f"{name[:16]}.json"

    def read(self) -> Stored | None:
        """The catalog's index, or None unless it is sound."""
        found = stored.read(self.json, self._facts)
        return found if found and found.sound() else None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other writers out; they wait for us as we wait for them."""
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=WAIT_SECONDS)
            lock.acquire()  # the system frees it when its process ends, however that ends
        except Timeout as error:
            raise CatalogError(
                f"another process has been writing to {self.root} for {WAIT_SECONDS:g} seconds",
                hint="wait until it is done, or set SRA_CACHE to another folder",
            ) from error
        except OSError as error:
            raise _unwritable(self.root, error) from error
        try:
            yield
        finally:
            lock.release()

    def update(self, on_build: Callable[[int], None] | None, *, rebuild: bool) -> Change:
        """Write the pair of the catalog, then remove what is not needed any more."""
        known = [] if rebuild else self.known()
        arrays, change = build(self.catalog, self.model, known, on_build)
        try:
            stored.write(self.json, self._facts, arrays)
        except InputError as error:
            raise _unwritable(self.root, error.__cause__) from error
        self._tidy()
        return change

    def known(self) -> list[Stored]:
        """What may hold vectors that are needed, the last used first."""
        files = [*self._last_used(), folder("catalog") / SHIPPED]
        return [pair for file in files if (pair := stored.read(file, encoder_of(self.model)))]

    def _last_used(self) -> list[Path]:
        return sorted(self.root.glob("*.json"), key=lambda f: f.stat().st_mtime, reverse=True)

    def _tidy(self) -> None:
        """Remove all but the last used pairs, leftovers of killed writers and older forms of
        this folder. We are the only writer."""
        with contextlib.suppress(OSError):
            kept = [self.json, *(file for file in self._last_used() if file != self.json)][:KEPT]
            names = {"lock", LARGE, *(file.name for file in kept)}
            names.update(str(stored.facts_of(file).get("arrays")) for file in kept)
            for path in self.root.iterdir():
                if path.name not in names:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _unwritable(root: Path, error: BaseException | None) -> CatalogError:
    reason = getattr(error, "strerror", None) or error
    return CatalogError(
        f"the index cannot be written to {root}: {reason}",
        hint="set SRA_CACHE to a writable folder",
    )
