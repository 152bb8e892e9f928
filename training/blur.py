"""Synthetic motion blur: the camera moves along a random smooth path while the shutter is open."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.pictures import Picture

SHORTEST, LONGEST = 2.0, 8.0  # pixels that the camera moves
GROWN = 0.7  # part of a run of real weights after which its paths are as long as they get
SHARP = 0.15  # share of those that are not blurred at all
SOFT, SOFTEST = 0.5, 1.0  # share whose truth is soft by itself, and the largest sigma in pixels
SAMPLES = 64  # instants of the exposure


def kernel(random: np.random.Generator, length: float | None = None) -> npt.NDArray[np.float64]:
    """A blur kernel [K,K] that sums to 1: the trace of a path of random bend, as long as told or
    of random length."""
    length = length or random.uniform(SHORTEST, LONGEST)
    angle = random.uniform(0, 2 * np.pi)
    bend = random.normal(0, 0.8)  # radians that the direction turns by, over the exposure
    turning = angle + bend * np.linspace(-0.5, 0.5, SAMPLES)
    path = np.cumsum(np.stack([np.sin(turning), np.cos(turning)]), axis=1) * length / SAMPLES
    path -= path.mean(axis=1, keepdims=True)
    half = int(np.ceil(np.abs(path).max())) + 1
    result = np.zeros((2 * half + 1, 2 * half + 1))
    low = np.floor(path).astype(int)
    part = path - low
    for dy in (0, 1):
        for dx in (0, 1):
            share = np.abs(1 - dy - part[0]) * np.abs(1 - dx - part[1])
            np.add.at(result, (low[0] + dy + half, low[1] + dx + half), share)
    return np.asarray(result / result.sum())


def shaken(picture: Picture, random: np.random.Generator, farthest: float) -> Picture:
    """``picture`` as people have them: a path of any length up to ``farthest`` pixels, or none."""
    if random.random() < SHARP:
        return picture
    return blurred(picture, random, float(random.uniform(SHORTEST, farthest)))


def blurred(picture: Picture, random: np.random.Generator, length: float | None = None) -> Picture:
    """``picture`` [H,W,3] under one kernel, borders replicated, rounded to 8 bit."""
    weights = kernel(random, length)
    half = weights.shape[0] // 2
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((half, half), (half, half), (0, 0)), mode="edge").astype(np.float32)
    total = np.zeros(picture.shape, np.float32)
    for (y, x), weight in np.ndenumerate(weights):
        if weight:
            total += np.float32(weight) * padded[y : y + height, x : x + width]
    return np.asarray(np.clip(np.floor(total + 0.5), 0, 255), np.uint8)
