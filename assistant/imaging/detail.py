"""How much detail the pixels carry: a picture that was enlarged holds less than its size says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARE = 0.95  # of the energy of the picture's gradients
_FULL = 0.41  # where a photograph at its own size reaches that share: BSDS500 train, the median


def resolution(luma: NDArray[np.float32], sigma: float = 0.0) -> float:
    """The side of the picture that its detail needs, as a share of its side (at most 1).

    ``luma`` [N,H,W]: windows of one picture; ``sigma``: its noise, which is no detail. Photographs
    have about equal energy of gradients at all frequencies (Field, 1987), so the frequency below
    which 95 % of it lies moves with the factor that a picture was enlarged by. Blur lowers it too.
    """
    import numpy as np

    spectra = []
    for axis in (1, 2):
        length = luma.shape[axis]
        window = np.hanning(length).astype(np.float32)
        lines = np.moveaxis(luma, axis, -1)
        lines = (lines - lines.mean(axis=-1, keepdims=True)) * window
        power = np.square(np.abs(np.fft.rfft(lines, axis=-1))).mean(axis=(0, 1))
        power = power - sigma**2 * float(np.square(window).sum())
        frequency = np.fft.rfftfreq(length)
        energy = np.cumsum(np.maximum(power, 0) * np.square(np.sin(np.pi * frequency)))
        spectra.append(np.interp(SHARE, energy / max(float(energy[-1]), 1e-9), frequency))
    return float(min(1.0, max(spectra) / _FULL))
