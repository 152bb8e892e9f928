"""The files of the index: manifests, segments, and how they follow a catalog that changes."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.catalog import Catalog, Entry
from assistant.errors import CatalogError
from assistant.retrieval import lexical, manifests, passages, segment
from assistant.retrieval.embedding import EmbeddingModel
from assistant.retrieval.lexical import Postings
from assistant.retrieval.members import Mask, Members
from assistant.retrieval.passages import lexical_text
from assistant.retrieval.segment import Digests, Parts, Segment, compacted, digests
from assistant.retrieval.shards import Floats, Shard, flat, rows_of, unit
from assistant.retrieval.store import Passage, embed

FORMAT = 2
WAIT_SECONDS = 600.0  # for another writer


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did: records kept, added, changed, removed; passages embedded."""

    kept: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    embedded: int = 0


class Shelf:
    """The index folder, as one catalog and one encoder see it."""

    def __init__(self, root: Path, catalog: Catalog, model: EmbeddingModel) -> None:
        self.root, self.catalog, self.model = root, catalog, model
        self._facts = {"format": FORMAT, "reader": _reader(), "encoder": model.identity.as_dict()}
        of_catalog = json.dumps({**self._facts, "catalog": catalog.digest}, sort_keys=True)
        name = hashlib.sha256(of_catalog.encode()).hexdigest()[:16]
        self.manifest = root / "catalogs" / f"{name}.json"
        self._segments: dict[str, Segment | None] = {}

    @functools.cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(entry.id for entry in self.catalog)

    @functools.cached_property
    def _prints(self) -> dict[str, bytes]:
        """What tells a record from one that was changed, by id."""
        return {e.id: p[:16] for e, p in zip(self.catalog, self.catalog.prints, strict=True)}

    def read(self) -> Parts | None:
        """The parts of the catalog's index, or None unless all of them are sound."""
        parts = self._parts(self.manifest)
        if parts is None or any(part is None for part, _ in parts):
            return None
        found = [(part, marked) for part, marked in parts if part is not None]
        here = [entry_id for part, marked in found for entry_id in _ids(part, marked)]
        sound = len(here) == len(self.catalog) and self._ids.issuperset(here)
        return found if sound else None

    def _parts(self, manifest: Path) -> list[tuple[Segment | None, Mask]] | None:
        """The segments of a manifest with their records that are there; None for a segment
        that is damaged, and for a manifest that is damaged or not for us."""
        content = manifests.read(manifest)
        if content is None or any(content.get(name) != fact for name, fact in self._facts.items()):
            return None
        parts: list[tuple[Segment | None, Mask]] = []
        for named in content["segments"]:
            part = self._segment(named["name"])
            marked = np.ones(len(part.shard.members) if part else 0, bool)
            if part:
                marked[named["gone"]] = False
            parts.append((part, marked))
        return parts

    def _segment(self, name: str) -> Segment | None:
        if name not in self._segments:
            folder = self.root / "segments" / name
            self._segments[name] = segment.read(folder, self.model.identity.dimension)
        return self._segments[name]

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
        """Write what the index of the catalog lacks, then its manifest."""
        base, same = ([], []) if rebuild else self._base()
        before = {entry_id for part, marked in base for entry_id in _ids(part, marked)}
        parts = [(part, known) for (part, _), known in zip(base, same, strict=True)]
        kept = {entry_id for part, marked in parts for entry_id in _ids(part, marked)}
        fresh = [entry for entry in self.catalog if entry.id not in kept]
        try:
            made, embedded = self._made(fresh, on_build, rebuild=rebuild)
            parts = compacted([*parts, (made, np.ones(len(fresh), bool))])
            self._write(parts)
        except OSError as error:
            raise _unwritable(self.root, error) from error
        changed = sum(entry.id in before for entry in fresh)
        removed = len(before - self._ids)
        return Change(len(kept), len(fresh) - changed, changed, removed, embedded)

    def _base(self) -> tuple[Parts, list[Mask]]:
        """The sound parts of the manifest that shares most records with the catalog, and which.

        Nothing where that is less than half of them: then a segment of its own is smaller,
        and known texts are not embedded again either way.
        """
        best: tuple[Parts, list[Mask]] = [], []
        most = 0.5
        for manifest in sorted(self.manifest.parent.glob("[0-9a-f]*.json")):
            parts = [(part, m) for part, m in self._parts(manifest) or () if part is not None]
            same = [marked & part.same(self._prints) for part, marked in parts]
            shared = sum(int(known.sum()) for known in same)
            total = sum(int(marked.sum()) for _, marked in parts)
            if total and shared / total > most:
                best, most = (parts, same), shared / total
        return best

    def _made(
        self, entries: Sequence[Entry], on_build: Callable[[int], None] | None, *, rebuild: bool
    ) -> tuple[Segment, int]:
        """A segment of ``entries`` in memory, and how many texts had to be embedded."""
        listed = [passages_of(entry) for entry in entries]
        texts = [passage.text for of_one in listed for passage in of_one]
        codes = digests([text.encode("utf-8", "replace") for text in texts])
        vectors = np.zeros((len(texts), self.model.identity.dimension), np.float32)
        known = np.zeros(len(texts), bool) if rebuild else self._recall(codes, vectors)
        starts = np.cumsum([0, *map(len, listed)])
        if not known.all():
            if on_build:
                unknown = np.flatnonzero(~known)
                on_build(len(np.unique(np.searchsorted(starts, unknown, side="right"))))
            new = [text for text, old in zip(texts, known, strict=True) if not old]
            vectors[~known] = unit(embed(self.model.documents(), new))
        ids, kinds = [e.id for e in entries], [e.kind for e in entries]
        members = Members(ids, kinds, np.arange(len(entries)))
        made = Segment(
            Shard(members, starts, flat(vectors)),
            Postings.of(map(lexical_text, entries)),
            np.frombuffer(b"".join(self._prints[i] for i in ids), np.uint8).reshape(-1, 16),
            codes,
        )
        return made, int((~known).sum())

    def _recall(self, codes: Digests, vectors: Floats) -> Mask:
        """Fill in the vectors of texts that a segment on disk knows, and say which these are."""
        known = np.zeros(len(codes), bool)
        for folder in sorted((self.root / "segments").glob("[0-9a-f]*")):
            if known.all():
                break
            facts, texts = segment.facts_of(folder), segment.texts_of(folder)
            if facts is None or texts is None or facts["encoder"] != self._facts["encoder"]:
                continue
            rows = np.flatnonzero(np.isin(_short(texts), _short(codes[~known])))
            part = self._segment(folder.name) if len(rows) else None
            if part is None:
                continue
            where = {texts[row].tobytes(): row for row in rows}
            theirs = rows_of(part.shard.index)
            for row in np.flatnonzero(~known):
                if (found := where.get(codes[row].tobytes())) is not None:
                    vectors[row], known[row] = theirs[found], True
        return known

    def _write(self, parts: Parts) -> None:
        """Put new segments and the manifest in place, then remove what nobody names."""
        segments = [
            {"name": part.name or self._put(part), "gone": np.flatnonzero(~marked).tolist()}
            for part, marked in parts
        ]
        content = {**self._facts, "catalog": self.catalog.digest, "segments": segments}
        manifests.write(self.manifest, content)
        manifests.tidy(self.root, self.manifest)

    def _put(self, part: Segment) -> str:
        """Write a segment under another name and rename it; a damaged namesake goes."""
        fresh = self.root / "segments" / f".{secrets.token_hex(8)}"
        facts = {**self._facts, "weights": self.model.weights_digest(), "records": len(part.prints),
                 "passages": part.rows}  # fmt: skip
        try:
            name = segment.write(part, fresh, facts)
            manifests.remove(fresh.with_name(name))
            fresh.replace(fresh.with_name(name))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._segments.pop(name, None)
        return name


def _ids(part: Segment, marked: Mask) -> Iterator[str]:
    return compress(part.shard.members.ids, marked)


def _short(codes: Digests) -> npt.NDArray[np.uint64]:
    """The first half of each digest as a number, to look for many at once."""
    return np.ascontiguousarray(codes[:, :8]).view(np.uint64).ravel()


@functools.cache
def _reader() -> str:
    """The digest of the code that turns records into texts and words."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (passages, lexical)]
    return hashlib.sha256(b"".join(sources)).hexdigest()


def _unwritable(root: Path, error: OSError) -> CatalogError:
    return CatalogError(
        f"the index cannot be written to {root}: {error.strerror or error}",
        hint="set SRA_CACHE to a writable folder",
    )


def passages_of(entry: Entry) -> tuple[Passage, ...]:
    """The texts under which a record is found."""
    return tuple(Passage(entry.id, entry.kind, text) for text in passages.passages(entry))
