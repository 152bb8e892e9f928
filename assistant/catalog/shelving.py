"""Bring a shelf up to date with the files of a catalog folder: only lines that are new are read.

Every line of every file is known again by its digest. Each new one is validated like any record
and goes into a new box; what no file holds any more is crossed out. Boxes that are mostly crossed
out, and small ones when there are many, are packed anew.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.catalog import shelf
from assistant.catalog.load import (
    KINDS,
    BrokenCatalogError,
    Document,
    Found,
    Problem,
    json_line,
    records_of,
    validate_as,
)
from assistant.catalog.prints import Prints
from assistant.catalog.reading import parse_line
from assistant.catalog.shelf import Box, Packing
from assistant.errors import CatalogError
from assistant.files import write_text

MANY = 8  # small boxes of one kind; the ninth has all of them packed into one
MOST_PROBLEMS = 1000
_AT_ONCE = 8192  # lines looked up together
Judge = Callable[[Found], Iterator[Problem]]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it stands in a file."""

    place: str
    raw: bytes
    path: Path
    number: int
    start: int = 0
    """The byte at which it begins."""
    found: Found | None = None

    @property
    def digest(self) -> bytes:
        """By which the record is known again."""
        return hashlib.blake2b(self.raw, digest_size=16, person=self.place.encode()).digest()


def lines_of(root: Path) -> Iterator[Line | Problem]:
    """Each record of a catalog folder, files in the order of ``reading.read_entries``."""
    for place, kind in KINDS.items():
        for path in sorted((root / place).glob("*.y*ml")):
            try:
                for found in records_of(path, kind):
                    raw = json_line(found.entry).encode() + b"\n"
                    yield Line(place, raw, path, found.document.line([]), found=found)
            except BrokenCatalogError as error:
                yield from error.problems
        for path in sorted((root / place).glob("*.jsonl")):
            start = 0
            with path.open("rb") as file:
                for number, raw in enumerate(file, 1):
                    if raw.strip():
                        yield Line(place, raw, path, number, start)
                    start += len(raw)


@dataclass
class _Known:
    """Where each digest of the boxes stands, and which of them were met again."""

    boxes: list[Box]
    met: list[npt.NDArray[np.bool_]] = field(init=False)

    def __post_init__(self) -> None:
        self.met = [np.zeros(len(box), bool) for box in self.boxes]
        self._prints = Prints(box.arrays["prints"] for box in self.boxes)
        self._starts = np.cumsum([0, *map(len, self.boxes)])

    def places(self, digests: list[bytes]) -> list[int]:
        """The place of each over all boxes, -1 where it is new."""
        codes = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)
        places: list[int] = self._prints.places(codes).tolist()
        return places

    def meet(self, place: int) -> bool:
        """Remember that a line is there; False where it was met before."""
        nth = int(np.searchsorted(self._starts, place, "right")) - 1
        row = place - int(self._starts[nth])
        before = bool(self.met[nth][row])
        self.met[nth][row] = True
        return not before


def update(
    root: Path, folder: Path, before: list[Box], judge: Judge
) -> tuple[list[tuple[str, Rows]], list[Problem]]:
    """The boxes of the catalog ``root`` with the rows crossed out, and what is wrong with it.

    Raises:
        CatalogError: ``folder`` cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _update(root, folder, _worth_keeping(before), judge)
    except OSError as error:
        raise CatalogError(
            f"the catalog cannot be kept in {folder}: {error.strerror or error}",
            hint="set SRA_CACHE to a writable folder with room for a copy of the catalog",
        ) from error


def _update(
    root: Path, folder: Path, before: list[Box], judge: Judge
) -> tuple[list[tuple[str, Rows]], list[Problem]]:
    known, problems, packed = _Known(before), list[Problem](), list[str]()
    packing = dict[str, Packing]()
    stream = lines_of(root)
    while block := list(itertools.islice(stream, _AT_ONCE)):
        lines = [line for line in block if isinstance(line, Line)]
        problems += [problem for problem in block if isinstance(problem, Problem)]
        digests = [line.digest for line in lines]
        for line, digest, place in zip(lines, digests, known.places(digests), strict=True):
            if place >= 0:
                if not known.meet(place):
                    problems.append(Problem(line.path, line.number, "id", "this line stands twice"))
                continue
            try:
                found = line.found or found_in(line)
            except BrokenCatalogError as error:
                problems += error.problems
                continue
            problems += judge(found)
            if line.place not in packing:
                packing[line.place] = Packing(folder, line.place)
            filling = packing[line.place]
            raw = line.raw if line.raw.endswith(b"\n") else line.raw + b"\n"
            filling.add(raw, digest, found.entry)
            if len(filling) == shelf.BOX:
                packed.append(packing.pop(line.place).close())
        if len(problems) > MOST_PROBLEMS:
            return [], problems
    packed += [filling.close() for filling in packing.values()]
    kept = [(box, met) for box, met in zip(before, known.met, strict=True) if met.any()]
    rows = [(box.name, np.flatnonzero(~met)) for box, met in kept]
    rows += [(name, np.zeros(0, np.int64)) for name in packed]
    boxes = [box for name, dead in rows if (box := shelf.opened(folder, name, dead))]
    problems += _doubled(boxes, root)
    boxes.sort(key=lambda box: list(KINDS).index(box.place))  # stable: the order in which they came
    crossed = dict(rows)
    return [(box.name, crossed[box.name]) for box in boxes], problems


def found_in(line: Line) -> Found:
    """The record of a line.

    Raises:
        BrokenCatalogError: it is none; names file, line and field.
    """
    parsed = parse_line(line.path, line.number, line.raw)
    if isinstance(parsed, Problem):
        raise BrokenCatalogError([parsed])
    assert isinstance(parsed, Document)  # noqa: S101 - the other half of the union
    return Found(validate_as(KINDS[line.place], parsed.data, parsed), parsed, parsed)


def _worth_keeping(boxes: list[Box]) -> list[Box]:
    """All but those mostly crossed out, and the small ones of a kind that has many."""
    full = [box for box in boxes if 2 * box.count > len(box)]
    small = Counter(box.place for box in full if len(box) < shelf.BOX // 4)
    return [b for b in full if len(b) >= shelf.BOX // 4 or small[b.place] <= MANY]


def _doubled(boxes: list[Box], root: Path) -> list[Problem]:
    """Ids that more than one record has."""
    codes = [
        box.arrays["id_codes"]
        if box.alive is None
        else box.arrays["id_codes"][box.alive[box.arrays["id_order"]]]
        for box in boxes
    ]
    whole = np.sort(np.concatenate(codes)) if codes else np.zeros(0, np.uint64)
    twice = set(whole[1:][whole[1:] == whole[:-1]].tolist())
    if not twice:
        return []
    ids = [
        box.id(int(row))
        for box in boxes
        for number, row in zip(box.arrays["id_codes"], box.arrays["id_order"], strict=True)
        if int(number) in twice and (box.alive is None or box.alive[row])
    ]
    counted = Counter(ids)
    return [
        Problem(root, 1, "id", f"{count} records have the id {entry_id}")
        for entry_id, count in sorted(counted.items())
        if count > 1
    ][:MOST_PROBLEMS]


def write_list(file: Path, facts: dict[str, Any], rows: list[tuple[str, Rows]]) -> None:
    """Write which boxes make up a catalog."""
    boxes = [{"name": name, "dead": dead.tolist()} for name, dead in rows]
    write_text(file, json.dumps({**facts, "boxes": boxes}) + "\n")
