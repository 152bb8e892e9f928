"""The JSON Schema of a catalog file, made from the records, for editors that complete and check.

The files name it in their first line; ``docs/generate.py`` writes it to ``catalog/schema/``.
"""

from __future__ import annotations

from typing import Any

from assistant.catalog.load import Kind
from assistant.catalog.records import Concept, Model, Paper
from assistant.errors import InputError

_KINDS: dict[str, Kind] = {"model": Model, "paper": Paper, "concept": Concept}


def json_schema(kind: str) -> dict[str, Any]:
    """The schema of one file of a kind (model, paper, concept): a record, or a family of them.

    A family has ``variants``, each with the fields it adds or replaces; what a record needs
    stands in the file or in every variant.

    Raises:
        InputError: ``kind`` is no kind of record.
    """
    if kind not in _KINDS:
        raise InputError(f"no kind of record {kind!r}", hint=f"known: {', '.join(_KINDS)}")
    record = _KINDS[kind].model_json_schema()
    fields = record["properties"]
    needed = [*record["required"], *(["paper"] if kind == "paper" else [])]
    variant = {
        "type": "object",
        "properties": {name: {"$ref": f"#/properties/{name}"} for name in fields},
        "additionalProperties": False,
    }
    variants = {
        "type": "array",
        "description": "members of a family, each with the fields it adds or replaces",
        "items": variant,
        "minItems": 1,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": record["title"],
        "description": record["description"],
        "type": "object",
        "properties": {**fields, "variants": variants},
        "additionalProperties": False,
        "allOf": [_given(name) for name in needed],
        "$defs": record["$defs"],
    }


def _given(name: str) -> dict[str, Any]:
    """The field stands in the file or in every variant."""
    everywhere = {"variants": {"items": {"required": [name]}}}
    return {
        "anyOf": [
            {"required": [name]},
            {"required": ["variants"], "properties": everywhere},
        ]
    }
