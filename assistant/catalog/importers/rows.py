"""Tables as people have them: a JSON list, JSON lines, CSV, or XLSX where openpyxl is there."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.catalog.load import Document, Problem
from assistant.catalog.reading import json_lines, opened
from assistant.errors import InputError
from assistant.files import read_text


def rows(path: Path) -> Iterator[Document | Problem]:
    """Each row of a table as fields with its line, and a problem for each that is none.

    Raises:
        InputError: the file cannot be read, or its kind is not known.
    """
    ending = path.suffix.lower()
    if ending in (".jsonl", ".ndjson"):
        return json_lines(path)
    if ending == ".json":
        return _listed(path, read_text(path))
    if ending in (".csv", ".tsv"):
        return _separated(path, read_text(path))
    if ending == ".xlsx":
        return _sheet(path)
    raise InputError(
        f"{path}: no table that can be read here",
        hint="give a .json, .jsonl, .csv, .tsv or .xlsx file",
    )


def files_of(path: Path, patterns: Sequence[str]) -> list[Path]:
    """The file itself, or the files of a folder that match; raises InputError without any."""
    if path.is_file():
        return [path]
    found = sorted({file for pattern in patterns for file in path.rglob(pattern)})
    if not found:
        raise InputError(f"{path}: no {' or '.join(patterns)}", hint="name the file itself")
    return found


def array_items(path: Path, field: str = "") -> Iterator[Document | Problem]:
    """The objects of a JSON list of any length, one at a time, with the lines they begin on.

    The list is the whole file (also packed by gzip), or the value of ``field`` in an object. What
    is no object is a problem and hides no other.
    """
    try:
        with opened(path) as file, io.TextIOWrapper(file, "utf-8-sig") as text:
            yield from _Items(path, text).read(field)
    except (OSError, EOFError, zlib.error) as error:
        yield Problem(path, 1, "", getattr(error, "strerror", None) or f"unreadable: {error}")
    except UnicodeDecodeError:
        yield Problem(path, 1, "", "not a UTF-8 text")


class _Items:
    """Decodes the items of a list while it reads; holds one item and a block in memory."""

    BLOCK, LONGEST = 1 << 16, 1 << 22  # characters; a longer item is taken for a broken one

    def __init__(self, path: Path, text: io.TextIOWrapper) -> None:
        self._path, self._text = path, text
        self._held, self._line = "", 1
        self._decoder = json.JSONDecoder()

    def read(self, field: str) -> Iterator[Document | Problem]:
        opening = re.compile(rf'"{field}"\s*:\s*\[' if field else r"\s*\[")
        while not (found := opening.search(self._held) if field else opening.match(self._held)):
            if len(self._held) > self.LONGEST or not self._more():
                yield Problem(self._path, 1, field, "expected a list of objects")
                return
        self._drop(found.end())
        while True:
            start = len(self._held) - len(self._held.lstrip(" \t\r\n,"))
            self._drop(start)
            if not self._held and not self._more():
                yield Problem(self._path, self._line, "", "the list does not end")
                return
            if self._held.startswith("]"):
                return
            if self._held:
                yield from self._item()

    def _item(self) -> Iterator[Document | Problem]:
        while True:
            try:
                item, end = self._decoder.raw_decode(self._held)
            except ValueError:
                if len(self._held) < self.LONGEST and self._more():
                    continue
                yield Problem(self._path, self._line, "", "not JSON")
                after = re.compile(r"\}\s*,\s*(?=\{)").search(self._held)
                self._drop(after.end() if after else len(self._held))
                return
            except RecursionError:
                item, end = None, len(self._held)
            if isinstance(item, dict):
                yield Document(self._path, item, None, self._line)
            else:
                yield Problem(self._path, self._line, "", "expected an object")
            self._drop(end)
            return

    def _more(self) -> bool:
        block = self._text.read(max(self.BLOCK, len(self._held)))
        self._held += block
        return bool(block)

    def _drop(self, end: int) -> None:
        self._line += self._held.count("\n", 0, end)
        self._held = self._held[end:]


def _listed(path: Path, text: str) -> Iterator[Document | Problem]:
    """The objects of a JSON list, each with the line where it begins."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.count("\n") and (text.lstrip().startswith("{")):
            yield from json_lines(path)  # JSON lines under another name
        else:
            yield Problem(path, getattr(error, "lineno", 1), "", "not JSON")
        return
    if isinstance(whole, dict):
        yield Document(path, whole, None, 1)
        return
    if not isinstance(whole, list):
        yield Problem(path, 1, "", "expected a list of objects")
        return
    decoder, end, line = json.JSONDecoder(), text.index("[") + 1, 1
    counted = 0
    for item in whole:
        start = next(n for n in range(end, len(text)) if text[n] not in " \t\r\n,")
        line, counted = line + text.count("\n", counted, start), start
        end = decoder.raw_decode(text, start)[1]
        if isinstance(item, dict):
            yield Document(path, item, None, line)
        else:
            yield Problem(path, line, "", "expected an object")


def _separated(path: Path, text: str) -> Iterator[Document | Problem]:
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(names):
                message = f"{len(cells)} cells under {len(names)} columns"
                yield Problem(path, line, "", message)
            elif any(cell.strip() for cell in cells):
                yield Document(path, _filled(names, cells), None, line)
            line = reader.line_num + 1
    except csv.Error as error:
        yield Problem(path, reader.line_num, "", f"not CSV: {error}")


def _sheet(path: Path) -> Iterator[Document | Problem]:
    if importlib.util.find_spec("openpyxl") is None:
        raise InputError(
            f"{path}: reading .xlsx needs the package openpyxl, which is not installed",
            hint="save the sheet as CSV, or install openpyxl",
        )
    openpyxl: Any = importlib.import_module("openpyxl")
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        lines = book.active.iter_rows(values_only=True)
        names = [str(cell or "").strip() for cell in next(lines, [])]
        for number, cells in enumerate(lines, 2):
            values = ["" if cell is None else str(cell) for cell in cells]
            if any(values):
                yield Document(path, _filled(names, values), None, number)
    finally:
        book.close()


def _filled(names: list[str], cells: list[str]) -> dict[str, str]:
    pairs = zip(names, cells, strict=False)
    return {name: cell.strip() for name, cell in pairs if name and cell.strip()}
