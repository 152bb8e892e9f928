"""In the spirit of FeatSharp: coarse feature maps of an encoder, sharpened by the picture itself.

The encoder is a bank of fixed filters (energy of edges in eight directions, and color), pooled to
one vector for 8 x 8 pixels. Joint bilateral upsampling (Kopf et al., 2007) shares these vectors out
among 2 x 2 pixels after likeness in the picture; what was shared out is made to average to the
coarse map again; and a trained layer, linear, mixes several such maps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.demos.scenes import eight_bit, gray, scene, softened
from assistant.demos.shown import Figure, Shown
from assistant.imaging.sheet import Panel, magnified, shade, sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Maps = NDArray[np.float64]  # [H,W,C]

SIDE, COARSE, FINE = 192, 8, 2  # pixels: of the picture, of a coarse and of a fine cell
BY = COARSE // FINE
DIRECTIONS = 8
GUIDES = ((1.0, 15.0), (3.0, 30.0))  # blur of the picture, width in color
NEAR = 0.7  # coarse cells: the width in space
TAUGHT = (9001, 9002, 9003)  # scenes that the layer is trained on, never shown
RIDGE = 0.1
BILINEAR, LAYER, BLIND = "bilinear", "sharpened", "a layer without the picture"
GUIDED, FAITHFUL = "joint bilateral alone", "joint bilateral, faithful"


@dataclass(frozen=True)
class Case:
    """A picture [H,W,3] with its features as computed coarse and fine."""

    picture: Maps
    coarse: Maps
    fine: Maps


def encoded(picture: Maps) -> Maps:
    """The encoder's answer [H,W,11] at each pixel of RGB [H,W,3]."""
    luma = gray(picture)
    down, right = np.gradient(softened(luma[..., None], 0.7)[..., 0])
    strength, angle = np.hypot(down, right), np.arctan2(down, right)
    turns = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    toward = strength[..., None] * np.maximum(0, np.cos(2 * (angle[..., None] - turns)))
    energy = np.sqrt(softened(toward, 1.5) / 16 + 0.01)
    color = np.stack([luma, picture[..., 0] - luma, picture[..., 2] - luma], axis=-1)
    return np.concatenate([energy, color / 64], axis=-1)


def case(seed: int) -> Case:
    """A scene with its features; those computed fine are the truth."""
    picture = scene(SIDE, seed, 120)
    answer = encoded(picture)
    return Case(picture, pooled(answer, COARSE), pooled(answer, FINE))


