"""What JPEG left in a picture: the quality it was saved with, and where its blocks lie.

A JPEG names its own tables. Of a picture that was saved again as something else they can be read
from its pixels: on the grid of 8x8 blocks each coefficient lies near a multiple of its step (Fan
and de Queiroz, "Identification of Bitmap Compression History", IEEE TIP 2003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.samples import Pixels

BLOCK = 8
QUALITIES = range(5, 98)
CERTAIN = 0.03  # gain in log-likelihood a coefficient from which quantization is all but certain
_ROUNDING = 0.42  # standard deviation that rounding to 8-bit RGB leaves in a coefficient of luma
_OUTLIERS = 0.02  # share of coefficients that clipping moved anywhere
MIDDLE = 1024  # pixels a side that are looked at
LEAST = 12  # whole unclipped blocks
_CLIPPED = 0.08  # share of clipped samples up to which a block still shows its steps
_EVIDENCE = 25.0  # nats in all, below which a small picture may look quantized by chance
_BLOCKS = 1500
_USED = 24  # coefficients, in zigzag order, in which photographs have enough energy

# Table K.1 of ITU-T T.81 (luminance), by rows; libjpeg scales it by the quality.
_TABLE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)


@dataclass(frozen=True)
class Compression:
    """JPEG ``quality`` 1 to 100 on libjpeg's scale, and the left and top of its first whole block.

    ``confidence`` is the chance that the picture was compressed so; ``source`` is where it was
    read: the ``tables`` of the file or its ``pixels``.
    """

    quality: int
    corner: tuple[int, int]
    confidence: float
    source: str


def of_tables(tables: Mapping[int, Sequence[int]]) -> int | None:
    """The quality whose luma table is nearest to the file's first (Pillow's ``quantization``)."""
    if len(tables.get(0, ())) != BLOCK * BLOCK:
        return None
    import numpy as np

    table = np.asarray(tables[0], np.float64)
    # The mean compares tables in any order of coefficients, and made by any program.
    means = {quality: float(_table(quality).mean()) for quality in range(1, 101)}
    return min(means, key=lambda quality: abs(means[quality] - float(table.mean())))


def of_pixels(pixels: Pixels) -> Compression | None:
    """What 8-bit RGB [H,W,3] shows; None where there are too few blocks or no trace."""
    import numpy as np

    luma = _luma(_middle(pixels))
    if min(luma.shape[1:]) < 4 * BLOCK:
        return None
    found = [_quality(luma, corner) for corner in dict.fromkeys([(0, 0), _corner(luma)])]
    gain, quality, (top, left) = max(found)
    if gain <= 0:
        return None
    confidence = 1 / (1 + np.exp(-(gain - CERTAIN / 2) * 8 / CERTAIN))
    if confidence < 0.02:
        return None
    return Compression(quality, (left, top), float(confidence), "pixels")


def _quality(
    luma: NDArray[np.float32], corner: tuple[int, int]
) -> tuple[float, int, tuple[int, int]]:
    """The gain of the likeliest quality for blocks begun at ``corner``; 0 where few are whole."""
    coefficients = _coefficients(luma, *corner)
    if len(coefficients) < LEAST:
        return 0.0, 100, corner
    gains = {quality: _gain(coefficients, _table(quality)) for quality in QUALITIES}
    best = max(gains, key=lambda quality: gains[quality])
    if gains[best] * len(coefficients) * (_USED - 1) < _EVIDENCE:
        return 0.0, 100, corner
    return gains[best], best, corner


def _middle(pixels: Pixels) -> Pixels:
    """At most ``MIDDLE`` pixels a side, begun on the grid of a picture that was never cut."""
    top, left = (max(0, side - MIDDLE) // 2 // BLOCK * BLOCK for side in pixels.shape[:2])
    return pixels[top : top + MIDDLE, left : left + MIDDLE]


def _table(quality: int) -> NDArray[np.float64]:
    """libjpeg's luma table [8,8] at ``quality``."""
    import numpy as np

    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    table = np.floor((np.array(_TABLE) * int(scale) + 50) / 100)
    return np.clip(table, 1, 255).reshape(BLOCK, BLOCK)


