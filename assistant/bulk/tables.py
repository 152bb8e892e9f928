"""CSV files with the columns id, question and perhaps reference, record by record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from assistant.bulk import rows
from assistant.bulk.items import Item, Problem
from assistant.bulk.lines import MAX_LINE, decode, lines

_NEEDED = ("id", "question")
_COLUMNS = (*_NEEDED, "reference")


def is_header(line: str) -> bool:
    """Whether a line reads as the first one of such a file."""
    cells = [cell.strip(' "\r\n').casefold() for cell in line.split(_delimiter(line))]
    return len(cells) > 1 and not set(_NEEDED).isdisjoint(cells)


def read(path: Path, name: str) -> Iterator[Item | Problem]:
    """The items of a file; the place of each is ``name`` and the first line of its record.

    Columns may come in any order and letter case, be more than these, and stand between commas,
    semicolons or tabs.
    """
    records = _records(path, name)
    place, header = next(records, ("", []))
    if isinstance(header, Problem):
        yield header
        return
    if not header:
        return
    names = [cell.strip().casefold() for cell in header]
    wrong = [column for column in _NEEDED if names.count(column) != 1]
    for column in wrong:
        what = "more than one column" if column in names else "no column"
        remedy = "name the columns id, question and perhaps reference in the first line"
        yield Problem(place, "missing_field", f"{what} {column!r}; {remedy}")
    for place, cells in records if not wrong else ():
        if isinstance(cells, Problem):
            yield cells
        elif len(cells) > len(names):
            counts = f"{len(cells)} cells under {len(names)} columns"
            yield Problem(place, "invalid_csv_row", f"{counts}; put quotes around texts")
        else:
            row = {n: cell for n, cell in zip(names, cells, strict=False) if n in _COLUMNS}
            yield from rows.read(row, place)


def _records(path: Path, name: str) -> Iterator[tuple[str, list[str] | Problem]]:
    """Place and cells of each record that is not blank; the first one is the header."""
    broken: list[Problem] = []

    def decoded(file: BinaryIO) -> Iterator[str]:
        for number, line in lines(file):
            text = decode(line, f"{name}:{number}")
            if isinstance(text, Problem):
                broken.append(text)
                text = (line or b"\n").decode(errors="replace")  # its quotes and commas still count
            yield text

    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as file:
        delimiter = _delimiter(file.readline(MAX_LINE).decode(errors="replace"))
        file.seek(0)
        reader = csv.reader(decoded(file), delimiter=delimiter, strict=True)
        while True:
            place = f"{name}:{reader.line_num + 1}"
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = f"{str(error).split(' - ')[0]}; close the quotes and double inner ones"
                yield place, Problem(place, "invalid_csv_row", message)
                if "field larger" in message:
                    return  # where its quotes should have ended nobody knows
                continue
            yield from ((problem.place, problem) for problem in broken)
            if cells and not broken:
                yield place, cells
            broken.clear()


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
