"""Prints that a question speaks of: the paper, dots an inch, and what a picture gives on it."""

from __future__ import annotations

import math
import re

from pydantic import BaseModel, ConfigDict

from assistant.question.numbers import Line, Sides

INCH = 25.4  # mm
_USUAL, _SHOWN = 300.0, 100  # dpi where none are named; less is a screen's
_DPI = re.compile("nd")
_SCANNED = re.compile(r"\bscann(?:ed|ing)(?: \w+){0,2} ?$")  # of these dots, not of the print's
_LARGEST = re.compile(
    r"\b(?:how (?:big|large|wide|high|tall)|(?:up to )?(?:what|which) (?:\w+ )?size"
    r"|max(?:imum|imal|\.)?|larg(?:est|er)|bigg?est)\b"
)
_NEARLY = 0.02  # a factor is met from so much below it
_PAPER = "Q"  # a kind of word of a Line


class Print(BaseModel):
    """A print: across and down in mm (down 0 where one side is named; None where the paper is
    what is asked for), its dots an inch, whether they are ``assumed``, those that the picture
    ``given`` makes there as it is, and whether the question speaks in inches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sides: Sides | None = None
    dpi: float = _USUAL
    assumed: bool = True
    given: float | None = None
    inches: bool = False

    @property
    def pixels(self) -> Sides:
        """What the paper takes across and down."""
        across, down = self.sides or (0, 0)
        return across * self.dpi / INCH, down * self.dpi / INCH


def whole_factor(ratio: float) -> int:
    """The next whole factor that reaches ``ratio``, nearly."""
    return math.ceil(ratio - _NEARLY)


def dots(line: Line) -> tuple[float, bool]:
    """The dots an inch of a print, and whether they are assumed."""
    for match in _DPI.finditer(line.kinds):
        before = line.text[: line.tokens[match.start()].start][-30:]
        if line.value(match.start()) >= _SHOWN and not _SCANNED.search(before):
            return line.value(match.start()), False
    return _USUAL, True


def asked_for(line: Line) -> bool:
    """Whether a question wants to know how large something can be printed."""
    return _PAPER in line.kinds and _LARGEST.search(line.text) is not None
