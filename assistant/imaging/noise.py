"""How noisy a picture is: the standard deviation of its noise, by channel.

Patches of a clean picture lie near a subspace of few dimensions; white noise fills all of them
evenly. So the smallest eigenvalues of the patches' covariance are the variance of the noise (Chen,
Zhu and Heng, "An Efficient Statistical Method for Image Noise Level Estimation", ICCV 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.imaging.samples import Pixels

PATCH = 8
MOST = 20_000  # patches looked at; more change the estimate by less than its error
FLAT = 0.25  # share of them, those with the weakest gradients, that the estimate is made from
# Fitted on BSDS500 train with noise of sigma 0 to 40: flat patches are those where noise is weak
# too, and the pictures' own grain is none that was added.
SLOPE, OFFSET = 1.145, -1.3
_CLIPPED = 0.05  # share of black or white samples from which a patch says nothing of the noise


@dataclass(frozen=True)
class Noise:
    """Standard deviations in levels of 255: of the luma's noise and of each channel's."""

    sigma: float
    channels: tuple[float, float, float]


def noise(pixels: Pixels) -> Noise:
    """The noise of 8-bit RGB [H,W,3], sides of at least 16 pixels.

    On photographs with added noise of sigma 0 to 40 the mean error is in docs/benchmarks.md.
    """
    import numpy as np

    found = [_sigma(pixels[..., channel]) for channel in range(3)]
    red, green, blue = found
    return Noise(float(np.sqrt((red**2 + green**2 + blue**2) / 3)), (red, green, blue))


def _sigma(plane: NDArray[np.uint8]) -> float:
    import numpy as np

    patches = _flat(_patches(plane))
    if len(patches) < 4 * PATCH * PATCH:
        return 0.0
    patches = patches - patches.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(patches.T @ patches / len(patches))
    grain = float(max(_even_part(eigenvalues), 0.0) ** 0.5)
    return max(0.0, SLOPE * grain + OFFSET)


def _even_part(ascending: NDArray[np.floating[Any]]) -> float:
    """The mean of the smallest values, as many as have their mean at their median."""
    import numpy as np

    for count in range(len(ascending), 1, -1):
        part = ascending[:count]
        mean = float(part.mean())
        if abs(mean - float(np.median(part))) <= 0.02 * mean:
            return mean
    return float(ascending[0])


def _flat(patches: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    squares = patches.reshape(-1, PATCH, PATCH)
    energy = np.square(np.diff(squares, axis=1)).sum(axis=(1, 2))
    energy += np.square(np.diff(squares, axis=2)).sum(axis=(1, 2))
    count = max(5 * PATCH * PATCH, int(len(patches) * FLAT))
    return patches[np.argsort(energy)[:count]]


def _patches(plane: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Patches [N,64] spread over the plane, those without clipped samples."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(plane, (PATCH, PATCH))
    rows, columns = windows.shape[:2]
    step = max(1, int((rows * columns / MOST) ** 0.5))
    taken = windows[::step, ::step].reshape(-1, PATCH * PATCH)
    clipped = ((taken == 0) | (taken == 255)).mean(axis=1)
    kept: NDArray[np.float32] = taken[clipped <= _CLIPPED].astype(np.float32)
    return kept