def pooled(maps: Maps, side: int) -> Maps:
    """The mean of each cell of ``side`` x ``side``."""
    height, width = (length // side for length in maps.shape[:2])
    return np.asarray(maps.reshape(height, side, width, side, -1).mean(axis=(1, 3)))


def bilinear(coarse: Maps) -> Maps:
    """``coarse`` interpolated to fine cells."""
    result = coarse
    for _ in range(2):
        length = result.shape[0]
        place = np.clip((np.arange(length * BY) + 0.5) / BY - 0.5, 0, length - 1)
        first = np.minimum(place.astype(int), length - 2)
        share = (place - first)[:, None, None]
        result = (result[first] * (1 - share) + result[first + 1] * share).swapaxes(0, 1)
    return result


def guided(coarse: Maps, picture: Maps, blur: float, width: float) -> Maps:
    """Joint bilateral upsampling: each fine cell a mean of the coarse cells around it, weighted by
    nearness and by how alike the blurred picture is there."""
    guide = pooled(softened(picture, blur), FINE)
    held = np.concatenate([coarse, pooled(guide, BY)], axis=-1)
    padded = np.pad(held, ((2, 2), (2, 2), (0, 0)), mode="edge")
    rows, columns = (np.arange(length) for length in guide.shape[:2])
    total, weight = np.zeros((*guide.shape[:2], coarse.shape[2])), np.zeros((*guide.shape[:2], 1))
    for y in range(-2, 3):
        for x in range(-2, 3):
            cells = padded[rows // BY + y + 2][:, columns // BY + x + 2]
            down = (rows // BY + y) - ((rows + 0.5) / BY - 0.5)
            right = (columns // BY + x) - ((columns + 0.5) / BY - 0.5)
            near = np.exp(-(down[:, None] ** 2 + right**2) / (2 * NEAR**2))
            apart = np.square(cells[..., coarse.shape[2] :] - guide).sum(axis=-1)
            share = near * (np.exp(-apart / (2 * width**2)) + 1e-9)
            total += share[..., None] * cells[..., : coarse.shape[2]]
            weight += share[..., None]
    return total / weight


def faithful(fine: Maps, coarse: Maps) -> Maps:
    """``fine`` moved until its cells average to ``coarse``, all but."""
    for _ in range(2):
        fine = fine + bilinear(coarse - pooled(fine, BY))
    return fine


def proposals(coarse: Maps, picture: Maps | None) -> list[Maps]:
    """The maps that the layer mixes; without a picture, those that need none."""
    found = [bilinear(coarse)]
    if picture is not None:
        found += [guided(coarse, picture, *guide) for guide in GUIDES]
    return found + [faithful(one, coarse) for one in found]


def trained(cases: Sequence[Case], *, sees: bool) -> Maps:
    """The layer [C,N+1,1]: for each feature the weights of the proposals that fit ``cases``."""
    stacks = [_stacked(proposals(c.coarse, c.picture if sees else None)) for c in cases]
    inputs = np.concatenate([s.reshape(-1, *s.shape[2:]) for s in stacks]).swapaxes(0, 1)
    wanted = np.concatenate([c.fine.reshape(-1, c.fine.shape[2]) for c in cases]).T
    inner = inputs.swapaxes(1, 2) @ inputs + RIDGE * np.eye(inputs.shape[2])
    return np.linalg.solve(inner, inputs.swapaxes(1, 2) @ wanted[..., None])


def sharpened(coarse: Maps, picture: Maps | None, layer: Maps) -> Maps:
    """The layer's mixture for ``coarse``."""
    return np.asarray(
        np.einsum("hwcn,cn->hwc", _stacked(proposals(coarse, picture)), layer[..., 0])
    )


def _stacked(maps: Sequence[Maps]) -> NDArray[np.float64]:
    """[H,W,C,N+1]: the proposals and a constant."""
    return np.stack([*maps, np.ones_like(maps[0])], axis=-1)


def show(seed: int = 0) -> Shown:
    """Errors of the ways to refine the coarse features of one scene, in units of their spread."""
    taught, held = [case(one) for one in TAUGHT], case(seed)
    spread = np.concatenate([c.fine.reshape(-1, c.fine.shape[2]) for c in taught]).std(axis=0)
    one = guided(held.coarse, held.picture, *GUIDES[-1])
    made = {
        BILINEAR: bilinear(held.coarse),
        BLIND: sharpened(held.coarse, None, trained(taught, sees=False)),
        GUIDED: one,
        FAITHFUL: faithful(one, held.coarse),
        LAYER: sharpened(held.coarse, held.picture, trained(taught, sees=True)),
    }
    errors = {name: _error(maps, held.fine, spread) for name, maps in made.items()}
    edges = [_error(made[n], held.fine, spread, DIRECTIONS) for n in (LAYER, BILINEAR)]
    pairs = ((LAYER, BILINEAR), (LAYER, BLIND), (FAITHFUL, BILINEAR), (GUIDED, BILINEAR))
    figures = [
        Figure(f"error, {name}", errors[name], errors[other], other, "", higher_is_better=False)
        for name, other in pairs
    ]
    told = f"error of the {DIRECTIONS} maps of edges, {LAYER}"
    figures.append(Figure(told, edges[0], edges[1], BILINEAR, "", higher_is_better=False))
    return Shown(tuple(figures), _drawn(held, made, errors))


def _error(maps: Maps, fine: Maps, spread: Maps, features: int | None = None) -> float:
    """Mean squared error of the first ``features``, in units of each one's variance."""
    return float(np.square((maps - fine) / spread)[..., :features].mean())


def _drawn(held: Case, made: Mapping[str, Maps], errors: Mapping[str, float]) -> NDArray[np.uint8]:
    told = {
        BILINEAR: f"bilinear; all features:\nerror {errors[BILINEAR]:.3f}",
        LAYER: f"sharpened; all features:\nerror {errors[LAYER]:.3f}",
    }
    maps = {
        "the encoder's map,\none cell for 8 x 8 pixels": held.coarse,
        **{said: made[name] for name, said in told.items()},
        "truth: computed\nfour times finer": held.fine,
    }
    rows = []
    for feature, name in ((0, "energy of upright edges"), (DIRECTIONS + 1, "redness")):
        ends = held.fine[..., feature].min(), held.fine[..., feature].max()
        first = Panel(eight_bit(held.picture), f"{name}:\nthe picture")
        rest = [
            Panel(magnified(shade(one[..., feature], *ends), SIDE // len(one)), said)
            for said, one in maps.items()
        ]
        rows.append([first, *rest])
    return sheet("Feature maps made four times finer with the picture as guide", rows)
