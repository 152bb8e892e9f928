"""Batches of patches: drawn where the pictures have detail, turned and mirrored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from assistant.networks import Network
from training.blur import GROWN, SOFT, SOFTEST, blurred, shaken
from training.damage import blurred_by, damaged, noisy
from training.pictures import Picture, reduced

STEP = 8  # LR pixels between the patches to draw from
TILE = 272  # pixels that share a blur kernel in training
MARGIN = 16  # pixels cut from a blurred tile, where it lacks its surroundings
NOISE, NOISY = 5.0, 0.2  # sigma of the strongest noise on moved pictures, of 255; their share
AROUND = 8  # LR pixels damaged with a patch and then cut: a JPEG block, the reach of a blur


@dataclass(frozen=True)
class Patches:
    """LR pictures, their truths and, with a teacher, its outputs, and what is drawn how often.

    ``corners`` holds (picture, top, left) in LR pixels, ``odds`` the cumulated chance of each.
    ``real`` makes each LR patch anew from its truth, damaged as ``damage.damaged`` draws it.
    ``moved`` blurs each patch anew by a camera path, as ``blur.shaken`` draws it, up to so many
    pixels at the start of a run and at its end (a network that suddenly meets long ones learns to
    return its input instead), from a truth that may be soft by itself, and adds noise to some:
    photographs are seldom sharp to the pixel, and what the camera's focus took is not to be
    sharpened.
    """

    lows: Sequence[Picture]
    truths: Sequence[Picture]
    taught: Sequence[Picture] | None
    scale: int
    side: int
    corners: npt.NDArray[np.int32]
    odds: npt.NDArray[np.float64]
    real: bool = False
    moved: tuple[float, float] | None = None

    def batch(
        self, size: int, seed: tuple[int, int], device: torch.device, progress: float = 1.0
    ) -> tuple[Tensor, ...]:
        """LR, truth and teacher's output (the truth again without one), float in 0..1.

        The same ``seed`` (run, iteration) draws the same batch, so a resumed run needs no state.
        ``progress`` of the run (0..1) lengthens motion.
        """
        random = np.random.default_rng(seed)
        drawn = np.searchsorted(self.odds, random.random(size) * self.odds[-1])
        turns = random.integers(0, 8, size)
        taken = [
            [_turned(part, turn) for part in self._cut(self.corners[n].tolist(), random, progress)]
            for n, turn in zip(drawn, turns, strict=True)
        ]
        return tuple(
            torch.from_numpy(np.stack(parts)).to(device).permute(0, 3, 1, 2).float().div_(255)
            for parts in zip(*taken, strict=True)
        )

    def _cut(
        self, corner: Sequence[int], random: np.random.Generator, progress: float
    ) -> list[Picture]:
        picture, top, left = corner
        low, high = self.side, self.side * self.scale
        if self.moved:
            return self._moved((picture, top, left), random, progress)
        if self.real:
            parts = [self._damaged(picture, top, left, random)]
        else:
            parts = [self.lows[picture][top : top + low, left : left + low]]
        top, left = top * self.scale, left * self.scale
        sources = [self.truths, self.taught if self.taught is not None else self.truths]
        parts += [source[picture][top : top + high, left : left + high] for source in sources]
        return parts

    def _damaged(self, picture: int, top: int, left: int, random: np.random.Generator) -> Picture:
        """The LR patch, damaged together with its surroundings; blocks begin anywhere."""
        shift = random.integers(0, AROUND, 2)
        start = [max(at - AROUND - int(by), 0) for at, by in zip((top, left), shift, strict=True)]
        stop = [at + self.side + AROUND for at in (top, left)]
        sides = [side // self.scale for side in self.truths[picture].shape[:2]]
        rows, columns = (
            slice(a * self.scale, min(b, side) * self.scale)
            for a, b, side in zip(start, stop, sides, strict=True)
        )
        low = damaged(self.truths[picture][rows, columns], self.scale, random)
        top, left = top - start[0], left - start[1]
        return low[top : top + self.side, left : left + self.side]

    def _moved(
        self, corner: tuple[int, int, int], random: np.random.Generator, progress: float
    ) -> list[Picture]:
        """The patch in motion and its truth, twice; the surroundings move with it."""
        assert self.moved  # noqa: S101 - _cut saw it
        near, far = self.moved
        picture, top, left = corner
        reach = int(far) // 2 + 4  # moved with a patch and then cut
        up, before = max(top - reach, 0), max(left - reach, 0)
        end = self.side + reach
        truth = self.truths[picture][up : top + end, before : left + end]
        if random.random() < SOFT:
            sigma = float(SOFTEST * random.random())
            truth = blurred_by(truth, (sigma, sigma), 0)
        made = shaken(truth, random, near + (far - near) * min(1.0, progress / GROWN))
        if random.random() < NOISY:
            made = noisy(made, random, float(NOISE * random.random()))
        top, left = top - up, left - before
        low, truth = (
            part[top : top + self.side, left : left + self.side] for part in (made, truth)
        )
        return [low, truth, truth]


def for_real(pictures: Sequence[Picture], scale: int, side: int) -> Patches:
    """Patches of ``side`` LR pixels, damaged in ever new ways; ``scale`` 1 does not reduce them."""
    patches = _weighted(pictures, pictures, None, scale, side)
    return replace(patches, real=True)


def for_scale(
    pictures: Sequence[Picture], scale: int, side: int, taught: Sequence[Picture] | None = None
) -> Patches:
    """Patches of ``side`` LR pixels for upscaling by ``scale``."""
    lows = [reduced(picture, scale) for picture in pictures]
    return _weighted(lows, pictures, taught, scale, side)


def for_moved(pictures: Sequence[Picture], side: int, paths: tuple[float, float]) -> Patches:
    """Patches of ``side`` pixels, each moved in a new way; some stay sharp, some get noise. The
    longest of the ``paths`` grow from the first to the second number of pixels."""
    return replace(_weighted(pictures, pictures, None, 1, side), moved=paths)


def for_deblurring(pictures: Sequence[Picture], side: int, seed: int) -> Patches:
    """Patches of motion-blurred tiles, each blurred by a camera path of its own."""
    lows: list[Picture] = []
    truths: list[Picture] = []
    for tile in (tile for picture in pictures for tile in _tiles(picture)):
        made = blurred(tile, np.random.default_rng((seed, len(lows))))
        inside = slice(MARGIN, -MARGIN)
        lows.append(made[inside, inside])
        truths.append(tile[inside, inside])
    return _weighted(lows, truths, None, 1, side)


def taught_by(teacher: Network, digest: str, lows: Sequence[Picture], cache: Path) -> list[Picture]:
    """The teacher's 8-bit outputs on whole LR pictures, computed once and kept in ``cache``."""
    key = hashlib.sha256(digest.encode() + b"".join(low.tobytes() for low in lows))
    place = cache / f"taught-{key.hexdigest()[:12]}.npz"
    if not place.exists():
        fresh = place.with_suffix(".tmp.npz")
        np.savez(fresh, *[apply(teacher, low) for low in lows])
        fresh.replace(place)
    with np.load(place) as held:
        return [held[f"arr_{number}"] for number in range(len(held.files))]


