"""The inputs of a bulk run: which files they are, and what stands in them, one item at a time."""

from __future__ import annotations

import glob
import itertools
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from assistant import files
from assistant.bulk import rows, tables
from assistant.bulk.items import Item, Problem
from assistant.bulk.lines import objects
from assistant.errors import InputError
from assistant.prompts.parse import MAX_BYTES
from assistant.text.characters import BINARY, printable

OUTPUTS = ("journal.jsonl", "results.jsonl", "errors.jsonl", "run.json")
ANSWERS = "answers"

_KINDS: dict[str, Literal["jsonl", "csv"]] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
_STDIN = "stdin"
_HEAD = 65_536  # bytes; enough to see what a file is


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the input, how it is read, and its name in messages."""

    path: Path
    kind: Literal["text", "jsonl", "csv", "link"]
    name: str


def find(inputs: Sequence[str], out: Path, pattern: str = "*.txt") -> list[Source]:
    """The files that ``inputs`` name, in their order, those of a folder or glob as people count.

    A folder stands for the files below it that match ``pattern``; hidden files and what lies in
    ``out`` are no inputs. ``-`` is standard input, kept in ``out`` because it is read twice. A file
    that is named twice counts once.

    Raises:
        InputError: an input does not exist, matches nothing or cannot be read twice.
    """
    found: dict[str, Source] = {}
    resolve = _resolver()
    for name in dict.fromkeys(inputs):
        try:
            for source in _sources(name, out, pattern):
                found.setdefault(resolve(source.path), source)
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            raise InputError(f"{printable(name)}: {reason}", hint="check the path") from error
    return list(found.values())


def read(source: Source) -> Iterator[Item | Problem]:
    """The items of a source in their order, and in the place of a bad one what is wrong with it."""
    empty = True
    try:
        for one in _READERS[source.kind](source):
            empty = False
            yield one
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        yield Problem(source.name, "unreadable_file", f"{reason}; check the file")
    else:
        if empty:
            yield Problem(source.name, "empty_file", "nothing in it; fill it or leave it out")


def is_output(out: Path) -> Callable[[Path], bool]:
    """A test for whether a path is that of a file which a run into ``out`` writes.

    Letter case does not matter, because some disks ignore it.
    """
    folder, resolve = _inside(out).casefold(), _resolver()
    answers, names = f"{folder}{ANSWERS}{os.sep}", {f"{folder}{name}" for name in OUTPUTS}

    def test(path: Path) -> bool:
        place = resolve(path).casefold()
        return place in names or place.startswith(answers)

    return test


def _resolver() -> Callable[[Path], str]:
    """A faster ``os.path.realpath`` for many files of few folders."""
    folders: dict[str, str] = {}

    def resolve(path: Path) -> str:
        parent, name = os.path.split(path)
        if parent not in folders:
            folders[parent] = _inside(parent)
        return os.path.realpath(path) if path.is_symlink() else folders[parent] + name

    return resolve


def _inside(folder: Path | str) -> str:
    """What the real paths of all files in a folder start with."""
    return os.path.realpath(folder).rstrip(os.sep) + os.sep


def _sources(name: str, out: Path, pattern: str) -> Iterable[Source]:
    path = folder = Path(name)
    if not name:
        raise InputError("an input is empty", hint="name a file, a folder, a pattern or -")
    if name == "-":
        return [_spooled(out)]
    if path.is_dir():
        found = _inputs(path, f"**/{pattern}", out)
        if not found:
            raise InputError(f"{printable(name)}: no file matches {pattern!r}", hint="see --glob")
    elif path.is_file():
        return [_named(path, elsewhere=False)]
    elif path.exists():
        raise InputError(f"{printable(name)}: no regular file", hint="pipe it in: ... bulk -")
    elif glob.has_magic(name):
        folder = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), path.parts))
        found = _inputs(folder, str(path.relative_to(folder)), out)
        if not found:
            raise InputError(f"{printable(name)}: no file matches", hint="check the pattern")
    else:
        raise InputError(f"{printable(name)}: no such file or folder", hint="check the path")
    inside, resolve = _inside(folder), _resolver()
    return [_named(one, elsewhere=not resolve(one).startswith(inside)) for one in found]


def _named(path: Path, *, elsewhere: bool) -> Source:
    name = printable(str(path))
    if elsewhere:
        return Source(path, "link", name)
    if path.suffix.lower() == ".json":
        raise InputError(
            f"{name}: JSON is read line by line", hint="write one object a line to a .jsonl file"
        )
    return Source(path, _KINDS.get(path.suffix.lower(), "text"), name)


def _inputs(folder: Path, pattern: str, out: Path) -> list[Path]:
    """The files of ``folder`` that match, sorted, without those of an output folder in it."""
    is_ours = _ours(folder, out)
    return sorted((p for p in _visible(folder, pattern) if not is_ours(p)), key=_natural)


def _ours(folder: Path, out: Path) -> Callable[[Path], bool]:
    """A test for what is no input: all in an ``out`` below ``folder``, else what a run writes."""
    inside, resolve = _inside(out), _resolver()
    if folder.resolve() in out.resolve().parents:
        return lambda path: resolve(path).startswith(inside)
    spooled, is_written = f"{inside}{_STDIN}.", is_output(out)
    return lambda path: is_written(path) or resolve(path).startswith(spooled)


def _visible(folder: Path, pattern: str) -> Iterator[Path]:
    """The files that match, without hidden ones and those in hidden folders."""
    depth = len(folder.parts)
    try:
        for path in folder.glob(pattern):
            if not any(part.startswith(".") for part in path.parts[depth:]) and path.is_file():
                yield path
    except (ValueError, NotImplementedError) as error:
        raise InputError(
            f"{pattern!r}: {str(error).lower()}", hint="a pattern such as '*.txt'"
        ) from error


def _natural(path: Path) -> tuple[list[list[str | int]], str]:
    """A sort key that counts as people do: 2 before 10, folder by folder."""
    parts = [re.split(r"(\d+)", part.casefold()) for part in path.parts]
    return [[int(p) if n % 2 else p for n, p in enumerate(part)] for part in parts], str(path)


def _spooled(out: Path) -> Source:
    """Standard input as a file of ``out``: ``stdin.txt``, ``.jsonl`` or ``.csv`` by its content."""
    if sys.stdin is None:
        raise InputError("-: there is no standard input", hint="name files instead")
    stream = sys.stdin.buffer
    start = stream.read(_HEAD)
    kind = _sniffed(start.decode(errors="replace"))
    path = out / f"{_STDIN}.{'txt' if kind == 'text' else kind}"

    def fill(file: BinaryIO) -> None:
        file.write(start)
        shutil.copyfileobj(stream, file)

    files.write(path, fill)
    return Source(path, kind, _STDIN)


def _sniffed(start: str) -> Literal["text", "jsonl", "csv"]:
    start = start.removeprefix("\ufeff").lstrip()
    if start.startswith("{"):
        return "jsonl"
    return "csv" if tables.is_header(start.partition("\n")[0]) else "text"


def _text(source: Source) -> Iterator[Item | Problem]:
    with source.path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        limit = f"more than {MAX_BYTES:,} bytes are no prompt file; name text files"
        yield Problem(source.name, "prompt_too_long", limit)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "no UTF-8 text; save the file as UTF-8"
        yield Problem(f"{source.name}:{line}", "not_utf8", message)
        return
    if not text.strip():
        return
    item = rows.asked(source.path.stem, source.name, text)
    if item.kind == "question" and (control := BINARY.search(text)):  # a prompt's are told by parse
        line = text.count("\n", 0, control.start()) + 1
        message = "binary data; name text files only"
        yield Problem(f"{source.name}:{line}", "not_text", message)
    elif BINARY.search(item.id):  # bytes that are no UTF-8 as well, as Python keeps them
        yield Problem(source.name, "not_utf8", "its name is no UTF-8 text; rename the file")
    else:
        yield item


def _jsonl(source: Source) -> Iterator[Item | Problem]:
    for place, row in objects(source.path, source.name):
        if isinstance(row, Problem):
            yield row
        else:
            yield from rows.read(row, place)


def _table(source: Source) -> Iterator[Item | Problem]:
    return tables.read(source.path, source.name)


def _link(source: Source) -> Iterator[Item | Problem]:
    """What somebody else may have put there; a prompt is sent to a language model."""
    said = "a link to a file outside of the folder; name that file itself if it is meant"
    yield Problem(source.name, "leads_out", said)


_READERS = {"text": _text, "jsonl": _jsonl, "csv": _table, "link": _link}
