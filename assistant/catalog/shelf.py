"""Records on disk, for catalogs too large to be held: opened at once, read one at a time.

A shelf is a row of boxes. A box is never changed: it holds up to ``BOX`` records of one kind, as
the lines they were read from, and arrays by which one is found without reading the others. What a
catalog lost is crossed out in its list of boxes; what it gained comes in a new one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from assistant import stored
from assistant.catalog.load import KINDS
from assistant.catalog.records import Entry, Model, Paper, fold, keys
from assistant.catalog.vocabulary import Vocabulary

FORMAT = 1
BOX = 1 << 18  # records; what is built of one box fits into some hundred MB
_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


def code(kind: str, value: str) -> int:
    """A number for one thing that a record goes by; ``kind`` says which of them."""
    digest = hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def codes_of(entry: Entry) -> Iterator[int]:
    """What a record is looked up by: what it is called, its title, its links."""
    names = {fold(name) for name in (entry.name, *entry.aliases, entry.title)}
    yield code("id~", entry.id.casefold())
    yield from (code("called", name) for name in names)
    if not isinstance(entry, Model):
        own = (entry.title, *entry.aliases) if isinstance(entry, Paper) else (entry.title,)
        yield from (code("title", name) for name in {fold(title) for title in own})
    if isinstance(entry, Paper):
        yield from (code("key", key) for key in keys(entry))


@dataclass(frozen=True, eq=False)
class Box:
    """Records of one kind; ``alive`` is None where none is crossed out."""

    name: str
    place: str
    arrays: stored.Arrays
    lines: Path
    tags: tuple[str, ...]
    alive: npt.NDArray[np.bool_] | None = None
    vocabulary: Vocabulary | None = None

    def __len__(self) -> int:
        return len(self.arrays["starts"]) - 1

    @property
    def kind(self) -> str:
        """What the records are: model, paper or concept."""
        return str(KINDS[self.place].model_fields["kind"].default)

    @functools.cached_property
    def living(self) -> Sequence[int]:
        """The records that are not crossed out."""
        if self.alive is None:
            return range(len(self))
        rows: list[int] = np.flatnonzero(self.alive).tolist()
        return rows

    @functools.cached_property
    def count(self) -> int:
        """How many records are not crossed out."""
        return len(self) if self.alive is None else int(self.alive.sum())

    @functools.cached_property
    def _bytes(self) -> mmap.mmap:
        with self.lines.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def line(self, row: int) -> bytes:
        """The line of a record."""
        starts = self.arrays["starts"]
        return self._bytes[int(starts[row]) : int(starts[row + 1])]

    def entry(self, row: int) -> Entry:
        """A record; with a vocabulary none lacks the input and output of its task."""
        entry = KINDS[self.place].model_validate(json.loads(self.line(row)))
        return self.vocabulary.ported(entry) if self.vocabulary else entry

    def id(self, row: int) -> str:
        """The id of a record."""
        starts = self.arrays["id_starts"]
        return bytes(self.arrays["ids"][starts[row] : starts[row + 1]]).decode()

    def rows(self, what: int) -> list[int]:
        """The records that go by the number ``what`` and are not crossed out, in their order."""
        numbers = self.arrays["keys"]
        first, last = (np.searchsorted(numbers, np.uint64(what), side) for side in _SIDES)
        found = sorted(set(self.arrays["key_rows"][first:last].tolist()))
        return [row for row in found if self.alive is None or self.alive[row]]

    def row_of(self, entry_id: str) -> int | None:
        """The record with this id."""
        order = self.arrays["id_order"]
        wanted = np.uint64(code("id", entry_id))
        codes = self.arrays["id_codes"]
        first, last = (np.searchsorted(codes, wanted, side) for side in _SIDES)
        for row in order[first:last].tolist():
            if (self.alive is None or self.alive[row]) and self.id(row) == entry_id:
                return int(row)
        return None


class Packing:
    """A box while it is being filled."""

    def __init__(self, folder: Path, place: str) -> None:
        self.folder, self.place = folder, place
        self._part = folder / f".{place}.part"
        self._file = self._part.open("wb")
        self._starts, self._prints, self._ids = [0], bytearray(), list[bytes]()
        self._keys, self._rows = list[int](), list[int]()
        self._tags = dict[str, None]()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, line: bytes, digest: bytes, entry: Entry) -> None:
        """Put a record in."""
        self._file.write(line)
        for number in codes_of(entry):
            self._keys.append(number)
            self._rows.append(len(self._ids))
        self._starts.append(self._starts[-1] + len(line))
        self._prints += digest
        self._ids.append(entry.id.encode())
        self._tags.update(dict.fromkeys(entry.tags))

    def close(self) -> str:
        """Write the box; its name, by which ``opened`` finds it."""
        self._file.close()
        name = hashlib.sha256(self.place.encode() + bytes(self._prints)).hexdigest()[:24]
        lines = self.folder / f"{name}.jsonl"
        self._part.replace(lines)
        order = np.argsort(np.array(self._keys, np.uint64), kind="stable")
        id_codes = np.array([code("id", one.decode()) for one in self._ids], np.uint64)
        arrays = {
            "starts": np.array(self._starts, np.int64),
            "prints": np.frombuffer(bytes(self._prints), np.uint8).reshape(-1, 16),
            "ids": np.frombuffer(b"".join(self._ids), np.uint8),
            "id_starts": np.cumsum([0, *map(len, self._ids)]),
            "id_codes": np.sort(id_codes),
            "id_order": np.argsort(id_codes, kind="stable").astype(np.int32),
            "keys": np.array(self._keys, np.uint64)[order],
            "key_rows": np.array(self._rows, np.int32)[order],
        }
        facts = {
            "format": FORMAT,
            "place": self.place,
            "lines": stored.sealed(lines),
            "tags": list(self._tags),
        }
        stored.write(
            self.folder / f"{name}.json", facts, arrays, name=f"{name}.safetensors", seal=True
        )
        return name


def opened(folder: Path, name: str, dead: npt.NDArray[Any] | None = None) -> Box | None:
    """The box of this name, without the ``dead`` rows; None where it is not sound."""
    found, lines = (
        stored.read(folder / f"{name}.json", {"format": FORMAT}),
        folder / f"{name}.jsonl",
    )
    try:
        if not found or not found.untouched() or found.facts["lines"] != stored.sealed(lines):
            return None
    except (OSError, KeyError):
        return None
    alive = None
    if dead is not None and len(dead):
        alive = np.ones(len(found.arrays["starts"]) - 1, bool)
        alive[dead] = False
    tags = tuple(found.facts.get("tags", ()))
    return Box(name, str(found.facts["place"]), found.arrays, lines, tags, alive)


class Entries(Sequence[Entry]):
    """The records of some boxes, each read when it is asked for; those crossed out are left out."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._boxes = tuple(boxes)
        self._ends = np.cumsum([box.count for box in self._boxes])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __iter__(self) -> Iterator[Entry]:
        for box in self._boxes:
            yield from map(box.entry, box.living)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(self[n] for n in range(*place.indices(len(self))))
        place = place + len(self) if place < 0 else place
        if not 0 <= place < len(self):
            raise IndexError(place)
        nth = int(np.searchsorted(self._ends, place, "right"))
        box = self._boxes[nth]
        row = place - int(self._ends[nth - 1] if nth else 0)
        return box.entry(box.living[row])
