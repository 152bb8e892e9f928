"""What a judge fills in: the criteria of each rubric, the schema of a reply, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Preset:
    """A rubric: its template, what it scores, and the highest score (the lowest is 1)."""

    template: str
    criteria: tuple[str, ...]
    top: int


PRESETS = {
    "sections": Preset("sections.v1.jinja", ("task", "workflow", "references"), 5),
    "five-criteria": Preset(
        "five-criteria.v1.jinja",
        ("clarity", "correctness", "workflow", "provided_only", "reasoning"),
        10,
    ),
}


def schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object with these fields and no others."""
    return {
        "type": "object", "properties": dict(fields), "required": list(fields),
        "additionalProperties": False,
    }  # fmt: skip


def _object(reply: str) -> dict[str, Any] | None:
    """The JSON object of a reply, also inside a code fence."""
    start, end = reply.find("{"), reply.rfind("}")
    try:
        found = json.loads(reply[start : end + 1]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def grades(reply: str, preset: Preset) -> dict[str, int] | None:
    """The grade of each criterion; None where one is missing or out of range."""
    found = _object(reply)
    if found is None:
        return None
    given = {name: found.get(name) for name in preset.criteria}
    sound = all(type(v) is int and 1 <= v <= preset.top for v in given.values())
    return {k: int(v) for k, v in given.items() if v is not None} if sound else None


def better(reply: str) -> int | None:
    """1 for the first answer, -1 for the second, 0 for a tie; None where neither is said."""
    found = _object(reply)
    return {"A": 1, "B": -1, "tie": 0}.get(str(found.get("better"))) if found else None