def apply(network: Network, picture: Picture) -> Picture:
    """Run ``network`` on an 8-bit RGB picture [H,W,3]; the result is clamped and rounded."""
    device = next(network.module.parameters()).device
    with torch.inference_mode():
        given = torch.from_numpy(picture).to(device).permute(2, 0, 1)[None].float().div_(255)
        given = given.contiguous(memory_format=torch.channels_last)
        result = network(given).mul_(255).round_().clamp_(0, 255)[0].permute(1, 2, 0)
    return np.asarray(result.to(torch.uint8).cpu().numpy())


def _tiles(picture: Picture) -> Iterator[Picture]:
    height, width = picture.shape[:2]
    for top in range(0, max(height - TILE, 0) + 1, TILE - 2 * MARGIN):
        for left in range(0, max(width - TILE, 0) + 1, TILE - 2 * MARGIN):
            yield picture[top : top + TILE, left : left + TILE]


def _weighted(
    lows: Sequence[Picture],
    truths: Sequence[Picture],
    taught: Sequence[Picture] | None,
    scale: int,
    side: int,
) -> Patches:
    corners, weights = [], []
    for number, truth in enumerate(truths):
        energy = _energy(truth, scale)
        for top in range(0, energy.shape[0] - side, STEP):
            for left in range(0, energy.shape[1] - side, STEP):
                corners.append((number, top, left))
                sums = energy[top + side, left + side] + energy[top, left]
                weights.append(sums - energy[top, left + side] - energy[top + side, left])
    odds = np.cumsum(np.asarray(weights))
    return Patches(lows, truths, taught, scale, side, np.asarray(corners, np.int32), odds)


def _energy(picture: Picture, scale: int) -> npt.NDArray[np.float64]:
    """Summed absolute gradients, as an integral image on the LR grid [H/scale+1, W/scale+1]."""
    gray = picture.astype(np.float32).mean(axis=2)
    gradient = np.zeros_like(gray)
    gradient[:-1] += np.abs(np.diff(gray, axis=0))
    gradient[:, :-1] += np.abs(np.diff(gray, axis=1))
    sums = gradient.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    return np.pad(sums[scale - 1 :: scale, scale - 1 :: scale], ((1, 0), (1, 0)))


def _turned(part: npt.NDArray[Any], turn: int) -> npt.NDArray[Any]:
    """One of the eight flips and turns."""
    part = part[:, ::-1] if turn & 1 else part
    part = part[::-1] if turn & 2 else part
    return part.swapaxes(0, 1) if turn & 4 else part
