"""A labelled retrieval set: a folder with queries.jsonl, qrels.tsv and perhaps catalog.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.catalog import Catalog, Model, Vocabulary
from assistant.errors import InputError


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
    """Read a set; raises InputError with file and line where it is broken."""
    queries = tuple(_query(row, where) for row, where in _rows(folder / "queries.jsonl"))
    documents = folder / "catalog.jsonl"
    catalog = None
    if documents.is_file():
        rows = list(_rows(documents))
        if not any("detailed_category" in row for row, _ in rows):  # a list ours already covers
            catalog = Catalog((_document(row, where) for row, where in rows), vocabulary)
    return RetrievalSet(folder.name, queries, _grades(folder / "qrels.tsv"), catalog)


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read", hint="a set holds queries.jsonl and qrels.tsv"
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path}:{number}: {error.msg}", hint="one JSON object a line"
            ) from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: not an object", hint="one JSON object a line")
        yield row, f"{path}:{number}"


def _query(row: dict[str, Any], where: str) -> Query:
    try:
        scale = float(row["scale"]) if row.get("scale") else None
        return Query(str(row["query_id"]), str(row["text"]), row.get("task"), scale)
    except (KeyError, ValueError) as error:
        raise InputError(
            f"{where}: {error} is missing or wrong", hint="query_id and text"
        ) from error


def _document(row: dict[str, Any], where: str) -> Model:
    """A document of a set as a record: its prose becomes what the record does."""

    def line(*values: Any) -> str:
        return " ".join(" ".join(str(v) for v in values if v).split())

    try:
        name = line(row.get("name") or row.get("model_id") or row["doc_id"])[:200]
        tags = (*(row.get("domains") or ()), *(row.get("functionality") or ()))
        prose = line(*(row.get("description") or []), row.get("performance"))
        return Model(
            id=row["doc_id"],
            title=line(name, row.get("model_id"))[:400],
            name=name,
            does=prose or name,
            tags=tuple(line(tag) for tag in tags if line(tag)),
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise InputError(
            f"{where}: not a document: {error}", hint="doc_id, name, description"
        ) from error


def _grades(path: Path) -> dict[str, dict[str, int]]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read", hint="a set holds queries.jsonl and qrels.tsv"
        ) from error
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit():
            raise InputError(
                f"{path}:{number}: expected query_id, doc_id, score", hint="tab-separated"
            )
        if int(fields[2]) > 0:
            grades.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return grades
