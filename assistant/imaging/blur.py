"""How blurred a picture is, and whether by focus or by motion.

A step edge under a Gaussian of sigma b, looked at through two more of known widths, has gradients
whose ratio gives b (Zhuo and Sim, "Defocus map estimation from a single image", Pattern Recognition
2011). Motion blurs the edges that lie across its way and leaves those along it: so b is measured
for each direction of edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FINE, COARSE = 1.0, 3.0  # sigmas, in pixels, of the two looks at an edge
DIRECTIONS = 12  # bins of the half turn
STRONGEST = 0.04  # share of the pixels that count as edges
SHARPEST = 80  # percentile: beside its middle, an edge looks softer than it is
LEAST = 40  # edges below which a direction says nothing


@dataclass(frozen=True)
class Edges:
    """The sigma of the blur across edges, in pixels: ``overall``, and in each of ``directions``,
    those of the edges' normals in radians (NaN where there are too few edges)."""

    sigmas: NDArray[np.float64]
    directions: NDArray[np.float64]
    overall: float


def edges(luma: NDArray[np.float32]) -> Edges:
    """How soft the strong edges of ``luma`` [N,H,W] (windows of one picture) are."""
    import numpy as np

    fine = _gradient(luma, FINE)
    coarse = _gradient(luma, COARSE)
    strength = np.hypot(*coarse)
    inside = np.zeros(strength.shape, bool)
    margin = int(3 * COARSE)
    inside[:, margin:-margin, margin:-margin] = True
    floor = np.quantile(strength[inside], 1 - STRONGEST)
    edge = inside & (strength >= max(float(floor), 1e-3))
    along = (fine[0] * coarse[0] + fine[1] * coarse[1])[edge] / strength[edge] ** 2
    angle = np.arctan2(coarse[0][edge], coarse[1][edge]) % np.pi
    bins = np.floor(angle / np.pi * DIRECTIONS + 0.5).astype(int) % DIRECTIONS
    sigmas = np.full(DIRECTIONS, np.nan)
    for one in range(DIRECTIONS):
        found = along[bins == one]
        if len(found) >= LEAST:
            sigmas[one] = _sigma(float(np.percentile(found, SHARPEST)))
    overall = _sigma(float(np.percentile(along, SHARPEST))) if len(along) else 0.0
    return Edges(_smoothed(sigmas), np.arange(DIRECTIONS) * np.pi / DIRECTIONS, overall)


def _smoothed(sigmas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each direction with its neighbors, as far as they are known: motion blurs a wide fan."""
    import numpy as np

    known, values = np.isfinite(sigmas).astype(float), np.nan_to_num(sigmas)
    share, total = np.zeros(len(sigmas)), np.zeros(len(sigmas))
    for by, weight in ((-1, 0.25), (0, 0.5), (1, 0.25)):
        share += weight * np.roll(known, by)
        total += weight * np.roll(values, by)
    return np.where(share >= 0.5, total / np.maximum(share, 1e-9), np.nan)


def _sigma(ratio: float) -> float:
    """The blur that makes gradients through ``FINE`` ``ratio`` times those through ``COARSE``."""
    ratio = min(max(ratio, 1.001), COARSE / FINE)
    square = (COARSE**2 - (ratio * FINE) ** 2) / (ratio**2 - 1)
    return float(max(square, 0.0) ** 0.5)


def _gradient(
    luma: NDArray[np.float32], sigma: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Derivatives down and right of ``luma`` under a Gaussian."""
    import numpy as np

    radius = int(3 * sigma + 0.5)
    at = np.arange(-radius, radius + 1, dtype=np.float32)
    smooth = np.exp(-(at**2) / (2 * sigma**2))
    smooth /= smooth.sum()
    slope = -at * smooth / sigma**2
    return (
        _along(_along(luma, slope, 1), smooth, 2),
        _along(_along(luma, smooth, 1), slope, 2),
    )


def _along(luma: NDArray[np.float32], taps: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    import numpy as np

    radius = len(taps) // 2
    padding = [(0, 0)] * 3
    padding[axis] = (radius, radius)
    padded = np.pad(luma, padding, mode="edge")
    total = np.zeros_like(luma)
    length = luma.shape[axis]
    for n, tap in enumerate(taps[::-1]):
        part = [slice(None)] * 3
        part[axis] = slice(n, n + length)
        total += tap * padded[tuple(part)]
    return total
