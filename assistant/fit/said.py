"""What one dimension of a wish says about an offer, and how reasons are worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.question.numbers import reached

Verdict = Literal["fits", "partly", "mismatch"]


class Said(NamedTuple):
    """One verdict with its reason; ``points`` order offers whose verdicts are alike."""

    verdict: Verdict
    reason: str
    points: float = 0.0


Findings = list[Said]


def times(factor: float) -> str:
    """A factor as people write it: ``3x``, ``2.25x``, rounded up: ``1.52x``."""
    return f"{reached(factor):g}x"


def listing(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
