"""Intervals and paired tests over prompts: seeded, so that the same scores give the same bytes.

Answers to one prompt are not independent, so prompts are resampled, never answers.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

RESAMPLES = 9_999
_SEED = 20_261_121
_EXACT = 13  # up to 2 ** 13 sign patterns are all tried
_NORMAL = NormalDist()
# Student's t at .975 and .80 for 1 to 8 degrees of freedom (Fisher and Yates, table III).
_T975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306)
_T80 = (1.376, 1.061, 0.978, 0.941, 0.920, 0.906, 0.896, 0.889)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval; ``low`` is None where there is none, ``note`` says why."""

    mean: float
    low: float | None
    high: float | None
    n: int
    clusters: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paired:
    """A paired comparison: the mean difference, its interval, p and what the test can see."""

    difference: Interval
    p: float
    wins: int
    ties: int
    losses: int
    detectable: float | None
    """The smallest true difference found with 80 % power at p < .05; None where unknown."""
    holm: float = 1.0
    note: str = ""


def interval(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """The mean with a bias-corrected accelerated bootstrap interval over clusters.

    BCa (Efron 1987) with a jackknife over clusters; Student's t on cluster means below ten
    clusters; no interval for one. Constant data have no spread and say so.
    """
    sums, counts = _by_cluster(values, clusters)
    n, k = len(values), len(sums)
    if n == 0:
        return Interval(math.nan, None, None, 0, 0, "none")
    mean = values[0] if len(set(values)) == 1 else math.fsum(values) / n
    if k == 1:
        return Interval(mean, None, None, n, k, "one prompt: no interval")
    if len(set(values)) == 1:
        return Interval(mean, mean, mean, n, k, "no spread")
    if k < 10:
        means = sums / counts
        center = float(means.mean())
        half = _T975[k - 2] * float(means.std(ddof=1)) / math.sqrt(k)
        shift = mean - center
        return Interval(mean, center - half + shift, center + half + shift, n, k, f"t, {k} prompts")
    low, high = _bca(sums, counts, mean)
    return Interval(mean, low, high, n, k)


def _by_cluster(values: Sequence[float], clusters: Sequence[str]) -> tuple[Floats, Floats]:
    groups: dict[str, list[float]] = defaultdict(list)
    for value, cluster in zip(values, clusters, strict=True):
        groups[cluster].append(value)
    names = sorted(groups)
    sums = np.array([math.fsum(groups[name]) for name in names])
    return sums, np.array([float(len(groups[name])) for name in names])


@functools.lru_cache(maxsize=4)
def _draws(k: int) -> npt.NDArray[np.float32]:
    """How often each of ``k`` clusters is drawn, (RESAMPLES, k)."""
    random = np.random.default_rng(_SEED)
    return random.multinomial(k, np.full(k, 1 / k), size=RESAMPLES).astype(np.float32)


def _bca(sums: Floats, counts: Floats, mean: float) -> tuple[float, float]:
    draws = _draws(len(sums))
    means = np.sort((draws @ sums) / (draws @ counts))
    below = float(np.mean(means < mean) + np.mean(means == mean) / 2)
    bias = _NORMAL.inv_cdf(min(max(below, 1e-6), 1 - 1e-6))
    left_out = (sums.sum() - sums) / (counts.sum() - counts)
    spread = left_out.mean() - left_out
    bottom = 6 * float((spread**2).sum()) ** 1.5
    acceleration = float((spread**3).sum()) / bottom if bottom else 0.0
    bounds = []
    for z in (_NORMAL.inv_cdf(0.025), _NORMAL.inv_cdf(0.975)):
        shifted = bias + (bias + z) / (1 - acceleration * (bias + z))
        bounds.append(float(np.quantile(means, _NORMAL.cdf(shifted))))
    return bounds[0], bounds[1]


def paired(differences: Sequence[float], clusters: Sequence[str]) -> Paired:
    """Test differences of the same items: signs flipped by cluster, all ways or 9,999 drawn.

    The interval is that of `interval` over the differences.
    """
    found = interval(differences, clusters)
    signs = [0 if abs(d) < 1e-12 else math.copysign(1, d) for d in differences]
    tally = signs.count(1), signs.count(0), signs.count(-1)
    if not any(signs):
        same = Interval(0.0, 0.0, 0.0, found.n, found.clusters, "identical")
        return Paired(same, 1.0, *tally, detectable=None, note="identical")
    sums, counts = _by_cluster(differences, clusters)
    note = ""
    if found.clusters < 6:
        least = 2 / 2**found.clusters
        note = f"p < 0.05 is impossible with {found.clusters} prompts: the least p is {least:.4g}"
    return Paired(found, _permutation(sums), *tally, _detectable(sums / counts), note=note)


def _permutation(sums: Floats) -> float:
    """Two-sided p that the sum of cluster sums is so far from 0 if each sign were a coin's."""
    k, seen = len(sums), abs(float(sums.sum())) - 1e-12
    if k <= _EXACT:
        flips = np.array(list(itertools.product((1.0, -1.0), repeat=k)))
        return float(np.mean(np.abs(flips @ sums) >= seen))
    random = np.random.default_rng(_SEED)
    flips = random.integers(0, 2, size=(RESAMPLES, k)).astype(np.float64) * 2 - 1
    return float((np.sum(np.abs(flips @ sums) >= seen) + 1) / (RESAMPLES + 1))


def _detectable(means: Floats) -> float | None:
    k = len(means)
    if k < 2:
        return None
    large = _NORMAL.inv_cdf(0.975) + _NORMAL.inv_cdf(0.80)
    factor = _T975[k - 2] + _T80[k - 2] if k < 10 else large
    return factor * float(means.std(ddof=1)) / math.sqrt(k)


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down correction (1979): adjusted p values by the same names."""
    adjusted: dict[str, float] = {}
    worst = 0.0
    for rank, name in enumerate(sorted(p, key=lambda n: (p[n], n))):
        worst = max(worst, min(1.0, (len(p) - rank) * p[name]))
        adjusted[name] = worst
    return adjusted
