"""The dense index of a catalog on disk: opened when it is sound, else built anew.

``<cache>/index/<digest>/`` holds ``vectors.faiss``, ``passages.json`` and ``manifest.json``.
The digest covers the catalog, the encoder, the passages and this format, so that another
catalog or encoder means another folder. The manifest repeats all that beside the SHA-256 of
both files; nothing is parsed by FAISS before every byte of it has been accounted for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from assistant.catalog import Catalog, Model
from assistant.errors import CatalogError
from assistant.retrieval.embedding import EmbeddingModel, all_minilm
from assistant.retrieval.passages import passages
from assistant.retrieval.store import FaissStore, Passage, embed, unit

FORMAT = 1
KEPT = 4  # folders of the most recently used catalogs
_LEFTOVER_SECONDS = 600.0  # writing takes seconds: what is older belongs to a killed process
_BROKEN = (OSError, ValueError, RecursionError, RuntimeError)  # by files, JSON and FAISS


def open_index(
    catalog: Catalog,
    cache: Path,
    *,
    on_build: Callable[[int], None] | None = None,
    model: EmbeddingModel | None = None,
) -> FaissStore:
    """The searchable passages of ``catalog``, from ``cache`` or built into it.

    ``on_build`` hears the number of records before a build, which takes from ten seconds to
    minutes. ``model`` is all-MiniLM-L6-v2 unless given.

    Raises:
        CatalogError: there is no sound index and ``cache`` cannot be written, or the
            weights of the encoder are missing.
    """
    model = model or all_minilm()
    plan = _Plan.of(catalog, cache, model)
    index = plan.read()
    if index is None:
        _check_writable(plan.folder.parent)
        if on_build:
            on_build(len(catalog))
        _build(plan, model)
        _tidy(plan.folder)
        index = plan.read()
    if index is None:
        raise CatalogError(
            f"the index just written to {plan.folder} cannot be read back",
            hint="check the disk, or set SRA_CACHE to another folder",
        )
    with contextlib.suppress(OSError):
        os.utime(plan.folder)
    return FaissStore.of(model.queries(), plan.passages, index)


def is_sound(catalog: Catalog, cache: Path, *, model: EmbeddingModel | None = None) -> bool:
    """Whether ``open_index`` would open an index here without building it."""
    return _Plan.of(catalog, cache, model or all_minilm()).read() is not None


def drop(catalog: Catalog, cache: Path, *, model: EmbeddingModel | None = None) -> None:
    """Remove the index of ``catalog``, so that the next opening builds it; none is no error.

    Raises:
        CatalogError: ``cache`` cannot be written.
    """
    plan = _Plan.of(catalog, cache, model or all_minilm())
    _check_writable(plan.folder.parent)
    _remove(plan.folder)


@dataclass(frozen=True)
class _Plan:
    """What the index of a catalog has to be, and where."""

    folder: Path
    passages: tuple[Passage, ...]
    written: bytes  # passages.json
    manifest: dict[str, Any]  # without what only a build knows
    dimension: int

    @classmethod
    def of(cls, catalog: Catalog, cache: Path, model: EmbeddingModel) -> _Plan:
        """Derive everything but the vectors from the catalog and the encoder."""
        texts = tuple(
            Passage(entry.id, "model" if isinstance(entry, Model) else "paper", text)
            for entry in catalog
            for text in passages(entry)
        )
        rows = [{"id": text.id, "kind": text.kind, "text": text.text} for text in texts]
        written = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "catalog": catalog.digest,
            "encoder": model.identity.as_dict(),
            "records": len(catalog),
            "passages": len(texts),
            "passages.json": _sha256(written),
        }
        name = _sha256(json.dumps(manifest, sort_keys=True).encode())[:16]
        return cls(cache / "index" / name, texts, written, manifest, model.identity.dimension)

    def read(self) -> Any | None:
        """The FAISS index of ``folder``, or None unless all of it is as it has to be."""
        try:
            manifest = json.loads((self.folder / "manifest.json").read_bytes())
            vectors = (self.folder / "vectors.faiss").read_bytes()
            wanted = {
                **self.manifest,
                "vectors.faiss": _sha256(vectors),
                "weights": manifest["weights"],
            }
            sound = (
                manifest == wanted
                and (self.folder / "passages.json").read_bytes() == self.written
                and self._has_shape(vectors)
            )
            return faiss.deserialize_index(np.frombuffer(vectors, np.uint8)) if sound else None
        except (*_BROKEN, TypeError, KeyError):
            return None

    def _has_shape(self, vectors: bytes) -> bool:
        """Whether the file is a flat inner-product index of our rows and dimension."""
        rows = len(self.passages)
        header = (b"IxFI", self.dimension, rows)
        empty = len(faiss.serialize_index(faiss.IndexFlatIP(self.dimension)))
        size = empty + 4 * rows * self.dimension
        return len(vectors) == size and struct.unpack_from("<4siq", vectors) == header


def _build(plan: _Plan, model: EmbeddingModel) -> None:
    """Embed the passages and put the folder in place at one stroke."""
    index = faiss.IndexFlatIP(plan.dimension)
    if plan.passages:
        index.add(unit(embed(model.documents(), [passage.text for passage in plan.passages])))
    vectors = faiss.serialize_index(index).tobytes()
    manifest = {
        **plan.manifest,
        "vectors.faiss": _sha256(vectors),
        "weights": model.weights_digest(),
    }
    fresh = _beside(plan.folder)
    try:
        fresh.mkdir()
        (fresh / "passages.json").write_bytes(plan.written)
        (fresh / "vectors.faiss").write_bytes(vectors)
        (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _put(fresh, plan)
    except OSError as error:
        raise _unwritable(plan.folder.parent, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put(fresh: Path, plan: _Plan, attempts: int = 3) -> None:
    """Give ``fresh`` its final name, unless another process was first with a sound index."""
    for attempt in range(attempts):
        try:
            fresh.replace(plan.folder)
        except OSError:
            if plan.read() is not None:
                return
            if attempt == attempts - 1:
                raise
            _remove(plan.folder)
        else:
            return


def _check_writable(root: Path) -> None:
    """Fail before the minutes of embedding rather than after them."""
    probe = _beside(root / "probe")
    try:
        root.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise _unwritable(root, error) from error


def _unwritable(root: Path, error: OSError) -> CatalogError:
    return CatalogError(
        f"the index cannot be written to {root}: {error.strerror or error}",
        hint="set SRA_CACHE to a writable folder",
    )


def _tidy(current: Path) -> None:
    """Remove leftovers of killed builds and all but the most recently used folders."""
    with contextlib.suppress(OSError):
        folders = {path: path.stat().st_mtime for path in current.parent.iterdir()}
        for path, changed in folders.items():
            if path.name.startswith(".") and changed < time.time() - _LEFTOVER_SECONDS:
                _remove(path)
        others = [p for p in folders if re.fullmatch("[0-9a-f]{16}", p.name) and p != current]
        for path in sorted(others, key=folders.__getitem__, reverse=True)[KEPT - 1 :]:
            _remove(path)


def _remove(path: Path) -> None:
    """Take a folder or file away under another name first, so that nobody opens half of it."""
    gone = _beside(path)
    with contextlib.suppress(OSError):
        path.replace(gone)
        if gone.is_dir():
            shutil.rmtree(gone, ignore_errors=True)
        else:
            gone.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name.lstrip('.')}-{secrets.token_hex(4)}")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
