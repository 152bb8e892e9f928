"""What a demonstration gives: figures beside their baselines, and a picture."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

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

    @property
    def text(self) -> str:
        """Values, how much better, and the ratio where it says something."""
        unit = f" {self.unit}" if self.unit else ""
        word = "better" if self.gain > 0 else "worse" if self.gain < 0 else "equal"
        ratio = ""
        if self.value > 0 and self.baseline > 0:
            ratio = f", {self.value / self.baseline:.3g} times"
        return (
            f"{self.name}: {_number(self.value)}{unit}, "
            f"{self.against}: {_number(self.baseline)}{unit} "
            f"({_number(abs(self.gain), 3)} {word}{ratio})"
        )

    def to_json(self) -> dict[str, Any]:
        """The figure, its gain, and both in words."""
        return {**asdict(self), "gain": self.gain, "text": self.text}


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of one run, the one that the card promises first, and a labelled sheet,
    height x width x 3, uint8."""

    figures: tuple[Figure, ...]
    picture: NDArray[np.uint8]


def _number(value: float, digits: int = 4) -> str:
    """Four digits, but all of a whole number or of thousands."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
