"""Light and color: exposure, clipping, a cast, or no color at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.imaging.samples import Pixels

GRAY = 4  # levels by which the channels of a gray picture may differ: JPEG moves them apart


@dataclass(frozen=True)
class Light:
    """``mean`` luma and its 1st and 99th percentile in levels of 255; the shares of pixels that are
    black or white in every channel; ``gray``; and the ``cast``.

    The cast is that of Gasparini and Schettini ("Color correction for digital photographs", ICIAP
    2003): the distance of the mean color from gray, less the spread of the colors, in units of that
    spread. Above 0, hardly any color of the picture is neutral.
    """

    mean: float
    dark: float
    light: float
    black: float
    white: float
    gray: bool
    cast: float


def light(pixels: Pixels) -> Light:
    """The light of 8-bit RGB [H,W,3], of which every n-th pixel is enough."""
    import numpy as np

    samples = pixels.reshape(-1, 3).astype(np.float32)
    luma = samples @ np.array([0.299, 0.587, 0.114], np.float32)
    dark, bright = np.percentile(luma, [1, 99])
    spread = samples.max(axis=1) - samples.min(axis=1)
    blue = (samples[:, 2] - luma) * 0.564
    red = (samples[:, 0] - luma) * 0.713
    middle = (luma > 20) & (luma < 235)  # clipped ends are gray whatever the cast
    if np.count_nonzero(middle) > 100:
        blue, red = blue[middle], red[middle]
    away = float(np.hypot(blue.mean(), red.mean()))
    width = float(np.hypot(blue.std(), red.std()))
    gray = bool(np.percentile(spread, 99) <= GRAY)
    return Light(
        mean=float(luma.mean()),
        dark=float(dark),
        light=float(bright),
        black=float((samples.max(axis=1) <= 1).mean()),
        white=float((samples.min(axis=1) >= 254).mean()),
        gray=gray,
        cast=0.0 if gray else (away - width) / max(width, 1.0),
    )
