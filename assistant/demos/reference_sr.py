"""In the spirit of HiTSR: detail taken from a second, sharp picture where it matches.

Each low-resolution pixel's patch attends to the patches of the shrunk reference that correlate best
with it; what those lost by shrinking is blended by softmax and passes a gate. The gate is no
network: how much of a copied detail was right, for each degree of mismatch, is counted on other
worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.demos.enlarging import enlarged
from assistant.demos.scenes import eight_bit, gray, scene, view, world
from assistant.demos.shown import Figure, Shown
from assistant.imaging.measures import psnr_y
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, magnified, shade, sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

SCALE, SIDE = 4, 128
NETWORK = "safmn-x4"
REACH, GAP = 8, 2  # a patch is seen at 9 x 9 places, 2 pixels apart
TOP, SHARPNESS = 4, 40.0  # patches attended to; of the softmax over their correlations
FLAT = 3.0  # levels of 255: contrast below which a patch says nothing
TURN, SHIFT = 4.0, (11, -15)  # the related reference is the same world, turned and moved
MISMATCH = np.array([0.02, 0.035, 0.05, 0.065, 0.08, 0.1, 0.15])  # bins of the gate
LEAST = 0.4  # share of a change that must be right for it to be taken at all
TAUGHT = (9001, 9002)  # worlds that the gate is counted on, never shown


@dataclass(frozen=True)
class Low:
    """A shrunk picture and what the network makes of it alone."""

    small: Pixels
    alone: Pixels


def low(truth: Plane) -> Low:
    """``truth`` [H,W,3] shrunk ``SCALE`` times and enlarged by the network."""
    small = eight_bit(resize(truth, 1 / SCALE))
    return Low(small, enlarged(small, NETWORK))


def attended(asking: Low, reference: Plane) -> tuple[Plane, Plane]:
    """What ``reference`` [H,W,3] would change in the network's luma, and how badly each pixel's
    patch matches: from 0 (alike but for light and contrast) to 1 (nothing in common)."""
    held = low(reference)
    coarse = resize(gray(held.small), SCALE)
    asked, contrast = _described(gray(asking.alone), SCALE)
    keys, key_contrast = _described(gray(held.alone), 1)
    blocks = _blocks(gray(reference) - coarse)
    details, mismatches = [], []
    for start in range(0, len(asked), 256):
        part = slice(start, start + 256)
        alike = asked[part] @ keys.T
        best, found = _best(alike)
        weights = np.exp(SHARPNESS * (found - found.max(axis=1, keepdims=True)))
        weights /= weights.sum(axis=1, keepdims=True)
        mismatches.append(1 - (weights * found).sum(axis=1))
        gains = np.clip(contrast[part, None] / key_contrast[best], 0, 1.5)
        details.append(np.einsum("nk,nkp->np", weights * gains, blocks[best]))
    sides = asking.small.shape[:2]
    detail = _overlapped(np.concatenate(details), *sides)
    change = resize(gray(asking.small), SCALE) + detail - gray(asking.alone)
    mismatch = np.concatenate(mismatches).astype(np.float64).reshape(sides)
    return change, mismatch.repeat(SCALE, 0).repeat(SCALE, 1)


def counted_gate() -> Plane:
    """For each bin of ``MISMATCH``, the share of a change that was right on ``TAUGHT``, with a
    related and an unrelated reference; 0 where less than ``LEAST`` was, or nothing was seen."""
    right, seen = np.zeros(len(MISMATCH) + 1), np.full(len(MISMATCH) + 1, 1e-9)
    for seed in TAUGHT:
        truth, *references = views(seed)
        asking = low(truth)
        missing = gray(truth) - gray(asking.alone)
        for reference in references:
            change, mismatch = attended(asking, reference)
            at = np.digitize(mismatch, MISMATCH).ravel()
            right += np.bincount(at, (missing * change).ravel(), len(right))
            seen += np.bincount(at, (change**2).ravel(), len(seen))
    share = np.clip(right / seen, 0, 1)
    return np.where(share < LEAST, 0, share)


def changed(asking: Low, change: Plane | None = None) -> Pixels:
    """RGB from the network's picture and what a reference would change in its luma.

    With a reference or without, luma is moved until, shrunk, it is the given picture again.
    """
    start = gray(asking.alone)
    luma = start if change is None else start + change
    for _ in range(3):
        luma = luma + resize(gray(asking.small) - resize(luma, 1 / SCALE), SCALE)
    return eight_bit(asking.alone + (luma - start)[..., None])


def views(seed: int) -> tuple[Plane, Plane, Plane]:
    """The truth, another view of its world, and a view of another world."""
    held = world(SIDE * 3 // 2, seed)
    return view(held, SIDE), view(held, SIDE, TURN, SHIFT), scene(SIDE, seed + 500)


def show(seed: int = 0) -> Shown:
    """One world enlarged with no reference, a related one, an unrelated one and pure noise."""
    truth, related, unrelated = views(seed)
    noise = np.random.default_rng([seed, 3]).uniform(0, 255, truth.shape)
    asking, gate, right = low(truth), counted_gate(), eight_bit(truth)
    made = {"no reference": changed(asking)}
    for name, reference in (
        ("related reference", related),
        ("unrelated reference", unrelated),
        ("noise as reference", noise),
    ):
        change, mismatch = attended(asking, reference)
        trust = gate[np.digitize(mismatch, MISMATCH)]
        made[name] = changed(asking, trust * change)
        made[f"{name}, gate open"] = changed(asking, change)
        if reference is related:
            trusted = trust
    bicubic = eight_bit(resize(asking.small.astype(np.float64), SCALE))
    scores = {name: psnr_y(picture, right, SCALE) for name, picture in made.items()}
    none = scores["no reference"]
    figures = [
        Figure(f"PSNR, {name}", scores[name], none, "no reference", "dB")
        for name in ("related reference", "unrelated reference", "noise as reference")
    ]
    figures += [
        Figure(f"PSNR, {name}", scores[name], scores[f"{name}, gate open"], "gate left open", "dB")
        for name in ("related reference", "unrelated reference")
    ]
    first = [("bicubic interpolation", bicubic), *list(made.items())[:2], ("truth", right)]
    scores |= {"bicubic interpolation": psnr_y(bicubic, right, SCALE)}
    second = [
        Panel(eight_bit(related), "related reference:\nthe same world, turned, moved"),
        Panel(shade(trusted, 0, 1), "how far its detail is\ntrusted (white: wholly)"),
        Panel(eight_bit(unrelated), "unrelated reference:\nanother world"),
    ]
    return Shown(tuple(figures), _drawn(first, scores, second, made["unrelated reference"]))


def _described(plane: Plane, step: int) -> tuple[NDArray[np.float32], Plane]:
    """Patches [N,81] every ``step`` pixels, of equal mean and contrast, and what that was."""
    padded = np.pad(plane, REACH + SCALE, mode="reflect")
    places = range(SCALE + SCALE // 2, SCALE + SCALE // 2 + 2 * REACH + 1, GAP)
    height, width = plane.shape
    seen = np.stack(
        [
            padded[y : y + height : step, x : x + width : step].ravel()
            for y in places
            for x in places
        ],
        axis=1,
    )
    seen -= seen.mean(axis=1, keepdims=True)
    contrast = np.sqrt(np.square(seen).mean(axis=1) + FLAT**2)
    alike = seen / (contrast[:, None] * np.sqrt(seen.shape[1]))
    return alike.astype(np.float32), contrast


def _best(alike: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Places and values of the ``TOP`` largest of each row, which is spent."""
    rows = np.arange(len(alike))
    best = np.empty((len(alike), TOP), np.intp)
    found = np.empty(best.shape, np.float32)
    for n in range(TOP):
        best[:, n] = alike.argmax(axis=1)
        found[:, n] = alike[rows, best[:, n]]
        alike[rows, best[:, n]] = -2
    return best, found


