"""The training loop: resumable, deterministic on one machine, its progress kept as history."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from assistant.networks import Network
from assistant.networks.detect import describe
from assistant.networks.mssnet import MSSNet
from training.optimizer import Muon
from training.patches import Patches
from training.recipes import Recipe
from training.scores import Task, gain

WARM_UP = 50  # iterations until the full step size
LOOKS = 10  # times that the held-back pictures are measured in a run
SAVES = 100  # iterations between checkpoints
FOURIER = {"MSSNet": 0.1}  # weight of the spectrum's L1 in the loss; 0.05 for the others
FINE = 5e-5  # squared error (43 dB) below which real deblurring gains little by more
History = list[dict[str, float]]


@dataclass
class Run:
    """A network on its way: what a checkpoint holds. ``origin`` says whose body it began with."""

    recipe: Recipe
    network: Network
    optimizers: list[torch.optim.Optimizer]
    origin: str = "none"
    iteration: int = 0
    seconds: float = 0.0
    history: History = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write a checkpoint under a temporary name, then rename."""
        fresh = path.with_suffix(".tmp")
        held = {
            "module": self.network.module.body.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "origin": self.origin,
            "iteration": self.iteration,
            "seconds": self.seconds,
            "history": self.history,
        }
        torch.save(held, fresh)
        fresh.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint of the same recipe."""
        held = torch.load(path, map_location="cpu", weights_only=True)
        self.network.module.body.load_state_dict(held["module"])
        for optimizer, state in zip(self.optimizers, held["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.origin = held["origin"]
        self.iteration, self.seconds = held["iteration"], held["seconds"]
        self.history = held["history"]


def prepared(recipe: Recipe, module: nn.Module, device: torch.device) -> Run:
    """A run at its start; ``module`` comes from ``starts.started``."""
    network = describe(module, {"skip": "none" if recipe.architecture == "MSSNet" else "bicubic"})
    network.module.value_range = 1
    network.module.to(device).channels_last()
    hidden: list[nn.Parameter] = []
    other: list[nn.Parameter] = []
    for name, part in module.named_modules():
        dense = isinstance(part, nn.Conv2d) and part.groups == 1 and min(part.weight.shape[:2]) > 3
        edge = name.startswith(("head", "tail", "to_", "sub_", "add_"))
        for parameter in part.parameters(recurse=False):
            matrix = dense and not edge and parameter.dim() == 4
            if parameter.requires_grad and not any(parameter is known for known in other):
                (hidden if matrix else other).append(parameter)
    adam = torch.optim.Adam(other, recipe.rate, betas=(0.9, 0.99))
    muon = [Muon(hidden, recipe.rate)] if recipe.muon else []
    if not muon:
        adam.add_param_group({"params": hidden})
    return Run(recipe, network, [adam, *muon])


def train(
    run: Run,
    patches: Patches,
    looks: Mapping[str, Sequence[Task]],
    checkpoint: Path,
    report: Callable[[Run, float], None],
    until: int | None = None,
) -> None:
    """Train to the end of the recipe (or to iteration ``until``), from ``checkpoint`` if there.

    ``looks`` are measured ten times for the history; nothing is chosen by them in here.
    """
    if checkpoint.exists():
        run.load(checkpoint)
    recipe = run.recipe
    device = next(run.network.module.parameters()).device
    end = recipe.iterations if until is None else min(until, recipe.iterations)
    losses: list[float] = []
    began = time.monotonic() - run.seconds
    while run.iteration < end:
        seed, progress = (recipe.seed, run.iteration), min(1.0, run.iteration / recipe.cycle)
        losses.append(_step(run, patches.batch(recipe.batch, seed, device, progress)))
        run.iteration += 1
        run.seconds = time.monotonic() - began
        last = run.iteration == end
        if last or run.iteration % max(recipe.iterations // LOOKS, 1) == 0:
            run.history.append(_look(run, sum(losses) / len(losses), looks))
            losses = []
        if last or run.iteration % SAVES == 0:
            run.save(checkpoint)
        report(run, losses[-1] if losses else run.history[-1]["loss"])


def rate_at(recipe: Recipe, iteration: int) -> float:
    """Linear warm-up, then a cosine to zero, in each cycle."""
    iteration %= recipe.cycle
    warm = min(1.0, (iteration + 1) / WARM_UP)
    return recipe.rate * warm * 0.5 * (1 + math.cos(math.pi * iteration / recipe.cycle))


def _step(run: Run, batch: tuple[Tensor, ...]) -> float:
    for optimizer in run.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate_at(run.recipe, run.iteration)
        optimizer.zero_grad()
    loss = _loss(run, *(part.contiguous(memory_format=torch.channels_last) for part in batch))
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    nn.utils.clip_grad_norm_(run.network.module.parameters(), 1.0)
    for optimizer in run.optimizers:
        optimizer.step()
    return loss.item()


def _loss(run: Run, low: Tensor, truth: Tensor, taught: Tensor) -> Tensor:
    body = run.network.module.body
    fourier = FOURIER.get(run.recipe.architecture, 0.05)
    if isinstance(body, MSSNet):
        half = nn.functional.interpolate(
            truth, scale_factor=0.5, mode="bilinear", align_corners=True
        )
        with torch.autocast(low.device.type, torch.bfloat16, enabled=run.recipe.half):
            outputs = body.stage_outputs(low)
        targets = [half] + [truth] * (len(outputs) - 1)
        pairs = list(zip(outputs, targets, strict=True))
        if run.recipe.real:
            return torch.stack([_decibels(o, t) for o, t in pairs]).sum()
        terms = [_l1(o, t) + fourier * _spectrum(o, t) for o, t in pairs]
        return torch.stack(terms).sum()
    made = run.network.module(low)
    return 0.5 * _l1(made, truth) + 0.5 * _l1(made, taught) + fourier * _spectrum(made, taught)


def _decibels(made: Tensor, truth: Tensor) -> Tensor:
    """Tenths of the PSNR, negative, by patch: an L1 would go on pulling sharp patches to the input
    and, with them, all others."""
    return (((made - truth) ** 2).mean(dim=(1, 2, 3)) + FINE).log10().mean()


def _l1(made: Tensor, truth: Tensor) -> Tensor:
    return (made - truth).abs().mean()


def _spectrum(made: Tensor, truth: Tensor) -> Tensor:
    return torch.view_as_real(torch.fft.rfft2(made - truth)).abs().mean()


def _look(run: Run, loss: float, looks: Mapping[str, Sequence[Task]]) -> dict[str, float]:
    run.network.module.eval()
    seen: dict[str, Any] = {"iteration": run.iteration, "seconds": run.seconds, "loss": loss}
    for name, tasks in looks.items():
        if tasks:
            seen[name] = gain(run.network, tasks)
    run.network.module.train()
    return seen
