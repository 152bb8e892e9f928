"""Look at a picture before anything is done to it: what is wrong with it, measured.

Each measure has its method and source in its module. Confidences are chances: logistic curves over
the measures, fitted on BSDS500 train and on drawings and pages that we drew (benchmarks/look.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from assistant.imaging import blocks, blur, combs, detail, drawn, light, noise
from assistant.imaging.alpha import seen
from assistant.imaging.faults import Blur, Content, Jpeg, Light, Look, Noise, chance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.pictures import Picture
    from assistant.imaging.samples import Pixels

WINDOW, GRID = 256, 4  # a large picture is looked at through 4x4 windows of 256 pixels
WHOLE = 1_200_000  # pixels up to which the whole picture is looked at
LEAST = 32  # pixels a side below which nothing can be measured


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
    drawing = shape.flat > _EMPTY and chance(
        2.5, math.log(shape.flat + 0.02) + 2 * math.log(shape.hard + 0.02), -1.9
    )
    combed = combs.combed(luma)
    pause()
    return Look(
        **known,
        noise=Noise(
            sigma=round(found.sigma, 2),
            channels=tuple(round(one, 2) for one in found.channels),
            confidence=chance(1.6, found.sigma, 3.5 + _FEW_PATCHES / windows[..., 0].size),
        ),
        blur=_blur(blur.edges(luma)),
        interlaced=chance(150, combed, 0.035),
        resolution=round(detail.resolution(luma, grain), 2),
        content=Content(
            drawing=float(drawing),
            text=chance(20, shape.lines, 0.8),
            pixel_art=shape.block if shape.block and shape.block > 1 else None,
        ),
    )


_OF_LUMA = 0.67  # of equal noise in three channels, what is left in luma: sqrt(.299²+.587²+.114²)
_EMPTY = 0.05
_FEW_PATCHES = 8000  # pixels; in a small picture detail is more easily taken for noise


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
    present = chance(7, most, 1.4)
    moved = chance(6, most / max(least, 0.5), 1.75)
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
