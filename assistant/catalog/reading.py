"""Read a catalog folder: YAML files that people write, JSON lines that importers write.

Layout: ``models/`` and ``papers/``, each with ``*.yaml`` (one work a file, see
``assistant.catalog.load``) and ``*.jsonl`` (one record a line), and optionally
``vocabulary.yaml``; the built-in one serves otherwise.
"""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from assistant.catalog.load import (
    KINDS,
    BrokenCatalogError,
    Document,
    Found,
    Problem,
    parse_yaml,
    records_of,
    validate_as,
)
from assistant.catalog.vocabulary import Vocabulary
from assistant.content import folder


def read_entries(root: Path) -> tuple[list[Found], list[Problem]]:
    """Every record below ``root`` with its place, and every problem met on the way."""
    found: list[Found] = []
    problems: list[Problem] = []
    for place, kind in KINDS.items():
        for path in sorted((root / place).glob("*.y*ml")):
            try:
                found.extend(records_of(path, kind))
            except BrokenCatalogError as error:
                problems.extend(error.problems)
        for path in sorted((root / place).glob("*.jsonl")):
            for line in json_lines(path):
                try:
                    if isinstance(line, Problem):
                        problems.append(line)
                    else:
                        found.append(Found(validate_as(kind, line.data, line), line, line))
                except BrokenCatalogError as error:
                    problems.extend(error.problems)
    return found, problems


def read_vocabulary(root: Path) -> Vocabulary:
    """The words of the folder ``root``, or the built-in ones where it brings none.

    Raises:
        BrokenCatalogError: they are no vocabulary; names file, line and field.
    """
    own = root / "vocabulary.yaml"
    path = own if own.is_file() else folder("catalog") / "vocabulary.yaml"
    return _vocabulary(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _vocabulary(path: Path, _changed: int) -> Vocabulary:
    words = parse_yaml(path)
    return validate_as(Vocabulary, words.data, words)


def json_lines(path: Path) -> Iterator[Document | Problem]:
    """The objects of a file of JSON lines, one at a time, and a problem for each other line.

    Blank lines are skipped; a line that cannot be used hides no other.
    """
    try:
        with opened(path) as file:
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    yield parse_line(path, number, raw)
    except (OSError, EOFError, zlib.error) as error:
        yield Problem(path, 1, "", getattr(error, "strerror", None) or f"unreadable: {error}")


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where its name ends in ``.gz``."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def parse_line(path: Path, number: int, raw: bytes) -> Document | Problem:
    """The object that stands in one line, or why there is none."""
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        return Problem(path, number, "", "not a UTF-8 text")
    except json.JSONDecodeError as error:
        return Problem(path, number, "", f"not JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return Problem(path, number, "", "nested too deeply")
    except ValueError as error:
        return Problem(path, number, str(error), "given twice")
    if not isinstance(data, dict):
        return Problem(path, number, "", "expected an object with the fields of a record")
    return Document(path, data, None, number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields stand once; raises ValueError with the name of another."""
    data: dict[str, Any] = {}
    for name, value in pairs:
        if name in data:
            raise ValueError(name)
        data[name] = value
    return data
