"""Arrays on disk: a safetensors file, memory-mapped, and a JSON with the digest of each array.

Both are written under another name and renamed, the JSON last. The arrays of a cache are named
by their digests, so that a reader sees either the old pair or the new one. What is too large to be
read whole at each opening is sealed: the JSON says how long the file is and when it was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from assistant import files

Arrays = Mapping[str, Any]
"""numpy arrays by name."""
_TYPES = {
    "F32": "<f4",
    "F16": "<f2",
    "I8": "|i1",
    "U8": "|u1",
    "I32": "<i4",
    "I64": "<i8",
    "U64": "<u8",
}
_BROKEN = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, eq=False)
class Stored:
    """What a pair of files holds: facts to be compared, and arrays."""

    facts: Mapping[str, Any]
    arrays: Arrays
    path: Path | None = None
    """The file of the arrays."""

    def untouched(self) -> bool:
        """Whether the arrays are sealed as they lie there, or else to the byte what was written."""
        seal = self.facts.get("seal")
        return (seal is not None and self.path is not None and seal == sealed(self.path)) or (
            self.sound()
        )

    def sound(self, *names: str) -> bool:
        """Whether these arrays, all of them by default, are to the byte what was written."""
        written = self.facts["sha256"]
        return all(
            name in self.arrays and _digest(self.arrays[name]) == written.get(name)
            for name in names or written
        )


def write(
    file: Path,
    facts: Mapping[str, Any],
    arrays: Arrays,
    name: str | None = None,
    *,
    seal: bool = False,
) -> None:
    """Write the arrays beside the JSON ``file``, under ``name`` or their digest, then ``file``.

    With ``seal`` the JSON also tells by what ``Stored.untouched`` knows the file again.

    Raises:
        InputError: the folder cannot be written to.
    """
    arrays = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    digests = {key: _digest(array) for key, array in arrays.items()}
    named = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:16]
    beside = file.with_name(name or f"{named}.safetensors")
    files.write(beside, lambda opened: _write_safetensors(opened, arrays))
    told = {**facts, "arrays": beside.name, "sha256": digests}
    if seal:
        told["seal"] = sealed(beside)
    files.write_text(file, json.dumps(told, indent=1) + "\n")


def sealed(path: Path) -> list[int]:
    """Length of a file in bytes and the time when it was last written, in nanoseconds."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def facts_of(file: Path) -> dict[str, Any]:
    """What the JSON ``file`` says; nothing where it cannot be read."""
    try:
        return dict(json.loads(file.read_bytes()))
    except _BROKEN:
        return {}


def read(file: Path, facts: Mapping[str, Any]) -> Stored | None:
    """The pair of the JSON ``file``, or None where it cannot be read or other facts hold of it."""
    told = facts_of(file)
    try:
        if not (facts.items() <= told.items() and told["sha256"].items()):
            return None
        path = file.with_name(told["arrays"])
        return Stored(told, read_safetensors(path), path)
    except _BROKEN:
        return None


def read_safetensors(path: Path) -> dict[str, Any]:
    """The tensors of a safetensors file by name, as views of a memory map.

    Layout: 8 bytes with the length of a JSON header, the header, the raw tensors. Only what is
    used is ever read from disk; types that nothing here writes or reads are left out.
    """
    raw = np.asarray(np.memmap(path, np.uint8, "r"))
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8:start].tobytes())
    return {
        name: raw[slice(*(start + offset for offset in tensor["data_offsets"]))]
        .view(_TYPES[tensor["dtype"]])
        .reshape(tensor["shape"])
        for name, tensor in header.items()
        if tensor.get("dtype") in _TYPES
    }


def _write_safetensors(file: BinaryIO, arrays: Arrays) -> None:
    """The reverse; the library's own writer makes a second copy of all in memory."""
    names = {numpys: theirs for theirs, numpys in _TYPES.items()}
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)  # so that each is aligned
    header, end = {}, 0
    for name, array in ordered:
        place = [end, end := end + array.nbytes]
        header[name] = {
            "dtype": names[array.dtype.str],
            "shape": array.shape,
            "data_offsets": place,
        }
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    file.write(len(head).to_bytes(8, "little") + head)
    for _, array in ordered:
        file.write(array)


def _digest(array: Any) -> str:
    """SHA-256 of type, shape and content."""
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    digest.update(array)
    return digest.hexdigest()
