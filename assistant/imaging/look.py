"""Look at a picture before anything is done to it: what is wrong with it, measured.

Each measure has its method and source in its module. Confidences are chances: logistic curves over
the measures, fitted on BSDS500 train and on drawings and pages that we drew (benchmarks/look.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.imaging import blocks, blur, combs, detail, drawn, light, noise
from assistant.imaging.alpha import seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.pictures import Picture
    from assistant.imaging.samples import Pixels

WINDOW, GRID = 256, 4  # a large picture is looked at through 4x4 windows of 256 pixels
WHOLE = 1_200_000  # pixels up to which the whole picture is looked at
LEAST = 32  # pixels a side below which nothing can be measured


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


def look(picture: Picture, pause: Callable[[], None] = lambda: None) -> Look:
    """Measure ``picture``; what ``pause`` raises between two measures ends it."""
    import numpy as np

    pixels = seen(picture)
    step = max(1, int((pixels.shape[0] * pixels.shape[1] / WHOLE) ** 0.5))
    seen_light = light.light(pixels[::step, ::step])
    known: dict[str, Any] = {
        "size": picture.size,
        "depth": picture.depth,
        "alpha": picture.alpha is not None,
        "light": Light(
            mean=round(seen_light.mean, 1),
            contrast=round(seen_light.light - seen_light.dark, 1),
            black=round(seen_light.black, 4),
            white=round(seen_light.white, 4),
            gray=seen_light.gray,
            cast=round(seen_light.cast, 2),
        ),
    }
    if min(picture.size) < LEAST:
        return Look(**known)
    windows = _windows(pixels)
    luma = windows.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    pause()
    found = noise.noise(windows.reshape(-1, *windows.shape[2:]))
    pause()
    grain = found.sigma * (1.0 if seen_light.gray else _OF_LUMA)
    known["jpeg"] = _jpeg(pixels, picture.jpeg)
    pause()
    unrest = 3.5 * grain + (0.3 * (100 - known["jpeg"].quality) if known["jpeg"] else 0)
    shape = drawn.drawn(windows, luma, unrest)
    drawing = shape.flat > _EMPTY and _chance(
        2.5, math.log(shape.flat + 0.02) + 2 * math.log(shape.hard + 0.02), -1.9
    )
    combed = combs.combed(luma)
    pause()
    return Look(
        **known,
        noise=Noise(
            sigma=round(found.sigma, 2),
            channels=tuple(round(one, 2) for one in found.channels),
            confidence=_chance(1.6, found.sigma, 3.5 + _FEW_PATCHES / windows[..., 0].size),
        ),
        blur=_blur(blur.edges(luma)),
        interlaced=_chance(150, combed, 0.035),
        resolution=round(detail.resolution(luma, grain), 2),
        content=Content(
            drawing=float(drawing),
            text=_chance(20, shape.lines, 0.8),
            pixel_art=shape.block if shape.block and shape.block > 1 else None,
        ),
    )


_OF_LUMA = 0.67  # of equal noise in three channels, what is left in luma: sqrt(.299²+.587²+.114²)
_EMPTY = 0.05
_FEW_PATCHES = 8000  # pixels; in a small picture detail is more easily taken for noise


def _chance(slope: float, value: float, middle: float) -> float:
    """A logistic curve, one half at ``middle``."""
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, slope * (value - middle))))), 3)


def _windows(pixels: Pixels) -> NDArray[np.uint8]:
    """The whole of a small picture, or windows spread over a large one: [N,H,W,3]."""
    import numpy as np

    height, width = pixels.shape[:2]
    if height * width <= WHOLE:
        return pixels[None]
    high, wide = min(WINDOW, height), min(WINDOW, width)
    tops, lefts = (
        np.linspace(0, side - part, min(GRID, side // part)).astype(int) // 16 * 16
        for side, part in ((height, high), (width, wide))
    )
    return np.stack([pixels[y : y + high, x : x + wide] for y in tops for x in lefts])


def _jpeg(pixels: Pixels, told: int | None) -> Jpeg | None:
    """The worse of what the file says and what its pixels show: it may have been saved twice."""
    read = blocks.of_pixels(pixels)
    if read and read.confidence >= 0.5 and (told is None or read.quality < told - 8):
        return Jpeg(
            quality=read.quality,
            source="pixels",
            shifted=read.corner != (0, 0),
            confidence=round(read.confidence, 3),
        )
    if told is not None:
        return Jpeg(quality=told, source="tables", shifted=False, confidence=1.0)
    return None


def _blur(edges: blur.Edges) -> Blur:
    import numpy as np

    known = edges.sigmas[np.isfinite(edges.sigmas)]
    if not len(known):
        return Blur(kind="none", sigma=round(edges.overall, 2), confidence=0.0)
    most, least = float(known.max()), float(known.min())
    present = _chance(7, most, 1.4)
    moved = _chance(6, most / max(least, 0.5), 1.75)
    if present < 0.5 or moved < 0.5:
        kind: Literal["none", "defocus"] = "none" if present < 0.5 else "defocus"
        return Blur(kind=kind, sigma=round(edges.overall, 2), confidence=present)
    squares = np.square(np.nan_to_num(edges.sigmas))
    turn = float(np.angle((squares * np.exp(2j * edges.directions)).sum())) / 2
    return Blur(
        kind="motion",
        sigma=round(most, 2),
        length=round(most * math.sqrt(12), 1),  # of an even path, whose deviation sigma is
        direction=round(math.degrees(-turn)) % 180,
        confidence=round(present * moved, 3),
    )


def _faults(seen: Look) -> list[Fault]:
    found = []

    def add(name: str, text: str, confidence: float) -> None:
        if confidence >= 0.5:
            found.append(Fault(name=name, text=text, confidence=confidence))

    if seen.noise:
        add("noise", f"noise of sigma {seen.noise.sigma:.0f} of 255", seen.noise.confidence)
    if seen.jpeg:
        again = "" if seen.jpeg.source == "tables" else ", read from its pixels"
        chance = min(seen.jpeg.confidence, _chance(-0.35, seen.jpeg.quality, _HARMLESS))
        add("compression", f"JPEG of quality {seen.jpeg.quality}{again}", chance)
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
        add("low-resolution", text, _chance(-20, seen.resolution, 0.78))
    add("dark", f"dark: mean {seen.light.mean:.0f} of 255", _chance(-0.15, seen.light.mean, 45))
    if seen.content is None or seen.content.drawing < 0.5:
        clipped = max(seen.light.black, seen.light.white)
        add("clipping", f"{clipped:.0%} of its pixels clipped", _chance(40, clipped, 0.15))
    add("fading", f"faded: contrast {seen.light.contrast:.0f} of 255", _faded(seen))
    return found


_HARMLESS = 86  # quality from which weights made for clean pictures gain more: BSDS500 train, x4


def _faded(seen: Look) -> float:
    return _chance(-0.1, seen.light.contrast, 90) if seen.light.mean > 60 else 0.0
