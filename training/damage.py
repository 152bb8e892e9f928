"""Pictures as people have them: blur, resizing, noise and JPEG, in random order, twice over.

After the mixtures of BSRGAN (Zhang et al., ICCV 2021, arXiv 2103.14006, section 3) and Real-ESRGAN
(Wang et al., ICCVW 2021, arXiv 2107.10833, section 3), kept milder: a share stays clean and another
meets one step only, so that good pictures do not lose. Without enlarging, noise and JPEG alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from assistant.imaging.resize import resize_to
from training.pictures import Picture

CLEAN, ONCE = 0.15, 0.5  # shares of the mixture; the rest is damaged twice
NOISIEST = 32.0  # sigma of the strongest noise, of 255
WORST_JPEG, BEST_JPEG = 25, 96
RESAMPLERS = (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BOX)


def damaged(truth: Picture, scale: int, random: np.random.Generator) -> Picture:
    """``truth`` [H,W,3], reduced by ``scale`` and damaged as one sample of the mixture."""
    height, width = (side // scale for side in truth.shape[:2])
    kind = random.random()
    if scale == 1 or kind < CLEAN + ONCE:
        low = truth if scale == 1 else resize_to(truth, height, width)
        return low if kind < CLEAN else _compressed_or_noisy(low, random)
    picture = truth
    steps: list[Callable[[Picture, np.random.Generator], Picture]] = [_blurred, _resized, noisy]
    for turn in range(2):
        for step in random.permutation(len(steps)):
            if random.random() < 0.5:
                picture = steps[step](picture, random)
        if turn == 0:
            picture = compressed(picture, random)
    picture = _to(picture, height, width, random)
    return _compressed_or_noisy(picture, random)


def noisy(picture: Picture, random: np.random.Generator, sigma: float | None = None) -> Picture:
    """Gaussian noise of ``sigma`` (drawn, if None), by channel, gray, or stronger in the light."""
    floats = picture.astype(np.float32)
    drawn = NOISIEST * random.random() ** 1.3
    noise = random.standard_normal(picture.shape, np.float32) * np.float32(sigma or drawn)
    kind = random.random() if sigma is None else 1.0
    if kind < 0.15:
        noise = noise[..., :1] * np.float32(0.8)
    elif kind < 0.3:
        noise *= np.sqrt(floats / 128)
    return _rounded(floats + noise)


def compressed(
    picture: Picture, random: np.random.Generator, quality: int | None = None
) -> Picture:
    """``picture`` after JPEG of ``quality`` (drawn, if None), mostly with halved colors."""
    file = io.BytesIO()
    drawn = int(random.integers(WORST_JPEG, BEST_JPEG))
    halves = 2 if quality is not None or random.random() < 0.8 else 0
    Image.fromarray(picture).save(file, "JPEG", quality=quality or drawn, subsampling=halves)
    with Image.open(file) as read:
        return np.array(read)


def blurred_by(picture: Picture, sigmas: tuple[float, float], angle: float) -> Picture:
    """A Gaussian blur of ``sigmas`` pixels along and across ``angle``; the borders wrap."""
    height, width = picture.shape[:2]
    y = np.fft.fftfreq(height)[:, None].astype(np.float32)
    x = np.fft.rfftfreq(width)[None].astype(np.float32)
    along, across = (
        x * np.cos(angle) + y * np.sin(angle),
        y * np.cos(angle) - x * np.sin(angle),
    )
    square = (along * sigmas[0]) ** 2 + (across * sigmas[1]) ** 2
    response = np.exp(-2 * np.pi**2 * square)[..., None]
    floats = picture.astype(np.float32)
    spectrum = np.fft.rfft2(floats, axes=(0, 1)) * response
    return _rounded(np.fft.irfft2(spectrum, s=(height, width), axes=(0, 1)))


def _compressed_or_noisy(picture: Picture, random: np.random.Generator) -> Picture:
    """Noise, then JPEG, at least one of them; now and then JPEG twice, on shifted blocks."""
    kind = random.random()
    if kind < 0.65:
        picture = noisy(picture, random)
    if kind < 0.3:
        return picture
    if random.random() < 0.15:
        picture = compressed(picture, random)
        down, right = random.integers(0, 8, 2)
        shifted = np.roll(picture, (-down, -right), (0, 1))
        return np.roll(compressed(shifted, random), (down, right), (0, 1))
    return compressed(picture, random)


def _blurred(picture: Picture, random: np.random.Generator) -> Picture:
    longest = 1.6
    sigmas = longest * random.random(2) ** 1.5
    if random.random() < 0.6:
        sigmas[1] = sigmas[0]
    return blurred_by(picture, (float(sigmas[0]), float(sigmas[1])), random.uniform(0, np.pi))


def _resized(picture: Picture, random: np.random.Generator) -> Picture:
    factor = random.uniform(0.6, 1.25)
    height, width = (max(8, round(side * factor)) for side in picture.shape[:2])
    return _to(picture, height, width, random)


def _to(picture: Picture, height: int, width: int, random: np.random.Generator) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    resampler = RESAMPLERS[random.integers(0, len(RESAMPLERS))]
    return np.asarray(Image.fromarray(picture).resize((width, height), resampler))


def _rounded(picture: npt.NDArray[np.floating[Any]]) -> Picture:
    return np.asarray(np.clip(np.floor(picture + 0.5), 0, 255), np.uint8)
