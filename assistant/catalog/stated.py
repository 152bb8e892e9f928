"""What a record states: facts in our own words and figures, each with the place that carries it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
Scale = Annotated[float, Field(gt=0, le=64)]
Place = Annotated[str, StringConstraints(pattern=r"^(known|(record|measured): \S[^\r\n]*)$")]
"""``record: SOURCE`` where it was read, ``measured: FILE`` by us with the receipt in that file of
the catalog folder, or ``known`` where nobody has read it again."""

Aspect = Literal[
    "mechanism",
    "scale",
    "texture",
    "clarity",
    "efficiency",
    "degradation",
    "training",
    "application",
    "evaluation",
]
Basis = Literal["record", "measured", "known"]


class Record(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def source(place: str) -> str:
    """A place in words: what was read, the receipt of a measurement, or that neither is so."""
    return place.partition(": ")[2] or "not read again"


class Fact(Record):
    """One claim in our own words, with the place that carries it."""

    kind: Literal[
        "contribution",
        "mechanism",
        "result",
        "limit",
        "use",
        "license",
        "data",
        "size",
        "author",
        "speed",
    ]
    aspect: Aspect = "mechanism"
    text: Line
    place: Place

    @property
    def basis(self) -> Basis:
        """How we know it: ``record``, ``measured`` or ``known``."""
        return cast("Basis", self.place.partition(":")[0])

    @property
    def key(self) -> str:
        """Six hex digits of the text: with the record's id, the id of the fact (``Entry.told``)."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:6]


class Order(Fact):
    """Why one does one kind of step before another."""

    first: tuple[Line, ...] = Field(min_length=1, description="ids of the tasks that come first")
    then: tuple[Line, ...] = Field(min_length=1, description="ids of the tasks behind any of these")


class Figure(Record):
    """A published measurement with everything needed to compare it fairly."""

    metric: Line
    value: float
    dataset: Line
    scale: Scale | None = None
    protocol: Line
    place: Place
