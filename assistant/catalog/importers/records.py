"""Our own records from elsewhere: a catalog folder, YAML, JSON lines, JSON, or a CSV.

The columns of a CSV are our field names; lists are separated by semicolons. A record says by
``kind`` what it is; without it the folder or file name does (``papers``, ``concepts``), else it is
a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import record
from assistant.catalog.importers.rows import rows
from assistant.catalog.load import BrokenCatalogError, Document, Kind, Problem, records_of
from assistant.catalog.reading import read_entries
from assistant.catalog.records import Concept, Entry, Model, Paper
from assistant.catalog.vocabulary import Vocabulary

_KINDS: dict[str, Kind] = {"model": Model, "paper": Paper, "concept": Concept}
_LISTS = ("aliases", "scales", "subjects", "steps", "handles", "tags", "example_questions",
          "trained_on", "platforms")  # fmt: skip


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every record of a file or of a catalog folder."""
    if path.is_dir():
        found, problems = read_entries(path)
        yield from problems
        for item in found:
            fields = item.entry.model_dump(exclude_defaults=True)
            line = item.document.line(["id"])
            place = Document(item.document.path, fields, None, line)
            yield record(type(item.entry), fields, place, vocabulary)
    elif path.suffix.lower() in (".yaml", ".yml"):
        yield from _family(path, vocabulary)
    else:
        for row in rows(path):
            yield row if isinstance(row, Problem) else _record(row, vocabulary)


def _family(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    try:
        for found in records_of(path, _KINDS[_kind_of(path)]):
            task = found.entry.task
            if task and not vocabulary.task(task):
                yield found.problem("task", f"{task} is no task of the vocabulary")
            else:
                yield found.entry
    except BrokenCatalogError as error:
        yield from error.problems


def _record(row: Document, vocabulary: Vocabulary) -> Entry | Problem:
    fields: dict[str, Any] = dict(row.data)
    if row.path.suffix.lower() in (".csv", ".tsv", ".xlsx"):
        for name in _LISTS:
            if isinstance(listed := fields.get(name), str):
                fields[name] = tuple(part.strip() for part in listed.split(";") if part.strip())
    kind = fields.setdefault("kind", _kind_of(row.path))
    return record(_KINDS.get(kind, Model), fields, row, vocabulary)


def _kind_of(path: Path) -> str:
    named = (kind for kind in _KINDS if f"{kind}s" in (path.parent.name, path.stem))
    return next(named, "model")
