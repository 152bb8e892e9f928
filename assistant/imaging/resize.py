"""Bicubic resizing exactly as MATLAB's ``imresize``: how test pictures and baselines are made.

Keys' cubic kernel (a = -0.5), widened when shrinking so that nothing aliases, borders replicated,
rows first, then columns, rounded after each pass where the picture holds integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[Any]

STRIP = 256  # rows computed at once in float64, so that large pictures need little memory


def resize(picture: Picture, scale: float) -> Picture:
    """Resize [H,W] or [H,W,C] by ``scale`` to ceil(H*scale) x ceil(W*scale), same type.

    Integer types are rounded half up and clamped to their range after each pass, as the
    published test pictures were; float types are computed in float64 and neither rounded nor
    clamped.
    """
    height, width = (math.ceil(round(side * scale, 9)) for side in picture.shape[:2])
    return _resized(picture, height, width, (scale, scale))


def resize_to(picture: Picture, height: int, width: int) -> Picture:
    """Resize [H,W] or [H,W,C] to ``height`` x ``width``; each side has a scale of its own."""
    scales = (height / picture.shape[0], width / picture.shape[1])
    return _resized(picture, height, width, scales)


def _resized(picture: Picture, height: int, width: int, scales: tuple[float, float]) -> Picture:
    rows = _pass(picture, height, scales[0])
    columns = _pass(np.ascontiguousarray(rows.swapaxes(0, 1)), width, scales[1])
    return np.ascontiguousarray(columns.swapaxes(0, 1))


def _pass(picture: Picture, length: int, scale: float) -> Picture:
    index, weights = _taps(picture.shape[0], length, scale)
    settle = _settler(picture.dtype)
    result = np.empty((length, *picture.shape[1:]), picture.dtype)
    ones = (1,) * (picture.ndim - 1)
    for start in range(0, length, STRIP):
        part = slice(start, start + STRIP)
        total = np.zeros(result[part].shape, np.float64)
        for tap in range(index.shape[1]):
            total += weights[part, tap].reshape(-1, *ones) * picture[index[part, tap]]
        result[part] = settle(total)
    return result


def _taps(
    taken: int, given: int, scale: float
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """For each of ``given`` output samples, the input samples it reads and their weights."""
    stretch = min(scale, 1.0)  # below 1 the kernel covers more input
    width = 4.0 / stretch
    center = np.arange(1, given + 1) / scale + 0.5 * (1 - 1 / scale)
    first = np.floor(center - width / 2)
    index = first[:, None] + np.arange(math.ceil(width) + 2)
    weights = _cubic(stretch * (center[:, None] - index))
    weights /= weights.sum(axis=1, keepdims=True)
    used = weights.any(axis=0)
    return np.clip(index[:, used].astype(np.intp) - 1, 0, taken - 1), weights[:, used]


def _cubic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Keys, 1981, equation 15 (a = -0.5)."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))


def _settler(dtype: np.dtype[Any]) -> Callable[[npt.NDArray[np.float64]], Picture]:
    if not np.issubdtype(dtype, np.integer):
        return lambda total: total.astype(dtype)
    limit = np.iinfo(dtype)
    return lambda total: np.clip(np.floor(total + 0.5), limit.min, limit.max).astype(dtype)
