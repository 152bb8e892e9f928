"""What is trained, in order: architecture, size, start and length of each run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SAFMN: Mapping[str, int] = {"dim": 36, "blocks": 8, "factor": 2}
RCAN: Mapping[str, int] = {"groups": 3, "blocks": 4, "features": 32, "reduction": 8}
MSSNET: Mapping[str, int] = {"wf": 16, "scale": 8, "vscale": 8}


@dataclass(frozen=True)
class Recipe:
    """One run. ``start`` names the recipe that it begins with; of another scale or architecture
    only the body is taken over and the head is made anew.

    ``rate`` is the first step size of a cosine to zero, ``side`` the patch in LR pixels.
    ``taught`` adds the teacher's outputs to the loss. ``real`` damages the patches as pictures that
    people have are (``damage.py``; MSSNet's: ``blur.shaken``). ``half`` multiplies in
    bfloat16, nearly twice as fast where the processor can (AMX). ``paths`` are the pixels of the
    longest camera path at the start of a run and at the end of its first cycle; a run of several
    ``cycles`` starts its step size anew with each (SGDR, Loshchilov and Hutter 2017). The weights
    of a finished run are ``averaged`` with those of another from the same start (model soups,
    Wortsman et al. 2022). What does not ``ships`` is a step on the way.
    """

    id: str
    architecture: str
    scale: int
    sizes: Mapping[str, int]
    iterations: int
    rate: float = 2e-3
    batch: int = 4
    side: int = 32
    start: str | None = None
    taught: bool = False
    real: bool = False
    muon: bool = True
    half: bool = False
    paths: tuple[float, float] = (9.0, 17.0)
    cycles: int = 1
    averaged: str | None = None
    ships: bool = True
    seed: int = 1

    @property
    def cycle(self) -> int:
        """Iterations of one cycle."""
        return self.iterations // self.cycles

    @property
    def hyperparameters(self) -> dict[str, int]:
        """What ``networks.create`` takes."""
        if self.architecture == "MSSNet":  # its "scale" is a number of channels
            return dict(self.sizes)
        return {"scale": self.scale, **self.sizes}


RECIPES: Mapping[str, Recipe] = {
    recipe.id: recipe
    for recipe in (
        Recipe("safmn-x4", "SAFMN", 4, SAFMN, 14000, rate=3e-3, taught=True),
        Recipe("safmn-x3", "SAFMN", 3, SAFMN, 3600, start="safmn-x4"),
        Recipe("safmn-x2", "SAFMN", 2, SAFMN, 3600, start="safmn-x4"),
        Recipe("rcan-small-x2", "RCAN", 2, RCAN, 1200, batch=8),
        Recipe("rcan-small-x3", "RCAN", 3, RCAN, 9000, start="rcan-small-x2"),
        Recipe("han-small-x4", "HAN", 4, RCAN, 16000, start="rcan-small-x3", taught=True),
        Recipe("mssnet-small", "MSSNet", 1, MSSNET, 7500, side=64),
        Recipe(
            "mssnet-real",
            "MSSNet",
            1,
            MSSNET,
            2000,
            5e-4,
            side=80,
            start="mssnet-small",
            real=True,
            half=True,
            ships=False,
        ),
        Recipe(
            "mssnet-far",
            "MSSNet",
            1,
            MSSNET,
            6000,
            5e-4,
            side=80,
            start="mssnet-real",
            real=True,
            half=True,
            paths=(13.0, 21.0),
            cycles=2,
        ),
        Recipe(
            "safmn-x4-real-short",
            "SAFMN",
            4,
            SAFMN,
            5200,
            1.5e-3,
            8,
            start="safmn-x4",
            real=True,
            ships=False,
        ),
        Recipe(
            "safmn-x4-real",
            "SAFMN",
            4,
            SAFMN,
            16000,
            1.5e-3,
            8,
            start="safmn-x4",
            real=True,
            averaged="safmn-x4-real-short",
        ),
        Recipe("safmn-x1-real", "SAFMN", 1, SAFMN, 9600, 2e-3, 4, 48, "safmn-x4", real=True),
        Recipe(
            "safmn-x2-real",
            "SAFMN",
            2,
            SAFMN,
            700,
            1.5e-3,
            8,
            start="safmn-x4-real-short",
            real=True,
        ),
    )
}
