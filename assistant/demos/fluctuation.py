"""Fluctuation microscopy: what flickers apart can be told apart below the diffraction limit.

Emitters blink (a two-state Markov chain) while a Gaussian spot scans them; at each position an
array of 5 x 5 detectors counts photons. The image of a detector at offset d is the product of spot
and detection shifted by d: moved back by d / 2 and added to the others (pixel reassignment) it is
narrower. Cumulants of order n over time, at lags above 0 so that shot noise is gone, narrow each
emitter by the root of n. So does any picture raised to the power n, which resolves nothing: what
counts is the dip between two emitters.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.demos.shown import Figure, Shown
from assistant.imaging.sheet import Panel, chart, magnified, shade, sheet

Plane = NDArray[np.float64]

SIGMA = 3.0  # of spot and detection, in scan steps
FWHM = 2.355 * SIGMA
PHOTONS, BACKGROUND = 60.0, 0.5  # a frame and detector: at the peak, and everywhere
ON, OFF = 0.1, 0.2  # chances a frame to go on, and off
APART = (2, 3, 4, 5, 6, 7)  # scan steps between the emitters of each pair
JUDGED = 4  # the pair of the first figure, 0.57 FWHM apart
BAND, WIDTH = 15, 29  # rows of the scan of each pair, and columns
PITCH = 2  # scan steps between detectors, so that half an offset is a whole step
ORDERS = (1, 2, 3, 4)
_ARRAY = [(row * PITCH, column * PITCH) for row in range(-2, 3) for column in range(-2, 3)]
Way = tuple[int, bool]  # the order, and whether views are moved back


def show(seed: int = 0, frames: int = 3_000, apart: tuple[int, ...] = APART) -> Shown:
    """Dips between two emitters by order, with and without reassignment, and what is resolved."""
    scans = [scanned(step, frames, np.random.default_rng([seed, step])) for step in apart]
    ways = [(n, moved) for moved in (False, True) for n in ORDERS]
    images = {way: [picture(s[way[0] - 1], moved=way[1]) for s in scans] for way in ways}
    dips = {
        way: [dip(image, step) for image, step in zip(held, apart, strict=True)]
        for way, held in images.items()
    }
    judged, mean = apart.index(JUDGED), (1, False)
    pair = f"dip between emitters {JUDGED / FWHM:.2f} FWHM apart"
    told = {(2, True): "order 2 with reassignment", (1, True): "reassignment alone",
            (2, False): "order 2 alone", (4, True): "order 4 with reassignment"}  # fmt: skip
    figures = [
        Figure(f"{pair}, {name}", dips[way][judged], dips[mean][judged], "mean picture")
        for way, name in told.items()
    ]
    figures += [
        Figure(
            f"smallest distance resolved, {name}",
            *(resolved(dips[way], apart), resolved(dips[mean], apart), "mean picture"),
            unit="FWHM",
            higher_is_better=False,
        )
        for way, name in told.items()
    ]
    return Shown(tuple(figures), _drawn(images, dips, apart))


def scanned(apart: int, frames: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Cumulants of order 1 to 4 of each detector at each position, [4, BAND, WIDTH, 25]."""
    middle = (BAND // 2, WIDTH // 2)
    left = middle[1] - apart // 2
    emitters = [(middle[0], left + step) for step in dict.fromkeys((0, apart))]
    columns = np.arange(WIDTH)
    result = np.empty((4, BAND, WIDTH, len(_ARRAY)))
    for row in range(BAND):
        rates = np.full((frames, WIDTH, len(_ARRAY)), BACKGROUND, np.float32)
        for y, x in emitters:
            spot = _gauss((row - y) ** 2 + (columns - x) ** 2)
            seen = [_gauss((row + dy - y) ** 2 + (columns + dx - x) ** 2) for dy, dx in _ARRAY]
            bright = PHOTONS * spot[:, None] * np.stack(seen, axis=1)
            rates += _blinking(frames, random)[:, :, None] * bright.astype(np.float32)
        result[:, row] = cumulants(random.poisson(rates).astype(np.float32))
    return result


def cumulants(counts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Order 1 to 4 over the first axis at lags 0, 1, 2, 3; [4, ...]."""
    mean = counts.mean(axis=0)
    a, b, c, d = (counts[lag : len(counts) - 3 + lag] - mean for lag in range(4))

    def product(*planes: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(np.mean(np.prod(planes, axis=0), axis=0), np.float64)

    pairs = product(a, b) * product(c, d) + product(a, c) * product(b, d)
    fourth = product(a, b, c, d) - pairs - product(a, d) * product(b, c)
    return np.stack([mean, product(a, b), product(a, b, c), fourth])


def picture(detectors: NDArray[np.float64], *, moved: bool) -> Plane:
    """The images of all detectors, [BAND, WIDTH, 25], added, each moved back by half its offset
    where ``moved``; upright, since the sign of a cumulant depends on how often emitters are on."""
    total = np.zeros(detectors.shape[:2])
    for n, (dy, dx) in enumerate(_ARRAY):
        shift = (dy // 2, dx // 2) if moved else (0, 0)
        total += np.roll(detectors[..., n], shift, axis=(0, 1))
    total -= np.median(total)  # the background
    return np.asarray(total * np.sign(total.flat[np.abs(total).argmax()]))


def dip(image: Plane, apart: int) -> float:
    """1 - middle / darker emitter on the line through a pair; above 0 the two are resolved."""
    left = WIDTH // 2 - apart // 2
    line = image[BAND // 2]
    middle = np.interp(left + apart / 2, np.arange(WIDTH), line)
    return float(1 - middle / min(line[left], line[left + apart]))


def resolved(dips: Sequence[float], apart: Sequence[int]) -> float:
    """The distance at which the dip opens (Sparrow's limit), in FWHM, between those measured; the
    smallest of them where it is open there."""
    for n, (near, far) in enumerate(itertools.pairwise(dips)):
        if near > 0:
            return apart[n] / FWHM
        if far > 0:
            return (apart[n] + (apart[n + 1] - apart[n]) * near / (near - far)) / FWHM
    return apart[-1] / FWHM


def _blinking(frames: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Whether one emitter is on, [frames, WIDTH]: positions are scanned at different times."""
    chance = random.random((frames, WIDTH))
    on = np.empty((frames, WIDTH), bool)
    on[0] = chance[0] < ON / (ON + OFF)
    for frame in range(1, frames):
        on[frame] = np.where(on[frame - 1], chance[frame] >= OFF, chance[frame] < ON)
    return on.astype(np.float32)


def _gauss(squares: NDArray[np.int_]) -> Plane:
    return np.asarray(np.exp(-squares / (2 * SIGMA**2)))


def _drawn(
    images: dict[Way, list[Plane]], dips: dict[Way, list[float]], apart: Sequence[int]
) -> NDArray[np.uint8]:
    ways = {(1, False): "mean of all detectors", (1, True): "mean, reassigned",
            (2, False): "order 2", (2, True): "order 2, reassigned",
            (4, True): "order 4, reassigned"}  # fmt: skip
    rows = [
        [
            Panel(
                magnified(shade(images[way][n], 0), 6),
                f"{name}\n{step / FWHM:.2f} FWHM apart: dip {dips[way][n]:.2f}",
            )
            for way, name in ways.items()
        ]
        for n, step in enumerate(apart)
        if step in (3, JUDGED, 6)
    ]
    curves = {
        name: [(step / FWHM, dips[way][n]) for n, step in enumerate(apart)]
        for way, name in ways.items()
    }
    limits = {
        name: [(n, resolved(dips[1, False], apart) / resolved(dips[n, moved], apart))
               for n in ORDERS]
        for name, moved in (("with reassignment", True), ("without", False))
    }  # fmt: skip
    graphs = [
        Panel(chart(curves, ("distance, FWHM", "dip")), "Dip between two emitters"),
        Panel(chart(limits, ("order of the cumulant", "times the mean picture")),
              "Resolution: where the dip opens"),
    ]  # fmt: skip
    return sheet(
        "Fluctuation microscopy, simulated: blinking tells emitters apart", [*rows, graphs]
    )