def _luma(pixels: Pixels) -> NDArray[np.float32]:
    """JPEG's luma, moved to be centered, and beside it [2,H,W] where a sample is black or white."""
    import numpy as np

    weights = np.array([0.299, 0.587, 0.114], np.float32)
    luma = (pixels.astype(np.float32) @ weights - 128).astype(np.float32)
    clipped = ((pixels == 0) | (pixels == 255)).any(axis=2)
    return np.stack([luma, clipped.astype(np.float32)])


def _blocks(luma: NDArray[np.float32], top: int, left: int) -> NDArray[np.float32]:
    sides = luma.shape[1:]
    height, width = ((side - at) // BLOCK for side, at in zip(sides, (top, left), strict=True))
    cut = luma[:, top : top + height * BLOCK, left : left + width * BLOCK]
    return cut.reshape(2, height, BLOCK, width, BLOCK).swapaxes(2, 3).reshape(2, -1, BLOCK, BLOCK)


def _coefficients(
    luma: NDArray[np.float32], top: int, left: int, most: int = _BLOCKS
) -> NDArray[np.float32]:
    """The orthonormal DCT [N,8,8] of whole unclipped blocks, spread over the picture."""
    import numpy as np

    blocks, clipped = _blocks(luma, top, left)
    step = max(1, len(blocks) // most)
    blocks = blocks[::step][clipped[::step].mean(axis=(1, 2)) <= _CLIPPED]
    cosines = _cosines()
    return np.asarray(cosines @ blocks @ cosines.T, np.float32)


def _cosines() -> NDArray[np.float32]:
    import numpy as np

    n = np.arange(BLOCK)
    matrix = np.cos(np.pi * (2 * n[None] + 1) * n[:, None] / (2 * BLOCK)) / 2
    matrix[0] /= np.sqrt(2)
    return matrix.astype(np.float32)


def _corner(luma: NDArray[np.float32]) -> tuple[int, int]:
    """Top and left where blocks begin: there most coefficients were rounded to zero."""
    import numpy as np

    best, corner = -1.0, (0, 0)
    for top in range(BLOCK):
        for left in range(BLOCK):
            found = _coefficients(luma, top, left, most=600)
            if not len(found):
                continue
            zeros = float((np.abs(found) < 2 * _ROUNDING).mean())
            if zeros > best + (0.002 if (top, left) != (0, 0) else 0):
                best, corner = zeros, (top, left)
    return corner


def _gain(coefficients: NDArray[np.float32], table: NDArray[np.float64]) -> float:
    """Log-likelihood a coefficient of rounding to ``table``'s steps, over none at all.

    Without rounding, coefficients of one place follow a Laplacian; with it, its mass gathers at the
    multiples of the step, spread by what 8 bits round away.
    """
    import numpy as np

    total, count = 0.0, 0
    for place in _zigzag()[1:_USED]:
        values = np.abs(coefficients[:, place[0], place[1]].astype(np.float64))
        step = float(table[place])
        spread = max(float(values.mean()), _ROUNDING)
        smooth = np.maximum(np.exp(-values / spread) / (2 * spread), 1e-30)
        nearest = np.round(values / step) * step
        edges = np.abs(nearest - step / 2), nearest + step / 2
        mass = np.where(
            nearest == 0,
            1 - np.exp(-step / 2 / spread),
            (np.exp(-edges[0] / spread) - np.exp(-edges[1] / spread)) / 2,
        )
        near = np.exp(-(((values - nearest) / _ROUNDING) ** 2) / 2)
        comb = mass * near / (_ROUNDING * np.sqrt(2 * np.pi))
        total += float(np.log(((1 - _OUTLIERS) * comb + _OUTLIERS * smooth) / smooth).sum())
        count += len(values)
    return total / max(count, 1)


def _zigzag() -> list[Any]:
    places = [(y, x) for y in range(BLOCK) for x in range(BLOCK)]
    return sorted(places, key=lambda at: (at[0] + at[1], at[0]))
