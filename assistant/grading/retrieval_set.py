"""A labelled retrieval set: a folder with queries.jsonl, qrels.tsv and perhaps catalog.jsonl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from pydantic import ValidationError

from assistant.catalog import Catalog, Model, Vocabulary
from assistant.errors import InputError, reason
from assistant.files import read_text
from assistant.retrieval.passages import CARD_CHARACTERS

_LAYOUT = "a set holds queries.jsonl (query_id, text) and qrels.tsv"
_ONE_A_LINE = "one JSON object a line"
_DOCUMENT = "doc_id and any of name, model_id, domains, functionality, description, performance"
_TELLING = 3  # functions named beside the domains; some documents list fifty alike
_WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Query:
    """One question; ``task`` is a name prefix such as SISR, ``scale`` a factor, where labelled."""

    id: str
    text: str
    task: str | None
    scale: float | None


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Queries, their graded relevant ids, and the set's own catalog if it brings one."""

    name: str
    queries: tuple[Query, ...]
    grades: dict[str, dict[str, int]]
    catalog: Catalog | None


def read_set(folder: Path, vocabulary: Vocabulary) -> RetrievalSet:
    """Read a set.

    Raises:
        InputError: it is broken; the message names file and line.
    """
    queries = read_queries(folder / "queries.jsonl")
    documents = folder / "catalog.jsonl"
    catalog = None
    if documents.is_file():
        listed = list(rows(documents))
        if not any("detailed_category" in row for row, _ in listed):  # a list ours already covers
            found = [(_document(row, where, vocabulary), where) for row, where in listed]
            _unique((model.id, where) for model, where in found)
            catalog = Catalog((model for model, _ in found), vocabulary)
    grades = _grades(folder / "qrels.tsv", {query.id for query in queries})
    return RetrievalSet(folder.resolve().name, queries, grades, catalog)


def read_queries(path: Path) -> tuple[Query, ...]:
    """The questions of a set; raises InputError where there are none or one is broken."""
    found = [(_query(row, where), where) for row, where in rows(path)]
    if not found:
        raise InputError(f"{path}: holds no question", hint=_LAYOUT)
    _unique((query.id, where) for query, where in found)
    return tuple(query for query, _ in found)


def rows(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file of JSON lines, each with its place ``file:line``."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            said = getattr(error, "msg", "nested too deeply")
            raise InputError(f"{path}:{number}: not JSON: {said}", hint=_ONE_A_LINE) from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: not an object", hint=_ONE_A_LINE)
        yield row, f"{path}:{number}"


def _lines(path: Path) -> list[str]:
    """The lines of a text file; only a line feed ends one, whatever JSON strings hold."""
    return read_text(path).removesuffix("\n").split("\n")


def _unique(found: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for name, where in found:
        if name in first:
            raise InputError(f"{where}: {name} is also in {first[name]}", hint="ids are unique")
        first[name] = where


def _query(row: dict[str, Any], where: str) -> Query:
    for name in ("query_id", "text"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise InputError(f"{where}: {name} is missing or no text", hint=_LAYOUT)
    if row["query_id"].split() != [row["query_id"]]:
        raise InputError(f"{where}: query_id holds spaces", hint="a TREC run has no place for them")
    try:
        scale = float(row["scale"]) if row.get("scale") else None
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: scale is no number", hint="a factor such as 4") from error
    task = row.get("task")
    return Query(row["query_id"], row["text"], str(task) if task else None, scale)


def _document(row: dict[str, Any], where: str, vocabulary: Vocabulary) -> Model:
    """A document of a set as a record: what tells it comes first, all of it is searched.

    Its task is the first of its domains that names one.
    """

    def line(*values: Any) -> str:
        return " ".join(" ".join(str(v) for v in values if v).split())

    def lines(name: str) -> list[str]:
        return [text for value in row.get(name) or () if (text := line(value))]

    try:
        name = line(row.get("name") or row.get("model_id") or row["doc_id"])
        domains, functions, prose = map(lines, ("domains", "functionality", "description"))
        told = [", ".join(domains), ", ".join(functions[:_TELLING]), *prose[:1]]
        room = max(1, CARD_CHARACTERS - len(name) - 2)  # a longer line would not be embedded
        does, *rest = wrap(". ".join(filter(None, told)) or name, room)
        more = [" ".join(rest), *prose[1:], *functions[_TELLING:], line(row.get("performance"))]
        tasks = filter(None, map(vocabulary.task_of_title, domains))
        return Model(
            id=row["doc_id"],
            task=next((task.id for task in tasks), None),
            title=name,
            name=name,
            aliases=(line(row["model_id"]),) if line(row.get("model_id")) else (),
            does=does,
            steps=tuple(filter(None, more)),
            tags=(*domains, *functions),
        )
    except KeyError as error:
        raise InputError(f"{where}: doc_id is missing", hint=_DOCUMENT) from error
    except TypeError as error:
        raise InputError(f"{where}: a list is expected: {error}", hint=_DOCUMENT) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])).replace("id", "doc_id", 1)
        raise InputError(f"{where}: {field}: {reason(first)}", hint=_DOCUMENT) from error


def _grades(path: Path, queries: set[str]) -> dict[str, dict[str, int]]:
    header, *lines = _lines(path)
    if header.split() != ["query_id", "doc_id", "score"]:
        raise InputError(
            f"{path}:1: the header is not query_id, doc_id, score", hint="tab-separated"
        )
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != 3 or not _WHOLE.fullmatch(fields[2]):
            raise InputError(
                f"{path}:{number}: expected query_id, doc_id, score", hint="tab-separated"
            )
        query, document, grade = fields[0], fields[1], int(fields[2])
        if query not in queries:
            raise InputError(f"{path}:{number}: no question {query}", hint="see queries.jsonl")
        if grade > 0:
            grades.setdefault(query, {})[document] = grade
    return grades
