"""Is a sentence supported by its evidence? A calibrated probability with an uncertain band.

Words first: a sentence that shares nearly all or little of its words (by weight) with the best
window of the evidence is decided by that. The others are aligned token by token with the two
windows that share most words; then the probability is a logistic function of that alignment and
of the length of the evidence, because in a longer text similar words are met by chance. It is no
check of meaning: `edits` looks for the small changes that words do not show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from assistant.grading.encoder import encoder
from assistant.grading.words import weight, windows
from assistant.text.stems import stems

Verdict = Literal["supported", "uncertain", "unsupported"]

# Below and above these shares of the words' weight in one window, words decide, with the rates
# of AttributionBench's dev file: 28 % and 84 % attributable. The encoder sees the rest.
FEW, MOST = 0.4, 0.8
FEW_SUPPORTED, MOST_SUPPORTED = 0.28, 0.84
KNOTS = (4.0, 5.5)  # of log(1 + words of evidence): about 55 and 245 words
# Fitted by `fit` on AttributionBench's dev file; `grade --validate attributionbench` prints the
# fit of a file beside these, and its figures are cross-validated by question.
COEFFICIENTS = (-4.204, 7.024, -0.204, 0.948, -2.975)
BAND = (0.4, 0.6)
_CANDIDATES = 2

Features = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of evidence: its words and the length of the text it stands in."""

    text: str
    stems: frozenset[str]
    evidence_words: int


@dataclass(frozen=True, slots=True)
class Support:
    """What was found for one sentence."""

    probability: float
    containment: float
    alignment: float | None
    evidence: str

    @property
    def verdict(self) -> Verdict:
        """Below, inside or above the uncertain band."""
        if self.probability >= BAND[1]:
            return "supported"
        return "unsupported" if self.probability <= BAND[0] else "uncertain"


def windows_of(texts: Sequence[str]) -> list[Window]:
    """The evidence in windows; each text is a source of its own length."""
    found = []
    for text in texts:
        pieces = [(piece, stems(piece)) for piece in windows(text)]
        size = sum(len(words) for _, words in pieces)
        found += [Window(piece, frozenset(words), size) for piece, words in pieces]
    return found


def support(
    claims: Sequence[str], evidence: Sequence[Window], *, encode: bool = True
) -> list[Support | None]:
    """How well ``evidence`` supports each claim; None where either has no words.

    Without ``encode`` no sentence is aligned, and what words leave open stays uncertain.
    """
    found = [_by_words(claim, evidence) for claim in claims]
    unsure = [n for n, one in enumerate(found) if one and FEW < one[0] < MOST]
    pairs = [(claims[n], [w.text for w in one[1]]) for n in unsure if (one := found[n])]
    aligned = dict(zip(unsure, encoder().alignments(pairs) if encode else (), strict=False))
    return [one and _decided(*one, aligned.get(n)) for n, one in enumerate(found)]


def _by_words(claim: str, evidence: Sequence[Window]) -> tuple[float, list[Window]] | None:
    """The share of a claim's words by weight in the best windows, and these windows."""
    wanted = [(word, weight(word)) for word in sorted(set(stems(claim)))]
    if not wanted or not evidence:
        return None
    total = math.fsum(mass for _, mass in wanted)
    shares = [math.fsum(m for w, m in wanted if w in one.stems) / total for one in evidence]
    best = sorted(range(len(evidence)), key=lambda n: (-shares[n], n))[:_CANDIDATES]
    return shares[best[0]], [evidence[n] for n in best]


def _decided(share: float, best: Sequence[Window], aligned: Sequence[float] | None) -> Support:
    if share <= FEW or share >= MOST:
        rate = FEW_SUPPORTED if share <= FEW else MOST_SUPPORTED
        return Support(rate, share, None, best[0].text)
    if aligned is None:
        return Support(0.5, share, None, best[0].text)
    n = max(range(len(aligned)), key=aligned.__getitem__)
    chance = probability(aligned[n], best[n].evidence_words)
    return Support(chance, share, aligned[n], best[n].text)


def features(alignment: float, evidence_words: int) -> list[float]:
    """The inputs of the logistic function, the constant first."""
    length = math.log1p(evidence_words)
    return [1.0, alignment, length, *(max(0.0, length - knot) for knot in KNOTS)]


def probability(alignment: float, evidence_words: int) -> float:
    """P(supported) from an alignment (-1 to 1) and the length of the evidence."""
    terms = zip(COEFFICIENTS, features(alignment, evidence_words), strict=True)
    return 1 / (1 + math.exp(-math.fsum(c * x for c, x in terms)))


def fit(x: Features, y: Features, *, ridge: float = 1.0, steps: int = 50) -> Features:
    """Logistic regression by Newton's method; ``ridge`` on standardized inputs, not the constant.

    ``x`` is (n, k) with ones in its first column, ``y`` holds 0 and 1; returns k coefficients.
    """
    center, spread = x.mean(axis=0), x.std(axis=0)
    center[0], spread[0] = 0.0, 1.0
    z = (x - center) / np.where(spread > 0, spread, 1.0)
    penalty = np.diag([0.0] + [ridge] * (x.shape[1] - 1))
    beta = np.zeros(x.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(z @ beta)))
        gradient = z.T @ (y - p) - penalty @ beta
        curvature = (z * (p * (1 - p))[:, None]).T @ z + penalty
        step = np.linalg.solve(curvature, gradient)
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    beta = beta / np.where(spread > 0, spread, 1.0)
    beta[0] -= float(center[1:] @ beta[1:])
    return np.asarray(beta)
