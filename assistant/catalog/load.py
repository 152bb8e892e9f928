"""Read and validate the YAML files of a catalog folder, one a work.

A file is one record, or the fields that a family shares plus ``variants``, a list of what
each member adds or replaces. ``assistant.catalog.reading`` goes through a whole folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

from assistant.catalog.records import Concept, Entry, Model, Paper
from assistant.errors import CatalogError, reason

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster
_T = TypeVar("_T", bound=BaseModel)
MAX_DEPTH = 32
Kind = type[Model] | type[Paper] | type[Concept]
KINDS: dict[str, Kind] = {"models": Model, "papers": Paper, "concepts": Concept}


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


@dataclass(frozen=True, slots=True)
class Document:
    """The content of one file (or a part of it), and on which line each field stands."""

    path: Path
    data: Any
    node: yaml.Node | None
    first: int = 1
    """The line of everything, where no node tells lines apart."""

    def line(self, place: Sequence[str | int]) -> int:
        """The line, from 1, of the innermost part of ``place`` that is written there."""
        return self._reach(place)[1]

    def holds(self, field: str) -> bool:
        """Whether ``field`` is written here."""
        return self._reach([field])[0] == 1

    def _reach(self, place: Sequence[str | int]) -> tuple[int, int]:
        """How many steps of ``place`` exist, and the line of the last of them."""
        node = self.node
        line = node.start_mark.line + 1 if node else self.first
        for depth, step in enumerate(place):
            key, node = _child(node, step)
            if key is None:
                return depth, line
            line = key.start_mark.line + 1
        return len(place), line


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The key (for a list, the value) and the value of one step into a node."""
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None, None


def parse_yaml(path: Path, text: str | None = None) -> Document:
    """Parse one YAML file as plain data: no tags, no aliases, no field twice.

    ``text`` is what to parse where only a part of the file is YAML.

    Raises:
        BrokenCatalogError: it is no such file; names file and line.
    """

    def broken(line: int, message: str, field: str = "") -> BrokenCatalogError:
        return BrokenCatalogError([Problem(path, line, field, message)])

    try:
        text = path.read_text("utf-8-sig") if text is None else text
        if fault := _unsafe(text):
            raise broken(*fault)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if double := _doubled(node):
                raise broken(*double)
            return Document(path, loader.construct_document(node) if node else None, node)
        finally:
            loader.dispose()
    except ReaderError as error:
        line = (text or "").encode()[: error.position].count(b"\n") + 1
        raise broken(line, "control characters are no text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or error
        raise broken(mark.line + 1 if mark else 1, f"not YAML: {said}") from error
    except UnicodeDecodeError as error:
        raise broken(error.object.count(b"\n", 0, error.start) + 1, "not a UTF-8 text") from error
    except OSError as error:
        raise broken(1, f"unreadable: {error.strerror or error}") from error
    except ValueError as error:  # a date such as 2020-13-45
        raise broken(1, f"no value of YAML: {error}") from error


def _unsafe(text: str) -> tuple[int, str] | None:
    """Line and message of what is refused before anything is built from it.

    Aliases could make a short file very large, and deep nesting exhausts the stack of the
    C parser, which ends the process.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, "aliases are not read here"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            return line, "nested too deeply"
    return None


def _doubled(root: yaml.Node | None) -> tuple[int, str, str] | None:
    """Line, message and field of a field that stands twice, of which YAML drops the first."""
    nodes = [root] if root else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)
        if not isinstance(node, yaml.MappingNode):
            continue
        names: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key.value, str):
                return line, "a field needs a plain name", ""
            if key.value in names:
                return line, "given twice", key.value
            names.add(key.value)
            nodes.append(value)
    return None


def validate_as(
    kind: type[_T], data: Any, document: Document, family: Document | None = None
) -> _T:
    """Validate ``data``; raises BrokenCatalogError naming file, line and field.

    Lines are those of ``document``; a field that only its ``family`` writes has its line there.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems = []
        for item in error.errors(include_url=False, include_input=False):
            place = item["loc"]
            shared = family is not None and place and not document.holds(str(place[0]))
            source = family if family and shared and family.holds(str(place[0])) else document
            field = ".".join(map(str, place))
            problems.append(Problem(document.path, source.line(place), field, reason(item)))
        raise BrokenCatalogError(problems) from error


@dataclass(frozen=True, slots=True)
class Found:
    """A sound record and the place it was read from."""

    entry: Entry
    document: Document
    family: Document

    def problem(self, field: str, message: str) -> Problem:
        """A problem with one field of the record."""
        source = self.document if self.document.holds(field) else self.family
        return Problem(self.document.path, source.line([field]), field, message)


def records_of(path: Path, kind: Kind) -> Iterator[Found]:
    """The records of one file: one, or one for each of its ``variants``."""
    file = parse_yaml(path)
    if not isinstance(file.data, dict):
        raise BrokenCatalogError([Problem(path, 1, "", "expected the fields of a record")])
    variants = file.data.pop("variants", None)
    if variants is None:
        yield Found(validate_as(kind, file.data, file), file, file)
        return
    if (
        not isinstance(variants, list)
        or not variants
        or not all(isinstance(v, dict) for v in variants)
    ):
        line = file.line(["variants"])
        raise BrokenCatalogError([Problem(path, line, "variants", "expected a list of records")])
    nodes = _child(file.node, "variants")[1]
    problems: list[Problem] = []
    for number, variant in enumerate(variants):
        own = Document(path, variant, _child(nodes, number)[1])
        try:
            yield Found(validate_as(kind, {**file.data, **variant}, own, file), own, file)
        except BrokenCatalogError as error:
            problems.extend(error.problems)
    if problems:
        raise BrokenCatalogError(problems)


def json_line(entry: Entry) -> str:
    """A record as one line: fields that say nothing are left out."""
    data = entry.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False)
