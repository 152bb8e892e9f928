"""In the spirit of the dataset distillation study: 9 of 100 patches teach almost as much as all.

The patches of training scenes are condensed in two ways. Chosen: of each cluster (k-means over
patch and target, so that all kinds are covered) the member nearest to the middle, counted as often
as the cluster is large. Made: the middles themselves, patches that no picture holds, with the
targets that a network trained on everything gives them. A small network then learns from each set
for equally many steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.demos.scenes import eight_bit, gray, scene
from assistant.demos.shown import Figure, Shown
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, chart, magnified, shade, sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float32]
    Plane = NDArray[np.float64]

SCALE, TAPS, HIDDEN = 2, 5, 24  # the network sees 5 x 5 pixels, through 24 units
INPUTS, OUTPUTS = TAPS * TAPS, SCALE * SCALE
SIDE, SCENES, TESTS = 160, 6, 3
POOL, SHARE = 16_000, 0.0888  # all patches; the share that the study keeps
STEPS, BATCH, RATE = 1_200, 128, 4e-3
ROUNDS = 3  # of k-means
BESIDE = 1.25  # of a target beside a patch, when clusters are made
PLAIN, FLAT = 8.0, 5.0  # contrast in levels: below it a patch teaches nothing; added to all
DRAWS = 3  # of a random share


@dataclass(frozen=True)
class Patches:
    """Patches [N,25] of mean 0 and like contrast, what bicubic interpolation misses at their middle
    [N,4] in the same unit, and how much each counts [N]."""

    seen: Values
    missing: Values
    weight: Values

    def part(self, index: NDArray[np.intp], weight: Values | None = None) -> Patches:
        """Some of them."""
        kept = self.weight[index] if weight is None else weight
        return Patches(self.seen[index], self.missing[index], kept)


class Network:
    """One hidden layer of ReLU, from a patch to the four pixels at its middle."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        first = rng.normal(0, 1.4 / TAPS, (INPUTS, HIDDEN)).astype(np.float32)
        shapes = ((HIDDEN,), (HIDDEN, OUTPUTS), (OUTPUTS,))
        self.weights = [first, *(np.zeros(shape, np.float32) for shape in shapes)]

    def __call__(self, seen: Values) -> Values:
        """[N,25] to [N,4]."""
        inner, inner_bias, outer, outer_bias = self.weights
        return np.asarray(np.maximum(seen @ inner + inner_bias, 0) @ outer + outer_bias)

    def trained(self, patches: Patches, seed: int) -> Network:
        """Learn from ``patches``, drawn by their weight, for ``STEPS`` steps of Adam."""
        rng = np.random.default_rng(seed)
        chances = np.cumsum(patches.weight, dtype=np.float64)
        mean = [np.zeros_like(w) for w in self.weights]
        square = [np.zeros_like(w) for w in self.weights]
        for step in range(1, STEPS + 1):
            at = np.searchsorted(chances, rng.random(BATCH) * chances[-1], side="right")
            at = np.minimum(at, len(chances) - 1)
            slopes = self._slopes(patches.seen[at], patches.missing[at])
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / STEPS))
            for n, slope in enumerate(slopes):
                mean[n] += 0.1 * (slope - mean[n])
                square[n] += 0.001 * (slope**2 - square[n])
                spread = np.sqrt(square[n] / (1 - 0.999**step)) + 1e-8
                self.weights[n] -= np.float32(rate) * mean[n] / (1 - 0.9**step) / spread
        return self

    def _slopes(self, seen: Values, missing: Values) -> list[Values]:
        inner, inner_bias, outer, outer_bias = self.weights
        hidden = np.maximum(seen @ inner + inner_bias, 0)
        error = (hidden @ outer + outer_bias - missing) * np.float32(2 / len(seen))
        back = (error @ outer.T) * (hidden > 0)
        return [seen.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def patches_of(truth: Plane) -> tuple[Patches, Values]:
    """All patches of a gray picture [H,W] shrunk, and the contrast [N] they were divided by."""
    small = np.rint(resize(truth, 1 / SCALE))
    missing = truth - resize(small, SCALE)
    around = TAPS // 2
    windows = np.lib.stride_tricks.sliding_window_view(small, (TAPS, TAPS))
    seen = windows.reshape(-1, INPUTS)
    seen = seen - seen.mean(axis=1, keepdims=True)
    height, width = small.shape
    squares = missing.reshape(height, SCALE, width, SCALE).swapaxes(1, 2)
    targets = squares[around:-around, around:-around].reshape(-1, OUTPUTS)
    contrast = np.sqrt(np.square(seen).mean(axis=1) + FLAT**2)[:, None]
    held = (seen / contrast, targets / contrast, contrast[:, 0] ** 2)
    return Patches(*(one.astype(np.float32) for one in held)), contrast.astype(np.float32)


def pool(seeds: Sequence[int], rng: np.random.Generator) -> Patches:
    """``POOL`` patches of scenes, without the flat ones; each counts by its contrast, as its errors
    do in the picture."""
    found = [patches_of(gray(scene(SIDE, seed)))[0] for seed in seeds]
    parts = zip(*((p.seen, p.missing, p.weight) for p in found), strict=True)
    whole = Patches(*(np.concatenate(part) for part in parts))
    return whole.part(rng.choice(np.flatnonzero(whole.weight > PLAIN**2), POOL, replace=False))


def chosen_and_made(every: Patches, teacher: Network, rng: np.random.Generator) -> list[Patches]:
    """``SHARE`` of the patches, chosen and made."""
    count = int(SHARE * len(every.seen))
    points = np.concatenate([every.seen, BESIDE * every.missing], axis=1)
    weight = every.weight.astype(np.float64)
    middles = points[rng.choice(len(points), count, replace=False, p=weight / weight.sum())]
    for _ in range(ROUNDS):
        nearest, _ = _nearest(points, middles)
        mass = np.bincount(nearest, weight, count)
        sums = [np.bincount(nearest, weight * column, count) for column in points.T]
        moved = np.stack(sums, axis=1) / np.maximum(mass, 1e-9)[:, None]
        middles = np.where(mass[:, None] > 0, moved, middles).astype(np.float32)
    nearest, distance = _nearest(points, middles)
    order = np.lexsort((distance, nearest))
    groups, first = np.unique(nearest[order], return_index=True)
    counted: Values = np.bincount(nearest, weight, count)[groups].astype(np.float32)
    seen = middles[groups, :INPUTS]
    return [every.part(order[first], counted), Patches(seen, teacher(seen), counted)]


def _nearest(points: Values, middles: Values) -> tuple[NDArray[np.intp], Values]:
    """For each point the place of the nearest middle, and their squared distance."""
    size = np.square(middles).sum(axis=1)
    place, distance = [], []
    for start in range(0, len(points), 2000):
        apart = size - 2 * points[start : start + 2000] @ middles.T
        place.append(apart.argmin(axis=1))
        distance.append(apart.min(axis=1) + np.square(points[start : start + 2000]).sum(axis=1))
    return np.concatenate(place), np.concatenate(distance)


def psnr(network: Network | None, truths: Sequence[Plane]) -> float:
    """Mean PSNR in dB over the luma of ``truths``; of bicubic interpolation for None."""
    scores = []
    for truth in truths:
        patches, contrast = patches_of(truth)
        error = patches.missing - (0 if network is None else network(patches.seen))
        scores.append(10 * np.log10(255**2 / float(np.square(error * contrast).mean())))
    return float(np.mean(scores))


def show(seed: int = 0, draws: int = DRAWS) -> Shown:
    """PSNR on other scenes of the same small network taught by all patches and by 9 % of them."""
    rng = np.random.default_rng([seed, 9])
    every = pool(range(1000 * seed, 1000 * seed + SCENES), rng)
    truths = [gray(scene(SIDE, 1000 * seed + 500 + n)) for n in range(TESTS)]
    teacher = Network(seed).trained(every, seed)
    chosen, made = chosen_and_made(every, teacher, rng)
    count = len(made.seen)
    drawn = [every.part(rng.choice(POOL, count, replace=False)) for _ in range(draws)]
    told = Patches(drawn[0].seen, teacher(drawn[0].seen), drawn[0].weight)
    sets_of = {RANDOM: drawn, TOLD: [told], CHOSEN: [chosen], MADE: [made]}
    taught = {
        name: [Network(seed + n).trained(one, seed + n) for n, one in enumerate(sets)]
        for name, sets in sets_of.items()
    }
    scores = {
        name: float(np.mean([psnr(n, truths) for n in held])) for name, held in taught.items()
    }
    scores |= {ALL: psnr(teacher, truths), BICUBIC: psnr(None, truths)}
    pairs = (
        (CHOSEN, RANDOM),
        (MADE, RANDOM),
        (MADE, ALL),
        (MADE, TOLD),
        (RANDOM, BICUBIC),
    )
    figures = tuple(
        Figure(f"PSNR, {name}", scores[name], scores[other], other, "dB") for name, other in pairs
    )
    networks = {BICUBIC: None, RANDOM: taught[RANDOM][0], MADE: taught[MADE][0], ALL: teacher}
    sets = {RANDOM: drawn[0], CHOSEN: chosen, MADE: made}
    return Shown(figures, _drawn(truths[0], networks, sets, scores))


BICUBIC, ALL = "bicubic interpolation", "all patches"
RANDOM, CHOSEN, MADE = "random 9 %", "chosen 9 %", "made 9 %"
TOLD = "random 9 % with the targets of made ones"


def _drawn(
    truth: Plane,
    networks: dict[str, Network | None],
    sets: dict[str, Patches],
    scores: dict[str, float],
) -> NDArray[np.uint8]:
    shares = {RANDOM: SHARE, CHOSEN: SHARE, MADE: SHARE, ALL: 1.0, BICUBIC: 0.0}
    spots = {name: [(100 * shares[name], scores[name])] for name in shares}
    top = [Panel(_mosaic(held), f"{name}: some of its patches") for name, held in sets.items()]
    curve = chart(
        spots, ("patches kept, %", "PSNR on other scenes, dB"), size=(420, 260), points=True
    )
    part = (slice(40, 120), slice(40, 120))
    bottom = [
        Panel(
            magnified(eight_bit(_enlarged(truth, network))[part], 2),
            f"{name}\n{scores[name]:.2f} dB",
        )
        for name, network in networks.items()
    ]
    bottom.append(Panel(magnified(eight_bit(_cut(truth))[part], 2), "truth\n"))
    return sheet("A small network taught by 9 % of the patches", [[*top, Panel(curve, "")], bottom])


def _mosaic(patches: Patches, across: int = 6) -> NDArray[np.uint8]:
    """The heaviest patches as gray squares."""
    heaviest = np.argsort(-patches.weight)[: across * across]
    tiles = patches.seen[heaviest].reshape(across, across, TAPS, TAPS)
    padded = np.pad(tiles, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=2.5)
    side = across * (TAPS + 1)
    return magnified(shade(padded.swapaxes(1, 2).reshape(side, side), -2.5, 2.5), 5)


def _cut(truth: Plane) -> Plane:
    """The part that has whole patches."""
    edge = TAPS // 2 * SCALE
    return truth[edge:-edge, edge:-edge]


def _enlarged(truth: Plane, network: Network | None) -> Plane:
    """``truth`` shrunk and enlarged, as far as there are whole patches."""
    patches, contrast = patches_of(truth)
    base = _cut(resize(np.rint(resize(truth, 1 / SCALE)), SCALE))
    if network is None:
        return base
    side = len(base) // SCALE
    added = (network(patches.seen) * contrast).reshape(side, side, SCALE, SCALE)
    return base + added.swapaxes(1, 2).reshape(base.shape)
