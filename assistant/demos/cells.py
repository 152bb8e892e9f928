"""Super-resolution before cell segmentation: simulated cytology, out of focus and small.

Stained nuclei of known outline, many in touching pairs, are blurred as by wrong focus, reduced and
made noisy. After enlarging, Otsu's threshold and a watershed of the distance to the border find
them. The measure is average precision, found / (found + missed + false), at an overlap (IoU) of
0.5 to 0.95, as segmentation contests average it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.demos.binarization import otsu_threshold
from assistant.demos.enlarging import BICUBIC, PLAIN, SAFMN, ways
from assistant.demos.shown import Figure, Shown
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, sheet

Color = NDArray[np.uint8]
Labels = NDArray[np.int32]

SCALE = 4
NETWORK = "safmn-x4-real"
SIDE, CELLS = 384, 26
NEAR, FAR = (1.0, 3.0), (4.0, 6.0)  # focus: sigma of the blur in pixels of the truth
NOISE = 4.0  # sigma of 255
REACH, SMALLEST = 5, 150  # pixels: of one step up the watershed, and of a cell
OVERLAPS = tuple(np.arange(0.5, 1.0, 0.05).round(2).tolist())


def show(seed: int = 0, slides: int = 4) -> Shown:
    """Average precision of the ways to enlarge, over slides of other cells and focus."""
    random = np.random.default_rng(seed)
    held = [slide(random, NEAR) for _ in range(slides)]
    scores = {name: scored(held, name) for name in WAYS}
    blurred = [slide(random, FAR) for _ in range(slides)]
    far = {name: scored(blurred, name).mean() for name in (BICUBIC, SAFMN)}
    means = {name: float(score.mean()) for name, score in scores.items()}
    ap = "AP over IoU 0.5 to 0.95"
    figures = [
        Figure(f"{ap}, enlarged by SAFMN", means[SAFMN], means[name], name, "%")
        for name in (BICUBIC, PLAIN)
    ]
    figures += [
        Figure(
            f"AP at IoU {overlap}, enlarged by SAFMN",
            float(scores[SAFMN][at]),
            float(scores[BICUBIC][at]),
            BICUBIC,
            "%",
        )
        for overlap in (0.5, 0.75, 0.9)
        for at in (OVERLAPS.index(overlap),)
    ]
    figures.append(Figure(f"{ap}, far out of focus", far[SAFMN], far[BICUBIC], BICUBIC, "%"))
    return Shown(tuple(figures), _drawn(*held[0], means))


def scored(held: Sequence[tuple[Labels, Color]], way: str) -> NDArray[np.float64]:
    """Average precision over slides at each overlap, in percent."""
    found = [precisions(segmented(WAYS[way](low)), truth) for truth, low in held]
    return np.asarray(100 * np.mean(found, axis=0))


def slide(random: np.random.Generator, focus: tuple[float, float]) -> tuple[Labels, Color]:
    """True cells by number, and the slide out of focus, reduced and noisy."""
    from scipy.ndimage import gaussian_filter

    truth = np.zeros((SIDE, SIDE), np.int32)
    body = np.zeros((SIDE, SIDE))
    density = np.zeros((SIDE, SIDE))
    grain = gaussian_filter(random.standard_normal((SIDE, SIDE)), 2.5)
    number = 0
    while number < CELLS:
        at = random.uniform(30, SIDE - 30, 2)
        radius = random.uniform(13, 22)
        pair = random.random() < 0.5
        turn = random.uniform(0, 2 * np.pi)
        step = 1.7 * radius * np.array([np.sin(turn), np.cos(turn)])
        for center in (at, at + step)[: 1 + pair]:
            cell = _ellipse(center, radius * random.uniform(0.85, 1.1), random)
            if truth[cell & (truth > 0)].size > 0.05 * cell.sum():
                continue
            cell &= truth == 0
            number += 1
            truth[cell] = number
            density[cell] = random.uniform(0.45, 0.8) + 0.9 * grain[cell]
            body = np.maximum(body, _near(center, 1.9 * radius))
    density = np.maximum(density, 0.15 * body + 0.04)
    stain = np.array([0.75, 1.1, 0.45])  # how much of red, green and blue it swallows
    light = 245 * np.exp(-stain * gaussian_filter(density, random.uniform(*focus))[..., None])
    low = resize(light, 1 / SCALE) + random.normal(0, NOISE, (SIDE // SCALE, SIDE // SCALE, 3))
    return truth, np.rint(np.clip(low, 0, 255)).astype(np.uint8)


def segmented(color: Color) -> Labels:
    """Cells by number: dark pixels by Otsu, parted by a watershed of the distance to the border."""
    from scipy import ndimage

    gray = color[..., 1]
    dark = ndimage.binary_fill_holes(gray <= otsu_threshold(gray))
    dark = ndimage.binary_opening(dark, iterations=2)
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(dark), 2.0)
    tops = _climbed(depth)
    tops[~dark] = -1
    names, numbers = np.unique(tops, return_inverse=True)
    found = numbers.reshape(tops.shape) + (names[0] >= 0)
    sizes = np.bincount(found.ravel())
    found[(sizes < SMALLEST)[found]] = 0
    return np.asarray(found, np.int32)


def _climbed(depth: NDArray[np.float64]) -> NDArray[np.intp]:
    """The summit of each pixel, by its place: ever on to the deepest pixel in reach."""
    best, place = depth.copy(), np.arange(depth.size).reshape(depth.shape)
    above = place.copy()
    for dy in range(-REACH, REACH + 1):
        for dx in range(-REACH, REACH + 1):
            near = np.roll(depth, (dy, dx), (0, 1))
            better = near > best
            best[better] = near[better]
            above[better] = np.roll(place, (dy, dx), (0, 1))[better]
    flat = above.ravel()
    while not np.array_equal(flat[flat], flat):
        flat = flat[flat]
    return flat.reshape(depth.shape)


def precisions(found: Labels, truth: Labels) -> NDArray[np.float64]:
    """Found / (found + missed + false) at each of the overlaps."""
    across = int(truth.max()) + 1
    both = np.bincount(found.ravel() * across + truth.ravel()).astype(np.float64)
    table = np.zeros((int(found.max()) + 1) * across)
    table[: len(both)] = both
    shared = table.reshape(-1, across)
    union = shared.sum(1, keepdims=True) + shared.sum(0, keepdims=True) - shared
    ratio = (shared / np.maximum(union, 1))[1:, 1:]
    hits = np.array([(ratio >= overlap).sum() for overlap in OVERLAPS], np.float64)
    return np.asarray(hits / np.maximum(sum(ratio.shape) - hits, 1))


def _ellipse(
    center: NDArray[np.float64], radius: float, random: np.random.Generator
) -> NDArray[np.bool_]:
    y, x = np.mgrid[:SIDE, :SIDE]
    turn, long = random.uniform(0, np.pi), random.uniform(1.0, 1.25)
    down, right = y - center[0], x - center[1]
    along = np.cos(turn) * right + np.sin(turn) * down
    aside = np.cos(turn) * down - np.sin(turn) * right
    angle = np.arctan2(aside, along)
    bumps = 1 + 0.06 * np.sin(3 * angle + random.uniform(0, 6)) * random.random()
    inside: NDArray[np.bool_] = (along / long) ** 2 + (aside * long) ** 2 < (radius * bumps) ** 2
    return inside


def _near(center: NDArray[np.float64], wide: float) -> NDArray[np.float64]:
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.asarray(np.exp(-((((y - center[0]) ** 2 + (x - center[1]) ** 2) / wide**2) ** 2)))


WAYS = ways(NETWORK, SCALE)


def _drawn(truth: Labels, low: Color, means: Mapping[str, float]) -> NDArray[np.uint8]:
    part = (slice(0, 220), slice(0, 220))
    pictures = [Panel(way(low)[part], name) for name, way in WAYS.items()]
    outlines = [
        Panel(
            _outlined(way(low), segmented(way(low)))[part],
            f"found: AP {means[name]:.1f} % over all slides",
        )
        for name, way in WAYS.items()
    ]
    real = Panel(_outlined(WAYS[BICUBIC](low), truth)[part], "true outlines, on bicubic")
    return sheet("Simulated cytology out of focus, enlarged 4x and then segmented",
                 [pictures, outlines, [real]])  # fmt: skip


def _outlined(color: Color, labels: Labels) -> Color:
    edge = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        edge |= labels != np.roll(labels, 1, axis)
    drawn = color.copy()
    drawn[edge] = (255, 230, 0)
    return drawn
