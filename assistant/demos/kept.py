"""What a demonstration gave when this version was made: it ships beside its card."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.catalog.demos import FOLDER, Card
from assistant.content import folder
from assistant.demos.shown import Figure
from assistant.files import write_text


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures and seconds of a run on the machine of its makers; ``size`` is that of its sheet."""

    figures: tuple[Figure, ...]
    seconds: float
    size: tuple[int, int]


def sheet(card: Card) -> Path:
    """Where the sheet of a demonstration lies, as PNG of few colors."""
    return folder("catalog") / FOLDER / f"{card.name}.png"


def kept(card: Card) -> Kept:
    """What `make gallery` kept of a demonstration."""
    data = json.loads(_place(card).read_text("utf-8"))
    names = [field.name for field in fields(Figure)]
    figures = tuple(Figure(**{name: one[name] for name in names}) for one in data["figures"])
    width, height = data["size"]
    return Kept(figures, data["seconds"], (width, height))


def keep(card: Card, run: Kept) -> None:
    """Write what a run gave beside its card."""
    told = {
        "seconds": run.seconds,
        "size": list(run.size),
        "figures": [figure.to_json() for figure in run.figures],
    }
    write_text(_place(card), json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _place(card: Card) -> Path:
    return sheet(card).with_suffix(".json")
