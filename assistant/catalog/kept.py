"""The records of a catalog folder by id, those in JSON lines read again when asked for.

An import compares what it brings with what is there. Of millions of papers only ids and places
are held, some 200 bytes each.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.catalog.load import KINDS, Problem, json_line, validate_as
from assistant.catalog.reading import parse_line
from assistant.catalog.records import Entry, Model


class Kept:
    """Records by the number in which they came; models are held, others only where they stand."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._held: dict[int, Entry] = {}
        self._files: list[tuple[Path, str]] = []
        self._file, self._start = array("i"), array("q")

    def __len__(self) -> int:
        return len(self._file)

    def number(self, entry_id: str) -> int | None:
        """The number of the record with this id."""
        return self._numbers.get(entry_id)

    def hold(self, entry: Entry) -> int:
        """Take a record; its number."""
        number = self._number(entry.id, -1, 0)
        self._held[number] = entry
        return number

    def place(self, entry: Entry, path: Path, folder: str, start: int) -> int:
        """Remember that a record is the line at ``start`` (bytes) of ``path``; its number."""
        if not self._files or self._files[-1] != (path, folder):
            self._files.append((path, folder))
        number = self._number(entry.id, len(self._files) - 1, start)
        if isinstance(entry, Model):
            self._held[number] = entry
        return number

    def where(self, number: int) -> tuple[Path, int] | None:
        """File and byte at which a record stands; None where it only is held."""
        file = self._file[number]
        return None if file < 0 else (self._files[file][0], self._start[number])

    def get(self, number: int) -> Entry:
        """A record by its number."""
        if number in self._held:
            return self._held[number]
        path, folder = self._files[self._file[number]]
        with path.open("rb") as file:
            file.seek(self._start[number])
            parsed = parse_line(path, 1, file.readline())
        if isinstance(parsed, Problem):
            raise LookupError(str(parsed))
        return validate_as(KINDS[folder], parsed.data, parsed)

    def _number(self, entry_id: str, file: int, start: int) -> int:
        self._numbers[entry_id] = len(self._file)
        self._file.append(file)
        self._start.append(start)
        return len(self._file) - 1


class Listed(Sequence[Entry]):
    """Some of the records, by their numbers."""

    def __init__(self, kept: Kept) -> None:
        self._kept, self._numbers = kept, array("q")

    def append(self, number: int) -> None:
        """One more."""
        self._numbers.append(number)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, n: Any) -> Any:
        if isinstance(n, slice):
            return tuple(map(self._kept.get, self._numbers[n]))
        return self._kept.get(self._numbers[n])

    def __iter__(self) -> Iterator[Entry]:
        return map(self._kept.get, self._numbers)


class Spool:
    """New records as lines of a temporary file that lasts as long as ``kept`` does."""

    def __init__(self, kept: Kept, folder: str) -> None:
        handle, name = tempfile.mkstemp(suffix=f".{folder}.jsonl")
        self.path, self._kept, self._folder = Path(name), kept, folder
        self._file, self.size = os.fdopen(handle, "wb"), 0
        weakref.finalize(kept, _remove, self.path)

    def add(self, entry: Entry) -> int:
        """Write a record; its number."""
        line = f"{json_line(entry)}\n".encode()
        self._file.write(line)
        self._file.flush()
        start, self.size = self.size, self.size + len(line)
        return self._kept.place(entry, self.path, self._folder, start)

    def close(self) -> None:
        """No more."""
        self._file.close()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
