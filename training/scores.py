"""How good a network is on Set5 and on held-back pictures, beside doing without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.imaging.measures import psnr_y, ssim_y
from assistant.imaging.resize import resize
from assistant.networks import Network
from training.blur import blurred
from training.damage import compressed, noisy
from training.patches import apply
from training.pictures import SHARED, Picture, cut, held_back, read, reduced
from training.recipes import Recipe

BLUR_SEED = 2026  # of the held-back blurred pictures; training draws others


@dataclass(frozen=True)
class Task:
    """One picture to restore: what is given, the truth, and what plain methods make of it."""

    given: Picture
    truth: Picture
    plain: Picture
    scale: int


@dataclass(frozen=True)
class Score:
    """Means over pictures; ``gains`` holds each picture's PSNR-Y gain over the plain method."""

    psnr: float
    ssim: float
    plain_psnr: float
    plain_ssim: float
    gains: tuple[float, ...]

    @property
    def gain(self) -> float:
        """The mean gain in dB."""
        return self.psnr - self.plain_psnr


DAMAGES: Mapping[str, tuple[float, int | None]] = {
    "clean": (0, None),
    "JPEG 50": (0, 50),
    "noise 10": (10, None),
    "noise 25": (25, None),
    "noise 10, JPEG 50": (10, 50),
}
"""What real weights are measured on: sigma of the noise of 255, then the quality of the JPEG."""


def spoiled(picture: Picture, damage: str, number: int) -> Picture:
    """``picture`` with one of ``DAMAGES``; the same ``number`` draws the same noise."""
    random = np.random.default_rng((BLUR_SEED, number))
    sigma, quality = DAMAGES[damage]
    made = noisy(picture, random, sigma) if sigma else picture
    return compressed(made, random, quality) if quality else made


def damaged_tasks(scale: int, damage: str) -> list[Task]:
    """Twenty BSDS500 pictures, reduced by ``scale`` and spoiled by ``damage``."""
    tasks = []
    for number, path in enumerate(held_back()):
        truth = cut(read(path), scale)
        low = reduced(truth, scale) if scale > 1 else truth
        tasks.append(upscaling(spoiled(low, damage, number), truth, scale))
    return tasks


def real_tasks(scale: int) -> dict[str, list[Task]]:
    """For each of ``DAMAGES`` the held-back pictures and, where there are LR files, Set5."""
    kinds = [damage for damage in DAMAGES if scale > 1 or any(DAMAGES[damage])]
    tasks = {f"20 held-back pictures, {kind}": damaged_tasks(scale, kind) for kind in kinds}
    base = set5_tasks(scale)
    for kind in kinds if base else ():
        tasks[f"Set5, {kind}"] = [
            upscaling(spoiled(each.given, kind, number), each.truth, scale)
            for number, each in enumerate(base)
        ]
    return tasks


BLURS: Mapping[str, tuple[float | None, float]] = {
    "blurred by 2 to 8 pixels": (None, 0),
    "blurred by 9 pixels": (9, 0),
    "blurred by 15 pixels": (15, 0),
    "blurred by 9 pixels, noise 3": (9, 3),
}
"""What deblurring is measured on: length of the camera's path, then sigma of the noise."""


def blurred_tasks(kind: str) -> list[Task]:
    """Twenty BSDS500 pictures, blurred as one of ``BLURS``."""
    length, sigma = BLURS[kind]
    tasks = []
    for number, path in enumerate(held_back()):
        random = np.random.default_rng((BLUR_SEED, number))
        truth = cut(read(path), 16)
        given = blurred(truth, random, length)
        given = noisy(given, random, sigma) if sigma else given
        tasks.append(Task(given, truth, given, 1))
    return tasks


def of_recipe(recipe: Recipe) -> dict[str, list[Task]]:
    """All tasks that the card of a recipe reports."""
    if recipe.architecture == "MSSNet":
        kinds = BLURS if recipe.real else list(BLURS)[:1]
        return {f"20 held-back pictures, {kind}": blurred_tasks(kind) for kind in kinds}
    if recipe.real:
        return real_tasks(recipe.scale)
    return {
        "20 held-back BSDS500 pictures": held_back_tasks(recipe.scale),
        "Set5": set5_tasks(recipe.scale),
    }


def looks_of(recipe: Recipe) -> dict[str, list[Task]]:
    """What is looked at during a run: twenty pictures, of each kind in turn, and Set5."""
    kinds = {name: given for name, given in of_recipe(recipe).items() if name != "Set5"}
    every = [given for name, given in kinds.items() if name.startswith("20 ")]
    mixed = [every[n % len(every)][n] for n in range(len(every[0]))]
    return {"held_back": mixed} | ({} if recipe.real else {"set5": set5_tasks(recipe.scale)})


def held_back_tasks(scale: int) -> list[Task]:
    """Twenty BSDS500 pictures, reduced by ``scale``, or blurred where it is 1."""
    if scale == 1:
        return blurred_tasks(next(iter(BLURS)))
    tasks = []
    for path in held_back():
        truth = cut(read(path), scale)
        tasks.append(upscaling(reduced(truth, scale), truth, scale))
    return tasks


def set5_tasks(scale: int) -> list[Task]:
    """The five pictures with the published LR files; none for deblurring."""
    root = SHARED / "images" / "Set5" / f"image_SRF_{scale}"
    lows = sorted(root.glob("*_LR.png"))
    return [
        upscaling(read(low), read(low.with_name(low.name.replace("_LR", "_HR"))), scale)
        for low in lows
    ]


def upscaling(given: Picture, truth: Picture, scale: int) -> Task:
    """The plain method is bicubic; without enlarging, the input as it is."""
    return Task(given, truth, resize(given, scale) if scale > 1 else given, scale)


def gain(network: Network, tasks: Sequence[Task]) -> float:
    """The mean gain in PSNR-Y alone: quick enough to look at during training."""
    made = [(apply(network, task.given), task) for task in tasks]
    return float(
        np.mean(
            [
                psnr_y(picture, task.truth, task.scale) - psnr_y(task.plain, task.truth, task.scale)
                for picture, task in made
            ]
        )
    )


def score(network: Network, tasks: Sequence[Task]) -> Score:
    """Restore all ``tasks`` with ``network`` and measure PSNR-Y and SSIM-Y, border = scale."""
    rows = []
    for task in tasks:
        made = apply(network, task.given)
        border = task.scale
        rows.append(
            [
                measure(p, task.truth, border)
                for measure in (psnr_y, ssim_y)
                for p in (made, task.plain)
            ]
        )
    psnr, plain_psnr, ssim, plain_ssim = (float(column) for column in np.mean(rows, axis=0))
    gains = tuple(float(row[0] - row[1]) for row in rows)
    return Score(psnr, ssim, plain_psnr, plain_ssim, gains)
