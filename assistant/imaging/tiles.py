"""Tiles: a picture is cut, each part run, and the parts joined without seams.

Neighbors share ``2 * overlap`` pixels. Over the middle half of what they share one fades into the
other; the outer quarters, which saw the least of their surroundings, are thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.samples import Pixels

    Tile = NDArray[np.float32]

Span = tuple[int, int]


@dataclass(frozen=True)
class Tiling:
    """Where the tiles of a picture begin and end, in input pixels."""

    rows: tuple[Span, ...]
    columns: tuple[Span, ...]
    overlap: int

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return len(self.rows) * len(self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the first tile."""
        return self.columns[0][1], self.rows[0][1]


def tiling(size: tuple[int, int], tile: int | None, overlap: int, grid: int = 1) -> Tiling:
    """Cut ``size`` (width, height) into tiles of ``tile`` pixels a side; None is one tile.

    Origins lie on multiples of ``grid``; the last tile is moved back, and is larger by less than
    ``grid`` where the side is no multiple.
    """
    width, height = size
    columns, rows = (spans(side, tile, 2 * overlap, grid) for side in (width, height))
    return Tiling(rows, columns, overlap)


def spans(length: int, tile: int | None, shared: int, grid: int = 1) -> tuple[Span, ...]:
    """Begin and end of the tiles along one side; neighbors share at least ``shared`` pixels."""
    if tile is None or tile >= length:
        return ((0, length),)
    last = (length - tile) // grid * grid
    step = (tile - shared) // grid * grid
    starts = [start for start in range(0, length - tile, step) if start < last]
    return (*((start, start + tile) for start in starts), (last, length))


def smallest_tile(overlap: int, grid: int, smallest: int) -> int:
    """The least useful tile: half of it is new, at least one step of the grid."""
    return -(-max(4 * overlap, 2 * overlap + grid, smallest, 16) // grid) * grid


def assembled(
    pixels: Pixels,
    scale: int,
    cut: Tiling,
    call: Callable[[Tile], Tile],
    done: Callable[[], None] = lambda: None,
) -> Pixels:
    """Run ``call`` on every tile of ``pixels`` [H,W,3] and join the results.

    ``call`` maps float32 [h,w,3] in 0..1 to [scale*h,scale*w,3]. The result has the type of
    ``pixels`` and is allocated once; beside it one row of tiles is held. ``done`` is called
    after each tile.

    Raises:
        AssistantError: a tile holds values that are not finite.
    """
    import numpy as np

    height, width = pixels.shape[:2]
    result = np.empty((height * scale, width * scale, 3), pixels.dtype)
    peak = np.float32(np.iinfo(pixels.dtype).max)
    carry = np.empty((0, width * scale, 3), np.float32)
    ends = [*(top for top, _ in cut.rows[1:]), height]
    for (top, bottom), end in zip(cut.rows, ends, strict=True):
        strip = np.empty(((bottom - top) * scale, width * scale, 3), np.float32)
        reached = 0
        for left, right in cut.columns:
            tile = call(pixels[top:bottom, left:right].astype(np.float32) / peak)
            if not np.isfinite(tile).all():
                raise AssistantError(
                    f"the network gave values that are not finite at pixel {left},{top}",
                    hint="run with --precision fp32; if that was so, the weights are damaged",
                )
            shared = reached - left * scale
            tile[:, :shared] = _faded(strip[:, left * scale : reached], tile[:, :shared], axis=1)
            strip[:, left * scale : right * scale] = tile
            reached = right * scale
            done()
        strip[: len(carry)] = _faded(carry, strip[: len(carry)], axis=0)
        kept = (end - top) * scale
        result[top * scale : end * scale] = _settled(strip[:kept], peak, pixels.dtype)
        carry = strip[kept:].copy()
    return result


def _faded(old: Tile, new: Tile, axis: int) -> Tile:
    """From ``old`` to ``new`` along ``axis``, linearly over the middle half."""
    import numpy as np

    n = old.shape[axis]
    if not n:
        return new
    ramp = np.clip((np.arange(n, dtype=np.float32) + 0.5 - n / 4) / (n / 2), 0, 1)
    weight = ramp[:, None, None] if axis == 0 else ramp[None, :, None]
    faded: Tile = old + (new - old) * weight
    return faded


def _settled(strip: Tile, peak: Any, dtype: Any) -> Any:
    """Clamped to 0..1 and rounded to the integers of ``dtype``; ``strip`` is used up."""
    import numpy as np

    np.clip(strip, 0, 1, out=strip)
    strip *= peak
    return np.rint(strip, out=strip).astype(dtype)
