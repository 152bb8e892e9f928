"""Super-resolution before document binarization: pages of small text, enlarged and thresholded.

Pages are rendered, stained, faded, reduced and made noisy; what is ink is known. Otsu's threshold
is one for the page, Sauvola's follows mean and spread of a window. Measures are those of the DIBCO
contests: F-measure, and pseudo-F, whose recall counts the skeleton of the letters only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.demos.enlarging import BICUBIC, PLAIN, SAFMN, ways
from assistant.demos.shown import Figure, Shown
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, sheet, written

Gray = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SCALE = 4
NETWORK = "safmn-x4"
NOISE, NOISY = 4.0, 12.0  # sigma of 255: of a scanner, and where the gain ends
WINDOW, K = 49, 0.2  # Sauvola's; of five values of k the best for bicubic interpolation, too
TEXT = (
    "The mill by the river ground rye and barley until",
    "the flood of spring took away its wheel, the weir,",
    "and half a meadow. Two brothers bought the stones",
    "for nineteen guilders; one of them kept accounts",
    "in a narrow hand, with every sack, every debtor",
    "and each quarrel over water written on one page.",
    "Rain came through the roof on the ninth of June,",
    "stained the ledger, and left the sums to guesswork.",
    "Who owed whom was settled later by a coin toss.",
)
LINES = 3  # on a page


def show(seed: int = 0, pages: int = 4) -> Shown:
    """F-measures of the ways to enlarge, over pages of other words, sizes and stains."""
    random = np.random.default_rng(seed)
    held = [page(random, NOISE) for _ in range(pages)]
    scores = {way: scored(held, way) for way in WAYS}
    noisy = [page(random, NOISY) for _ in range(pages)]
    bad = {way: scored(noisy, way)["F-measure, Sauvola"] for way in (BICUBIC, SAFMN)}
    names = ("F-measure, Sauvola", "pseudo-F, Sauvola", "F-measure, Otsu", "pseudo-F, Otsu")
    first = names[0]
    figures = [
        Figure(
            f"{name}, enlarged by SAFMN", scores[SAFMN][name], scores[BICUBIC][name], BICUBIC, "%"
        )
        for name in names
    ]
    figures += [
        Figure(
            f"{first}, enlarged by SAFMN", scores[SAFMN][first], scores[PLAIN][first], PLAIN, "%"
        ),
        Figure(f"{first}, three times the noise", bad[SAFMN], bad[BICUBIC], BICUBIC, "%"),
    ]
    return Shown(tuple(figures), _drawn(*held[0], {way: scores[way][first] for way in WAYS}))


def scored(held: Sequence[tuple[Mask, Gray]], way: str) -> dict[str, float]:
    """Mean F-measure and pseudo-F over pages, in percent, by either threshold."""
    rows = []
    for truth, low in held:
        large, bones = WAYS[way](low), skeleton(truth)
        otsu, sauvola = large <= otsu_threshold(large), large < sauvola_threshold(large)
        rows.append([f for ink in (sauvola, otsu) for f in f_measures(ink, truth, bones)])
    names = ("F-measure, Sauvola", "pseudo-F, Sauvola", "F-measure, Otsu", "pseudo-F, Otsu")
    return dict(zip(names, (100 * np.mean(rows, axis=0)).tolist(), strict=True))


def page(random: np.random.Generator, noise: float) -> tuple[Mask, Gray]:
    """True ink of a page, and the page reduced, stained, faded and noisy."""
    start = int(random.integers(len(TEXT) - LINES + 1))
    clean = written(TEXT[start : start + LINES], int(random.integers(36, 45)), 4 * SCALE)
    height, width = (side // SCALE * SCALE for side in clean.shape)
    clean = clean[:height, :width]
    y, x = np.mgrid[:height, :width]
    stain = np.zeros(clean.shape)
    for _ in range(4):
        at, wide = random.random(2) * (height, width), random.uniform(60, 200)
        near = np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * wide**2))
        stain += random.uniform(10, 60) * near
    ink = random.uniform(60, 110)
    paper = 225 - stain
    shade = paper - (paper - ink) * (1 - clean / 255.0)
    low = resize(shade, 1 / SCALE)
    low += random.normal(0, noise, low.shape)
    return clean < 128, np.rint(np.clip(low, 0, 255)).astype(np.uint8)


def otsu_threshold(gray: Gray) -> float:
    """The threshold that parts the histogram with the largest variance between the two sides."""
    count = np.bincount(gray.ravel(), minlength=256).astype(np.float64)
    below, total = count.cumsum(), (count * np.arange(256)).cumsum()
    above = below[-1] - below
    held = (below > 0) & (above > 0)
    between = np.zeros(256)
    gap = total[held] / below[held] - (total[-1] - total[held]) / above[held]
    between[held] = below[held] * above[held] * gap**2
    return float(between.argmax())


def sauvola_threshold(gray: Gray) -> NDArray[np.float64]:
    """Sauvola and Pietikäinen, 2000: mean (1 + k (spread / 128 - 1)) of the window around."""
    mean = _windowed(gray.astype(np.float64))
    spread = np.sqrt(np.maximum(_windowed(gray.astype(np.float64) ** 2) - mean**2, 0))
    return mean * (1 + K * (spread / 128 - 1))


def f_measures(ink: Mask, truth: Mask, bones: Mask) -> tuple[float, float]:
    """F-measure and pseudo-F of found ink; ``bones`` is the skeleton of the true one."""
    right = float((ink & truth).sum())
    precision = right / max(1.0, float(ink.sum()))
    recalls = right / truth.sum(), (ink & bones).sum() / bones.sum()
    f, pseudo = (2 * precision * r / max(1e-9, precision + r) for r in recalls)
    return float(f), float(pseudo)


def skeleton(mask: Mask) -> Mask:
    """The lines that a shape thins to, one pixel wide (Zhang and Suen, 1984)."""
    shape = np.pad(mask, 1)
    changed = True
    while changed:
        changed = False
        for turn in (0, 1):
            ring = [np.roll(shape, (-dy, -dx), (0, 1)) for dy, dx in _RING]
            count = np.sum(ring, axis=0)
            rises = np.sum([~a & b for a, b in zip(ring, ring[1:] + ring[:1], strict=True)], axis=0)
            north, east, south, west = ring[::2]
            keep = (
                (north & east & west) | (north & south & west)
                if turn
                else (north & east & south) | (east & south & west)
            )
            gone = shape & (count >= 2) & (count <= 6) & (rises == 1) & ~keep
            changed |= bool(gone.any())
            shape = shape & ~gone
    return shape[1:-1, 1:-1]


_RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def _windowed(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the window around each pixel; borders are mirrored."""
    half = WINDOW // 2
    sums = np.pad(plane, half, mode="reflect").cumsum(0).cumsum(1)
    sums = np.pad(sums, ((1, 0), (1, 0)))
    n = WINDOW
    total = sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]
    return np.asarray(total / n**2)


def _ink(mask: Mask) -> Gray:
    return np.where(mask, 0, 255).astype(np.uint8)


WAYS = ways(NETWORK, SCALE)


def _drawn(truth: Mask, low: Gray, scores: Mapping[str, float]) -> NDArray[np.uint8]:
    part = (slice(0, 190), slice(0, 470))
    rows = []
    for name, way in WAYS.items():
        large = way(low)
        ink = _ink(large < sauvola_threshold(large))
        told = f"ink by Sauvola: F {scores[name]:.1f} % over all pages"
        rows.append([Panel(large[part], name), Panel(ink[part], told)])
    rows.append([Panel(_ink(truth)[part], "true ink")])
    return sheet(f"Small stained text, enlarged {SCALE}x and then thresholded", rows)
