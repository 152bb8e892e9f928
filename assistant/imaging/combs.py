"""Whether a picture holds two fields of a film, taken at two moments: combs where things moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CELL = 16
_CONTRAST = 6.0  # mean step between rows, of 255, from which a cell says something
_COMBED = 1.25  # rows of one field are so much more alike than neighbors


def combed(luma: NDArray[np.float32]) -> float:
    """The share of cells with contrast whose rows are nearer to those two below than to the next.

    ``luma`` [N,H,W]: windows of one picture at its own size. In photographs neighbors are
    nearest, in noise both are alike; only combs (and stripes one pixel high) turn it round.
    """
    import numpy as np

    next_row = _cells(np.abs(luma[:, 1:-1] - luma[:, :-2]))
    after_next = _cells(np.abs(luma[:, 2:] - luma[:, :-2]))
    telling = next_row > _CONTRAST
    if telling.sum() < 8:
        return 0.0
    return float((next_row > _COMBED * after_next)[telling].mean())


def _cells(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    windows, height, width = steps.shape
    rows, columns = height // CELL, width // CELL
    cut = steps[:, : rows * CELL, : columns * CELL]
    mean: NDArray[np.float32] = cut.reshape(windows, rows, CELL, columns, CELL).mean(axis=(2, 4))
    return mean
