"""Drawings, writing and pixel art: flat areas, hard edges, lines of text, blocks of one color."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.samples import Pixels

FLAT, HARD = (
    6,
    48,
)  # range of a 3x3 neighborhood, of 255: at most of a flat one, at least of an edge
BAND = 48  # pixels of width in which lines of writing are looked for
TALLEST = 64  # pixels, of a line of writing
FEW = 96  # colors, at most, of pixel art


@dataclass(frozen=True)
class Drawn:
    """``flat``: share of pixels whose neighborhood is nearly one color. ``hard``: of the others,
    those at a strong edge; in photographs most lie between. ``lines``: share of the inked bands
    that are parted into lines as writing is. ``block``: pixels a side of one dot of pixel art."""

    flat: float
    hard: float
    lines: float
    block: int | None


def drawn(pixels: Pixels, luma: NDArray[np.float32], unrest: float = 0.0) -> Drawn:
    """Of 8-bit RGB [N,H,W,3] and its ``luma`` [N,H,W]: windows of one picture.

    ``unrest`` is the range, in levels of 255, that noise and JPEG give to a flat neighborhood.
    """
    import numpy as np

    spread = _range(luma)
    flat = spread <= FLAT + unrest
    rest = np.count_nonzero(~flat)
    hard = float(np.count_nonzero(spread >= HARD + unrest)) / rest if rest else 0.0
    return Drawn(float(flat.mean()), hard, _lines(luma), _block(pixels))


def _range(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """The range of each 3x3 neighborhood."""
    import numpy as np

    rows = [luma[:, n : n + luma.shape[1] - 2] for n in range(3)]
    high, low = np.maximum.reduce(rows), np.minimum.reduce(rows)
    width = luma.shape[2] - 2
    result: NDArray[np.float32] = np.maximum.reduce(
        [high[..., n : n + width] for n in range(3)]
    ) - np.minimum.reduce([low[..., n : n + width] for n in range(3)])
    return result


def _lines(luma: NDArray[np.float32]) -> float:
    """The share of inked bands in which ink and blank rows alternate at the height of writing."""
    import numpy as np

    inked = written = 0
    for window in luma:
        low, high = np.percentile(window, [0.5, 99.5])
        if high - low < HARD:
            continue
        middle = (low + high) / 2
        dark = window < middle
        ink = dark if dark.mean() < 0.5 else ~dark
        for left in range(0, window.shape[1] - BAND + 1, BAND):
            band = ink[:, left : left + BAND]
            if not 0.01 < band.mean() < 0.5:
                continue
            inked += 1
            written += _reads(band)
    return written / inked if inked >= 2 else 0.0


def _reads(band: NDArray[np.bool_]) -> bool:
    """Whether rows of ink stand apart by blank rows, and each holds several strokes."""
    import numpy as np

    rows = band.any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], rows, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    tall = ends - starts
    fits = (tall >= 4) & (tall <= TALLEST)
    if fits.sum() < 2 or tall[~fits].sum() > tall[fits].sum():
        return False
    strokes = np.diff(band.astype(np.int8), axis=1) == 1
    most = [
        int(strokes[a:b].sum(axis=1).max()) for a, b in zip(starts[fits], ends[fits], strict=True)
    ]
    return bool(np.median(most) >= 3)


def _block(pixels: Pixels) -> int | None:
    """The side of the largest dots of which all windows are made, where their colors are few."""
    import numpy as np

    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    if len(np.unique(packed)) > FEW:
        return None
    steps = [
        np.flatnonzero((np.diff(packed, axis=axis) != 0).any(axis=(0, 3 - axis))) for axis in (1, 2)
    ]
    for side in range(16, 1, -1):
        phases = [np.unique((at + 1) % side) for at in steps]
        if all(len(each) == 1 for each in phases):
            return side
    return 1 if _unsmoothed(packed) else None


def _unsmoothed(packed: NDArray[np.uint32]) -> bool:
    """Whether one color stands directly beside another as often as drawn dots do."""
    import numpy as np

    differs = np.diff(packed, axis=2) != 0
    alone = differs[..., 1:] & differs[..., :-1]
    return bool(0.02 < differs.mean() < 0.6 and alone.sum() < 0.5 * differs.sum())
