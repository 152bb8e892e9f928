"""A CNAPS list: one model a row, as the export of the app names its columns.

Columns: Model Unique Name, Category, Detailed Category, Dataset, Paper, GitHub, HuggingFace,
Summary; in lower case and short (name, category, ...) they are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import cut, of_task, one_line, record
from assistant.catalog.importers.rows import rows
from assistant.catalog.load import Document, Problem
from assistant.catalog.records import Entry, Model, Provenance
from assistant.catalog.vocabulary import Task, Vocabulary

_NAMES = ("model_unique_name", "unique_name", "name", "doc_id", "id")
_NOTHING = {"", "-", "none", "null", "n/a", "na", "nan"}
_FACTOR = re.compile(r"(?:^|-)(?:x(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)x)$", re.IGNORECASE)


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every model of the list; its unique name is the id, to the letter."""
    for row in rows(path):
        yield row if isinstance(row, Problem) else _model(row, vocabulary)


def _model(row: Document, vocabulary: Vocabulary) -> Entry | Problem:
    given = {_plain(name): value for name, value in row.data.items()}
    model_id = next((found for name in _NAMES if (found := _cell(given, name))), None)
    if model_id is None:
        return Problem(row.path, row.first, "Model Unique Name", "a model needs its unique name")
    category = _cell(given, "detailed_category") or ""
    task = vocabulary.task_of_name(model_id) or _task(category, vocabulary)
    factor = _cell(given, "scale") or _factor(model_id)
    name = _short(model_id)
    summary = one_line(given.get("summary"))
    data = {
        "id": model_id,
        "title": model_id,
        "name": name,
        "scales": (factor,) if factor else (),
        "any_scale": " any" in f" {category.lower()}" or "-Any-" in model_id,
        "paper": _link(given, "paper"),
        "github": _link(given, "github"),
        "huggingface": _link(given, "huggingface"),
        "does": cut(summary) if summary else f"{name}: {task.phrase if task else 'a model'}.",
        "trained_on": tuple(
            filter(None, map(one_line, (_cell(given, "dataset") or "").split(",")))
        ),
        "tags": tuple(dict.fromkeys(filter(None, (_cell(given, "category"), category)))),
        "provenance": Provenance(source="cnaps", source_id=model_id),
        **of_task(vocabulary, task.id if task else None),
    }
    return record(Model, data, row, vocabulary)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]+", "_", name.lower()).strip("_")


def _cell(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    text = one_line(value if isinstance(value, str) or value is None else str(value))
    return None if text.lower() in _NOTHING else text


def _link(given: Mapping[str, Any], name: str) -> str | None:
    """The first link of a cell, as it is written there."""
    return (_cell(given, name) or "").partition(" ")[0] or None


def _task(category: str, vocabulary: Vocabulary) -> Task | None:
    return vocabulary.task_of_name(f"{category.replace(' ', '')}-") if category else None


def _factor(model_id: str) -> str | None:
    found = _FACTOR.search(model_id)
    return found[1] or found[2] if found else None


def _short(model_id: str) -> str:
    """The name between task and factor: ``SwinIR-Real`` of ``SISR-SwinIR-Real-4x``."""
    name = _FACTOR.sub("", model_id).partition("-")[2] or model_id
    return re.sub(r"^(?:HuggingFace|Any)-", "", name)
