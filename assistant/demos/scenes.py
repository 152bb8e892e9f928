"""Pictures that are made, not taken: leaves over leaves, as photographs are built of objects.

Disks and boards of every size hide each other ("dead leaves": Lee, Mumford and Huang, "Occlusion
Models for Natural Images", IJCV 2001), which gives edges and spectra like those of photographs.
Each has a shade and, mostly, a texture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]

FINER = 2  # drawn so many times larger, then averaged: soft edges without steps
KINDS = 4  # plain, stripes, checks, grain


def scene(side: int, seed: int, leaves: int = 160) -> Plane:
    """RGB [side,side,3] in 0..255, not rounded; the same for the same seed."""
    return view(world(side, seed, leaves), side)


def world(side: int, seed: int, leaves: int = 160) -> Plane:
    """What ``view`` looks at: RGB, ``FINER`` times ``side`` pixels a side."""
    rng = np.random.default_rng([seed, side])
    large = side * FINER
    picture = np.full((large, large, 3), 128.0)
    radii = large * 0.7 / np.sqrt(1 + np.arange(leaves))  # area falls as one over the rank
    for radius in radii:
        _leaf(picture, max(radius, 6.0), rng)
    return np.asarray(np.clip(picture, 0, 255))


def view(
    seen: Plane, side: int, turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)
) -> Plane:
    """The middle ``side`` pixels of a world, turned by degrees and moved down and right."""
    places = (np.arange(side * FINER) + 0.5) - side * FINER / 2
    down, right = places[:, None], places[None]
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    middle = len(seen) / 2
    rows = np.floor(middle + shift[0] * FINER + cosine * down + sine * right).astype(int)
    columns = np.floor(middle + shift[1] * FINER + cosine * right - sine * down).astype(int)
    inside = (0, len(seen) - 1)
    taken = seen[np.clip(rows, *inside), np.clip(columns, *inside)]
    return np.asarray(taken.reshape(side, FINER, side, FINER, 3).mean(axis=(1, 3)))


def _leaf(picture: Plane, radius: float, rng: np.random.Generator) -> None:
    """Lay one disk or board with its shade and texture over ``picture``."""
    large = len(picture)
    y, x = rng.uniform(0, large, 2)
    turn, long = rng.uniform(0, np.pi), rng.uniform(0.5, 1.0)
    board = rng.random() < 0.4
    top, left = (max(0, int(at - radius)) for at in (y, x))
    rows, columns = np.mgrid[
        top : min(large, int(y + radius) + 2), left : min(large, int(x + radius) + 2)
    ]
    along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
    across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
    if board:
        inside = (np.abs(along) < radius * 0.7) & (np.abs(across) < radius * 0.7 * long)
    else:
        inside = along**2 + (across / long) ** 2 < radius**2
    shade = rng.uniform(30, 225) + rng.normal(0, 18, 3)
    weave = _texture(along, across, rng)
    part = picture[top : top + rows.shape[0], left : left + rows.shape[1]]
    part[inside] = (shade + weave[..., None] * (1 + rng.normal(0, 0.15, 3)))[inside]


def _texture(along: Plane, across: Plane, rng: np.random.Generator) -> Plane:
    """What is added to a leaf's shade, of mean zero."""
    kind, period = rng.integers(KINDS), rng.uniform(5, 16) * FINER / 2
    strength = rng.uniform(12, 45)
    if kind == 1:
        return np.asarray(strength * np.sin(2 * np.pi * along / period))
    if kind == 2:
        waves = np.sin(2 * np.pi * along / period) * np.sin(2 * np.pi * across / period)
        return np.asarray(strength * np.clip(3 * waves, -1, 1))
    if kind == 3:
        grain = rng.normal(0, 1, along.shape)
        return np.asarray(strength * 0.8 * softened(grain[..., None], 1.2 * FINER)[..., 0] * 4)
    return np.zeros_like(along)


def softened(picture: NDArray[Any], sigma: float) -> Plane:
    """``picture`` [H,W,C] under a Gaussian of ``sigma`` pixels, borders continued."""
    if sigma <= 0:
        return np.asarray(picture, np.float64)
    reach = max(1, int(3.5 * sigma + 0.5))
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    taps /= taps.sum()
    result = np.asarray(picture, np.float64)
    for _ in range(2):
        length = result.shape[0]
        padded = np.pad(result, ((reach, reach), (0, 0), (0, 0)), mode="edge")
        summed = sum(tap * padded[n : n + length] for n, tap in enumerate(taps))
        result = np.asarray(summed).swapaxes(0, 1)
    return result


def eight_bit(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Rounded and clamped to 8 bits."""
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


def gray(picture: NDArray[Any]) -> Plane:
    """Luma [H,W] of RGB [H,W,3], in the same levels."""
    return np.asarray(picture @ np.array([0.299, 0.587, 0.114]))