def _blocks(fine: Plane) -> Plane:
    """Squares [N,64] of 8 pixels a side around the block of 4 that each patch stands for."""
    margin = SCALE // 2
    padded = np.pad(fine, (margin, margin + SCALE - 1), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * SCALE, 2 * SCALE))
    return windows.reshape(-1, 4 * SCALE * SCALE)


def _overlapped(blocks: Plane, height: int, width: int) -> Plane:
    """The squares of neighbors, each two of which share half, blended into one plane."""
    ramp = 1 - np.abs(np.arange(2 * SCALE) + 0.5 - SCALE) / SCALE
    squares = blocks.reshape(height, width, 2 * SCALE, 2 * SCALE) * np.outer(ramp, ramp)
    total = np.zeros(((height + 1) * SCALE, (width + 1) * SCALE))
    weight = np.zeros_like(total)
    quarter = np.broadcast_to(np.outer(ramp, ramp), squares.shape)
    for y in (0, SCALE):
        for x in (0, SCALE):
            at = slice(y, y + height * SCALE), slice(x, x + width * SCALE)
            for sums, parts in ((total, squares), (weight, quarter)):
                part = parts[:, :, y : y + SCALE, x : x + SCALE].swapaxes(1, 2)
                sums[at] += part.reshape(height * SCALE, width * SCALE)
    inside = slice(SCALE // 2, -(SCALE // 2))
    return np.asarray((total / weight)[inside, inside])


def _drawn(
    first: list[tuple[str, Pixels]],
    scores: dict[str, float],
    second: list[Panel],
    unrelated: Pixels,
) -> Pixels:
    part = slice(4, 116)
    told = {name: f"\nPSNR {score:.2f} dB" for name, score in scores.items()}
    rows = [
        [Panel(magnified(p[part, part], 2), f"{name}{told.get(name, '')}") for name, p in first],
        [*second, Panel(unrelated, f"enlarged with it{told['unrelated reference']}")],
    ]
    return sheet(f"Enlarged {SCALE}x with the help of a second picture", rows)
