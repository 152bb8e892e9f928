"""Floors under our own scores: pinned with the digest of what they were measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, InputError
from assistant.files import write_text

SLACK = 0.001  # what rounding may move a mean by


class FloorError(AssistantError):
    """A score fell below its floor, or was measured on other inputs."""


@dataclass(frozen=True, slots=True)
class Floors:
    """Means by score, and the digest of the prompt files and references they belong to."""

    inputs: str
    scores: dict[str, float]

    def check(self, inputs: str, measured: Mapping[str, float]) -> None:
        """Raise FloorError where a score is lower, is gone, or the inputs are others."""
        if inputs != self.inputs:
            raise FloorError(
                "eval/prompts or eval/references changed since the floors were set",
                hint="make gate FLAGS=--update",
            )
        lower = self.lower(measured)
        if lower:
            raise FloorError(f"below their floors: {'; '.join(lower)}", hint="see eval/README.md")

    def lower(self, measured: Mapping[str, float]) -> list[str]:
        """The scores that fell, in words."""
        return [
            f"{name} {measured[name]:.4f} < {floor:.4f}" if name in measured else f"{name} is gone"
            for name, floor in sorted(self.scores.items())
            if measured.get(name, -1.0) < floor - SLACK
        ]


def digest_of(*folders: Path) -> str:
    """SHA-256 over names and bytes of all files of the folders."""
    found = hashlib.sha256()
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            found.update(f"{file.relative_to(folder).as_posix()}\0".encode())
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def read_floors(path: Path) -> Floors:
    """Read ``floors.json``; raises InputError where it is none."""
    try:
        data: Any = json.loads(path.read_text("utf-8"))
        return Floors(str(data["inputs"]), {k: float(v) for k, v in data["scores"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: no floors: {error}", hint="make gate FLAGS=--update") from error


def update(path: Path, inputs: str, measured: Mapping[str, float], *, allow_lower: bool) -> None:
    """Pin what was measured; a floor is lowered only if ``allow_lower`` says so.

    Raises:
        FloorError: a floor would fall and ``allow_lower`` is not given.
    """
    if path.exists() and not allow_lower and (lower := read_floors(path).lower(measured)):
        raise FloorError(
            f"would lower floors: {'; '.join(lower)}", hint="make gate FLAGS='--update --lower'"
        )
    scores = {name: round(value, 6) for name, value in sorted(measured.items())}
    write_text(path, json.dumps({"inputs": inputs, "scores": scores}, indent=1) + "\n")
