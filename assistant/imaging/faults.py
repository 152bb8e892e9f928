"""What was measured of a picture, and what of it is wrong: faults in words, with their chances."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Noise(_Value):
    """``sigma``: standard deviation in levels of 255, over the channels and of each."""

    sigma: float
    channels: tuple[float, float, float]
    confidence: float


class Jpeg(_Value):
    """``quality`` on libjpeg's scale, read from the file's ``tables`` or from the ``pixels``;
    ``shifted``: its blocks do not begin at the corner of the picture."""

    quality: int
    source: Literal["tables", "pixels"]
    shifted: bool
    confidence: float


class Blur(_Value):
    """``sigma``: of the Gaussian that softens the sharpest edges so, in pixels. Of motion, its
    ``length`` in pixels and ``direction`` in degrees, counterclockwise from the right."""

    kind: Literal["none", "defocus", "motion"]
    sigma: float
    length: float | None = None
    direction: int | None = None
    confidence: float


class Light(_Value):
    """``mean`` luma of 255; ``black`` and ``white``: shares of clipped pixels; ``cast``: how far
    the colors stand off gray, in units of their spread, above 0 where hardly any is neutral."""

    mean: float
    contrast: float
    black: float
    white: float
    gray: bool
    cast: float


class Content(_Value):
    """Chances that it is a ``drawing`` and that it is mostly ``text``; ``pixel_art``: the side of
    one dot in pixels, None where it is none."""

    drawing: float
    text: float
    pixel_art: int | None


class Fault(_Value):
    """One thing that is wrong: its name in the catalog's vocabulary of degradations, a phrase with
    its measure, and the chance that it is so."""

    name: str
    text: str
    confidence: float


class Look(_Value):
    """What was measured of one picture; None where it is too small to measure.

    ``resolution`` is the side that its detail needs, as a share of its side: .5 of a picture that
    was enlarged twice.
    """

    size: tuple[int, int]
    depth: int
    alpha: bool
    noise: Noise | None = None
    jpeg: Jpeg | None = None
    blur: Blur | None = None
    interlaced: float = 0.0
    resolution: float | None = None
    light: Light
    content: Content | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong, the surest first."""
        return tuple(sorted(_faults(self), key=lambda fault: -fault.confidence))

    @property
    def spoiled(self) -> bool:
        """Whether a good result should differ from it where it is shrunk again."""
        return any(fault.name in SPOILS for fault in self.faults)


SPOILS = ("noise", "compression", "interlacing")


def chance(slope: float, value: float, middle: float) -> float:
    """A logistic curve, one half at ``middle``."""
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, slope * (value - middle))))), 3)


def _faults(seen: Look) -> list[Fault]:
    found = []

    def add(name: str, text: str, confidence: float) -> None:
        if confidence >= 0.5:
            found.append(Fault(name=name, text=text, confidence=confidence))

    if seen.noise:
        add("noise", f"noise of sigma {seen.noise.sigma:.0f} of 255", seen.noise.confidence)
    if seen.jpeg:
        again = "" if seen.jpeg.source == "tables" else ", read from its pixels"
        sure = min(seen.jpeg.confidence, chance(-0.35, seen.jpeg.quality, _HARMLESS))
        add("compression", f"JPEG of quality {seen.jpeg.quality}{again}", sure)
    if seen.blur and seen.blur.kind == "motion":
        text = (
            f"motion blur of about {seen.blur.length:.0f} pixels at {seen.blur.direction} degrees"
        )
        add("blur", text, seen.blur.confidence)
    elif seen.blur:
        add("blur", f"edges softened by sigma {seen.blur.sigma:.1f} pixels", seen.blur.confidence)
    add("interlacing", "combs of two fields", seen.interlaced)
    if seen.resolution is not None:
        text = f"detail for {seen.resolution:.0%} of its side only: it was enlarged or is soft"
        add("low-resolution", text, chance(-20, seen.resolution, 0.78))
    add("dark", f"dark: mean {seen.light.mean:.0f} of 255", chance(-0.15, seen.light.mean, 45))
    if seen.content is None or seen.content.drawing < 0.5:
        clipped = max(seen.light.black, seen.light.white)
        add("clipping", f"{clipped:.0%} of its pixels clipped", chance(40, clipped, 0.15))
    add("fading", f"faded: contrast {seen.light.contrast:.0f} of 255", _faded(seen))
    return found


_HARMLESS = 86  # quality from which weights made for clean pictures gain more: BSDS500 train, x4


def _faded(seen: Look) -> float:
    return chance(-0.1, seen.light.contrast, 90) if seen.light.mean > 60 else 0.0
