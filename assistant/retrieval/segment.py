"""One immutable part of an index: some records with their vectors and their words.

On disk it is a folder of plain files: ``vectors.faiss``, ``records.json`` (ids, kinds, words),
arrays as ``.npy``, and ``segment.json`` with the SHA-256 of each. The folder is named by the
digest of ``segment.json``, so who knows its name can account for every byte in it before
anything is parsed. Vectors and arrays are opened memory-mapped.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from assistant.retrieval.lexical import Postings
from assistant.retrieval.members import Ints, Mask, Members
from assistant.retrieval.shards import Shard

Digests = npt.NDArray[np.uint8]  # (things, 16): the first half of a SHA-256
SEGMENTS = 8  # of one catalog; more small ones are joined
_ARRAYS = ("starts", "prints", "texts", "word_starts", "word_records", "word_counts", "lengths")
BROKEN = (OSError, ValueError, TypeError, LookupError, RecursionError, RuntimeError, struct.error)


def digests(texts: Sequence[bytes]) -> Digests:
    """The digest of each text."""
    joined = b"".join(hashlib.sha256(text).digest()[:16] for text in texts)
    return np.frombuffer(joined, np.uint8).reshape(-1, 16)


@dataclass(frozen=True, eq=False)
class Segment:
    """Records, what identifies them and their passages, their vectors and words."""

    shard: Shard
    postings: Postings
    prints: Digests
    """Of each record; another one is another record."""
    texts: Digests
    """Of each passage, so that a known text is not embedded again."""
    name: str = ""
    """The folder it was read from; none for one in memory."""

    @property
    def rows(self) -> int:
        """How many vectors it holds."""
        return len(self.texts)

    def members(self, places: Ints) -> Members:
        """Its records at their places in a catalog."""
        return Members(self.shard.members.ids, self.shard.members.kinds, places)

    def same(self, prints: Mapping[str, bytes]) -> Mask:
        """Which of its records are those of a catalog, to the letter; by what tells them apart."""
        ids = self.shard.members.ids
        theirs = np.frombuffer(b"".join(map(prints.get, ids, repeat(bytes(16)))), np.uint8)
        found: Mask = (theirs.reshape(-1, 16) == self.prints).all(axis=1)
        return found

    @classmethod
    def joined(cls, parts: Sequence[tuple[Segment, Mask]]) -> Segment:
        """The marked records of several segments as one in memory."""
        marked = [
            Shard(part.members(np.where(mark, 0, -1)), part.shard.starts, part.shard.index)
            for part, mark in parts
        ]
        return cls(
            Shard.joined(marked),
            Postings.joined([(part.postings, mark) for part, mark in parts]),
            np.concatenate([part.prints[mark] for part, mark in parts]),
            np.concatenate([part.texts[mark[part.shard.owners]] for part, mark in parts]),
        )


Parts = list[tuple[Segment, Mask]]
"""The segments of a catalog, and which of their records are in it."""


def write(segment: Segment, folder: Path, facts: Mapping[str, Any]) -> str:
    """Write the files into the new ``folder``; its final name, which is up to the caller.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True)
    members, postings = segment.shard.members, segment.postings
    arrays: dict[str, Any] = dict(
        zip(
            _ARRAYS,
            (segment.shard.starts, segment.prints, segment.texts, postings.starts,
             postings.records, postings.counts, postings.lengths),
            strict=True,
        )
    )  # fmt: skip
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    records = {"ids": members.ids, "kinds": members.kinds, "words": list(postings.words)}
    (folder / "records.json").write_text(json.dumps(records, ensure_ascii=False), "utf-8")
    (folder / "vectors.faiss").write_bytes(faiss.serialize_index(segment.shard.index).tobytes())
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    content = json.dumps({**facts, "files": files}, indent=1).encode()
    (folder / "segment.json").write_bytes(content)
    return hashlib.sha256(content).hexdigest()[:16]


def facts_of(folder: Path) -> dict[str, Any] | None:
    """What ``segment.json`` says, or None unless it is the one the folder is named by."""
    try:
        content = (folder / "segment.json").read_bytes()
        if hashlib.sha256(content).hexdigest()[:16] != folder.name:
            return None
        facts: dict[str, Any] = json.loads(content)
        return facts
    except BROKEN:
        return None


def read(folder: Path, dimension: int) -> Segment | None:
    """The segment in ``folder``, or None unless every byte is as it was written."""
    try:
        facts = facts_of(folder)
        if facts is None or set(facts["files"]) != {*_FILES}:
            return None
        if any(_sha256(folder / name) != digest for name, digest in facts["files"].items()):
            return None
        records = json.loads((folder / "records.json").read_bytes())
        arrays = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
        rows = len(arrays["texts"])
        if not _has_shape(folder / "vectors.faiss", rows, dimension):
            return None
        index = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
        members = Members(records["ids"], records["kinds"], np.arange(len(records["ids"])))
        words = {word: number for number, word in enumerate(records["words"])}
        return Segment(
            Shard(members, arrays["starts"], index),
            Postings(words, *(arrays[name] for name in _ARRAYS[3:])),
            arrays["prints"],
            arrays["texts"],
            folder.name,
        )
    except BROKEN:
        return None


_FILES = ("records.json", "vectors.faiss", *(f"{name}.npy" for name in _ARRAYS))


def texts_of(folder: Path) -> Digests | None:
    """The digests of the passages alone, or None unless they are as they were written."""
    try:
        facts, file = facts_of(folder), folder / "texts.npy"
        sound = facts is not None and _sha256(file) == facts["files"]["texts.npy"]
        return _mapped(file) if sound else None
    except BROKEN:
        return None


def _mapped(path: Path) -> Any:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _has_shape(path: Path, rows: int, dimension: int) -> bool:
    """Whether the file is a flat inner-product index of these rows and this dimension."""
    empty = faiss.serialize_index(faiss.IndexFlatIP(dimension)).tobytes()
    with path.open("rb") as file:
        header = struct.unpack("<4siq", file.read(16))
    size = len(empty) + 4 * rows * dimension
    return header == (empty[:4], dimension, rows) and path.stat().st_size == size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compacted(parts: Parts) -> Parts:
    """Few parts without much waste: small ones are joined, and all where a third is waste.

    The largest part is seldom written anew, so that one record more costs little.
    """
    parts = [(part, marked) for part, marked in parts if marked.any()]
    if len(parts) < 2 and all(marked.all() for _, marked in parts):
        return parts
    sizes = [int(marked.sum()) for _, marked in parts]
    written = sum(len(marked) for _, marked in parts)
    large = int(np.argmax(sizes))
    if 3 * (written - sizes[large]) > written:
        small, rest = parts, []
    elif len(parts) > SEGMENTS:
        small, rest = [p for n, p in enumerate(parts) if n != large], [parts[large]]
    else:
        return parts
    joined = Segment.joined(small)
    return [*rest, (joined, np.ones(len(joined.prints), bool))]
