"""In the spirit of CausalSR: a picture's damage as a chain of causes, each read, changed, undone.

The chain is blur, shrinking, noise, JPEG, with factors that are known because we chose them. They
are estimated from the pixels by this project's ``look``; one at a time is changed while the others
and the very noise are held (an intervention); and the picture is deconvolved (Wiener) with the
factors as estimated, beside factors that are assumed and the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.demos.scenes import eight_bit, scene, softened
from assistant.demos.shown import Figure, Shown
from assistant.imaging.compression import compressed
from assistant.imaging.look import look
from assistant.imaging.measures import psnr_y
from assistant.imaging.pictures import Picture
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, magnified, sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

SIDE, LEAVES, CASES = 288, 120, 4
SAVED = 97  # quality above which a picture counts as not compressed
SHOWN = 144  # pixels of the truth a side, in the sheet
MARGIN = 32  # mirrored pixels around a picture, for the transform
LONGEST = 0.01  # cycles a pixel, below which the spectrum of scenes is flat
LOSS = 1.7  # of the error that JPEG makes, which lies where detail is: chosen on other scenes
ROUNDING = 1.0  # levels: the least error


@dataclass(frozen=True)
class Factors:
    """``blur``: sigma in pixels of the shrunk picture; ``noise``: sigma in levels of 255;
    ``quality``: of JPEG, 100 for none; ``shrink``: by how much."""

    blur: float
    noise: float
    quality: int
    shrink: int = 2


MIDDLE = Factors(1.0, 6.0, 72)  # of the ranges that cases are drawn from: what one may assume
BASE = Factors(1.0, 8.0, 90)  # what is intervened on


@dataclass(frozen=True)
class Case:
    """A scene, its damage, and what was made of it: for the sheet."""

    truth: Plane
    factors: Factors
    pixels: Pixels
    made: tuple[Pixels, ...]


def drawn(rng: np.random.Generator) -> Factors:
    """Factors of one case, each evenly from its range."""
    return Factors(rng.uniform(0.4, 1.6), rng.uniform(0, 12), int(rng.integers(50, 95)))


def spoiled(truth: Plane, factors: Factors, seed: int) -> Pixels:
    """``truth`` [H,W,3] after the chain; the same seed brings the same noise."""
    small = resize(softened(truth, factors.blur * factors.shrink), 1 / factors.shrink)
    grain = np.random.default_rng([seed, 11]).normal(0, 1, small.shape)
    pixels = eight_bit(small + factors.noise * grain)
    return pixels if factors.quality > SAVED else compressed(pixels, factors.quality)


def estimated(pixels: Pixels) -> Factors:
    """The factors that ``look`` reads from the pixels alone."""
    seen = look(Picture(pixels))
    blur = seen.blur.sigma if seen.blur else 0.0
    noise = seen.noise.sigma if seen.noise else 0.0
    return Factors(blur, noise, seen.jpeg.quality if seen.jpeg else 100)


def restored(pixels: Pixels, factors: Factors) -> Pixels:
    """Deblurred and denoised as ``factors`` say, then enlarged by bicubic interpolation.

    The error that JPEG left is that of saving the picture once more on other blocks.
    """
    error = 0.0
    if factors.quality <= SAVED:
        moved = np.ascontiguousarray(pixels[4:, 4:])
        error = float((compressed(moved, factors.quality) - moved.astype(float)).std())
    noise = np.sqrt(factors.noise**2 + (LOSS * error) ** 2 + ROUNDING**2)
    return eight_bit(resize(_deconvolved(pixels, factors.blur, noise), factors.shrink))


def _deconvolved(pixels: Pixels, blur: float, noise: float) -> Plane:
    """Wiener's filter for a Gaussian blur and white noise, where the truth has energy as one over
    the square of its frequency (Field, 1987)."""
    around = ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    padded = np.pad(pixels.astype(np.float64), around, mode="symmetric")
    mean = padded.mean(axis=(0, 1))
    rows, columns = (np.fft.fftfreq(side) for side in padded.shape[:2])
    square = rows[:, None] ** 2 + columns**2
    passed = np.exp(-2 * np.pi**2 * blur**2 * square)
    energy = 1 / (square + LONGEST**2)
    kept = max(float(padded.var(axis=(0, 1)).mean()) - noise**2, 1.0)
    energy *= kept / (energy * passed**2).mean()
    gain = passed * energy / (passed**2 * energy + noise**2)
    spectrum = np.fft.fft2(padded - mean, axes=(0, 1)) * gain[..., None]
    whole = np.fft.ifft2(spectrum, axes=(0, 1)).real + mean
    return np.asarray(whole[MARGIN:-MARGIN, MARGIN:-MARGIN])


def interventions() -> dict[str, Factors]:
    """The base, and the base with one factor taken away."""
    return {
        "as it came": BASE,
        "do(no blur)": replace(BASE, blur=0.0),
        "do(no noise)": replace(BASE, noise=0.0),
        "do(no JPEG)": replace(BASE, quality=100),
        "do(no shrinking)": replace(BASE, shrink=1, blur=BASE.blur * BASE.shrink),
    }


def show(seed: int = 0) -> Shown:
    """Several scenes restored with estimated, assumed and true factors; one intervened on."""
    rng = np.random.default_rng([seed, 5])
    scores, misses, held = [], [], []
    for number in range(CASES):
        truth = scene(SIDE, 100 * seed + number, LEAVES)
        true, right = drawn(rng), eight_bit(truth)
        pixels = spoiled(truth, true, number)
        seen = estimated(pixels)
        made = (restored(pixels, seen), restored(pixels, MIDDLE), _plain(pixels, true.shrink))
        scores.append([psnr_y(one, right, 2) for one in (*made, restored(pixels, true))])
        misses.append(
            [
                abs(seen.blur - true.blur),
                abs(MIDDLE.blur - true.blur),
                abs(seen.quality - true.quality),
                abs(MIDDLE.quality - true.quality),
            ]
        )
        held.append(Case(truth, true, pixels, (*made, right)))
    found, middle, plain, known = np.mean(scores, axis=0).tolist()
    missed = np.mean(misses, axis=0).tolist()
    assumed = "the middle of their ranges"
    name = "PSNR, restored with estimated factors"
    figures = (
        Figure(name, found, middle, f"factors assumed at {assumed}", "dB"),
        Figure(name, found, plain, "bicubic interpolation: shrinking assumed only", "dB"),
        Figure(name, found, known, "the true factors", "dB"),
        Figure("error of the blur's sigma", missed[0], missed[1], assumed, "px", False),
        Figure("error of the JPEG quality", missed[2], missed[3], assumed, "", False),
    )
    farthest = max(range(CASES), key=lambda n: abs(held[n].factors.blur - MIDDLE.blur))
    return Shown(figures, _sheet(held[farthest], scores[farthest]))


def _plain(pixels: Pixels, shrink: int) -> Pixels:
    return eight_bit(resize(pixels.astype(np.float64), shrink))


def _sheet(case: Case, scores: list[float]) -> Pixels:
    """One scene: what each intervention does to it, and how it is restored."""
    right, top = eight_bit(case.truth), []
    for name, factors in interventions().items():
        small = spoiled(case.truth, factors, 0)
        seen, large = estimated(small), _plain(small, factors.shrink)
        told = f"{_told(seen)[0]},\n{_told(seen)[1]}; bicubic {psnr_y(large, right, 2):.2f} dB"
        top.append(Panel(_part(small), f"{name}\nseen: {told}"))
    names = (
        "factors as estimated",
        "factors assumed: the middle",
        "bicubic: shrinking assumed only",
        "truth",
    )
    given = _told(case.factors)
    bottom = [Panel(_part(case.pixels), f"as it came: {given[0]},\n{given[1]}")]
    bottom += [
        Panel(_part(one), f"{name}\n" + (f"{score:.2f} dB" if name != "truth" else ""))
        for name, one, score in zip(names, case.made, scores, strict=True)
    ]
    title = "Above: one cause taken away at a time. Below: the case of most unusual blur, restored"
    return sheet(title, [top, bottom])


def _told(factors: Factors) -> tuple[str, str]:
    jpeg = "none" if factors.quality > SAVED else f"{factors.quality}"
    return f"blur {factors.blur:.1f}, noise {factors.noise:.0f}", f"JPEG {jpeg}"


def _part(pixels: Pixels) -> Pixels:
    """The same part of a picture shrunk or not, for the sheet."""
    factor = SIDE // len(pixels)
    part = slice(SIDE // 4 // factor, (SIDE // 4 + SHOWN) // factor)
    return magnified(pixels[part, part], factor)
