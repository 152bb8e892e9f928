"""What a demonstration gives: figures beside their baselines, and a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside that of its baseline, in the same unit."""

    name: str
    value: float
    baseline: float
    against: str
    """What the baseline is, in a few words."""
    unit: str = ""
    higher_is_better: bool = True

    @property
    def gain(self) -> float:
        """How much better than the baseline: positive where it is."""
        return (self.value - self.baseline) * (1.0 if self.higher_is_better else -1.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of one run, the one that the card promises first, and a labelled sheet,
    height x width x 3, uint8."""

    figures: tuple[Figure, ...]
    picture: NDArray[np.uint8]
