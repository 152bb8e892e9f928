"""Read a catalog folder: YAML files, one a work, with a record for each variant.

Layout: ``models/*.yaml``, ``papers/*.yaml`` and, optionally, ``vocabulary.yaml``
(the built-in one otherwise). A file is one record, or the fields that a family
shares plus ``variants``, a list of what each member adds or replaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assistant.catalog.records import Entry, Model, Paper
from assistant.errors import CatalogError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster
_T = TypeVar("_T", bound=BaseModel)
_KINDS: dict[str, type[Model] | type[Paper]] = {"models": Model, "papers": Paper}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a catalog: where and what."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        field = f" {self.field}:" if self.field else ""
        return f"{self.file}:{self.line}:{field} {self.message}"


class BrokenCatalogError(CatalogError):
    """A catalog that cannot be used as it stands; ``problems`` lists every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"{problems[0]}{more}", hint="see them all: sr-assistant catalog validate --catalog DIR"
        )
        self.problems = problems


def parse_yaml(path: Path) -> Any:
    """Parse one YAML file with the safe loader; raises BrokenCatalogError with its line."""
    try:
        return yaml.load(path.read_text("utf-8-sig"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or "not YAML"
        raise BrokenCatalogError([Problem(path, line, "", str(reason))]) from error
    except UnicodeDecodeError as error:
        raise BrokenCatalogError([Problem(path, 1, "", "not a UTF-8 text file")]) from error
    except OSError as error:
        raise BrokenCatalogError([Problem(path, 1, "", error.strerror or "unreadable")]) from error


def validate_as(kind: type[_T], data: Any, path: Path, near: str = "") -> _T:
    """Validate ``data``; raises BrokenCatalogError naming file, line and field.

    ``near`` is the record's id: lines are looked up after its first mention.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        text = path.read_text("utf-8-sig").splitlines()
        problems = []
        for item in error.errors():
            names = [str(part) for part in item["loc"]]
            message = item["msg"].removeprefix("Value error, ")
            problems.append(Problem(path, _line(text, near, names), ".".join(names), message))
        raise BrokenCatalogError(problems) from error


def _line(text: list[str], near: str, names: list[str]) -> int:
    """Line on which the last field of ``names`` that is written there stands, from 1."""
    start = next((n for n, line in enumerate(text) if near and near in line), 0)
    found = start
    for name in names:
        pattern = re.compile(rf"^[\s{{\-,]*{re.escape(name)}\s*:|[{{,]\s*{re.escape(name)}\s*:")
        spots = [n for n, line in enumerate(text) if pattern.search(line)]
        found = next((n for n in spots if n >= found), spots[-1] if spots else found)
    return found + 1


def records_of(path: Path, kind: type[Model] | type[Paper]) -> Iterator[Entry]:
    """The records of one file: one, or one for each of its ``variants``."""
    data = parse_yaml(path)
    if not isinstance(data, dict):
        raise BrokenCatalogError([Problem(path, 1, "", "expected the fields of a record")])
    variants = data.pop("variants", None)
    if variants is None:
        yield validate_as(kind, data, path)
        return
    if not isinstance(variants, list) or not all(isinstance(v, dict) for v in variants):
        line = _line(path.read_text("utf-8-sig").splitlines(), "", ["variants"])
        raise BrokenCatalogError([Problem(path, line, "variants", "expected a list of records")])
    for variant in variants:
        yield validate_as(kind, {**data, **variant}, path, near=str(variant.get("id", "")))


def read_entries(root: Path) -> tuple[list[tuple[Path, Entry]], list[Problem]]:
    """Every record below ``root`` with its file, and every problem met on the way."""
    found: list[tuple[Path, Entry]] = []
    problems: list[Problem] = []
    for folder, kind in _KINDS.items():
        for path in sorted((root / folder).glob("*.y*ml")):
            try:
                found.extend((path, entry) for entry in records_of(path, kind))
            except BrokenCatalogError as error:
                problems.extend(error.problems)
    return found, problems
