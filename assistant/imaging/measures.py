"""PSNR and SSIM on luma, by the protocol of the super-resolution papers.

8-bit RGB pictures of equal size; Y = 16 + 65.481 R + 128.553 G + 24.966 B with R, G, B in 0..1,
not rounded; ``border`` pixels (the scale) cut on every side. SSIM: Wang et al., 2004, 11x11
Gaussian window with sigma 1.5, inside the picture only. Reproduces the log of RCAN's authors.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import InputError

Picture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float64]

STRIP = 512  # rows whose SSIM map is held at once
WINDOW = 11


def psnr_y(picture: Picture, truth: Picture, border: int) -> float:
    """Peak signal-to-noise ratio in dB on luma; infinite for equal pictures.

    Raises:
        InputError: the two are not 8-bit RGB of one size, or the border leaves nothing.
    """
    return _psnr(*_planes(picture, truth, border, smallest=1))


def ssim_y(picture: Picture, truth: Picture, border: int) -> float:
    """Structural similarity on luma, the mean of the map.

    Raises:
        InputError: as ``psnr_y``; after cutting the border 11 pixels must be left.
    """
    x, y = _planes(picture, truth, border, smallest=WINDOW)
    total = 0.0
    rows = x.shape[0] - WINDOW + 1
    for start in range(0, rows, STRIP):
        part = slice(start, min(start + STRIP, rows) + WINDOW - 1)
        total += float(_ssim_map(x[part], y[part]).sum())
    return total / float(rows * (x.shape[1] - WINDOW + 1))


def check_size(width: int, height: int, border: int, smallest: int = WINDOW) -> None:
    """See that enough is left of a picture to measure.

    Raises:
        InputError: there is not.
    """
    if min(width, height) - 2 * border < smallest:
        raise InputError(
            f"a picture of {width}x{height} pixels is too small to measure: "
            f"a border of {border} is cut and {smallest} must be left",
            hint="measure on a larger picture",
        )


def luma(picture: Picture) -> Plane:
    """Y of ITU-R BT.601 in 16..235, not rounded, from 8-bit RGB [H,W,3]."""
    return np.asarray(16 + picture.astype(np.float64) @ (65.481, 128.553, 24.966) / 255)


def _psnr(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> float:
    error = float(np.mean((x - y) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def _ssim_map(x: Plane, y: Plane) -> Plane:
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_x, mean_y = _blurred(x), _blurred(y)
    both = mean_x * mean_y
    squares = mean_x**2 + mean_y**2
    covariance = _blurred(x * y) - both
    variances = _blurred(x * x) + _blurred(y * y) - squares
    return ((2 * both + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2))


def _blurred(plane: Plane) -> Plane:
    offsets = np.arange(WINDOW) - WINDOW // 2
    kernel = np.exp(-(offsets**2) / (2 * 1.5**2))
    kernel /= kernel.sum()
    height, width = (side - WINDOW + 1 for side in plane.shape)
    rows = sum(w * plane[k : k + height] for k, w in enumerate(kernel))
    return np.asarray(sum(w * rows[:, k : k + width] for k, w in enumerate(kernel)))


def _planes(picture: Picture, truth: Picture, border: int, smallest: int) -> tuple[Plane, Plane]:
    _check(picture, truth)
    height, width = (side - 2 * border for side in picture.shape[:2])
    check_size(picture.shape[1], picture.shape[0], border, smallest)
    inside = (slice(border, border + height), slice(border, border + width))
    return luma(picture[inside]), luma(truth[inside])


def _check(picture: Picture, truth: Picture) -> None:
    for each in (picture, truth):
        if each.dtype != np.uint8 or each.ndim != 3 or each.shape[2] != 3:
            raise InputError(f"8-bit RGB is measured, not {each.dtype} of shape {each.shape}")
    if picture.shape != truth.shape:
        sizes = " and ".join(f"{p.shape[1]}x{p.shape[0]}" for p in (picture, truth))
        raise InputError(
            f"pictures of different size cannot be compared: {sizes}",
            hint="the reference must be scale times as large as the input",
        )
