"""Where a run starts: from bicubic with a zero head, or from another run's body.

RCAN and HAN work in 0..255 but are trained in 0..1, where one step size fits all their weights.
Their bodies are the same for both: only the first and the last convolution are scaled.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from assistant import networks
from training.recipes import RECIPES, Recipe

HEADS = {"SAFMN": ("to_img.0",), "RCAN": ("tail.1",), "HAN": ("tail.1",), "MSSNet": ("tail",)}
FRESH = {"SAFMN": ("to_img.",), "RCAN": ("tail.",), "HAN": ("tail.", "last", "csa.", "la.")}
RANGE = 255


def goes_on(recipe: Recipe) -> bool:
    """Whether it keeps the head of what it starts from: the same architecture and scale."""
    before = RECIPES.get(recipe.start or "")
    kind = (recipe.architecture, recipe.scale)
    return before is not None and kind == (before.architecture, before.scale)


def started(recipe: Recipe, body: Mapping[str, Tensor] | None, *, whole: bool = False) -> nn.Module:
    """A network in unit range whose output is zero (MSSNet: its input); ``body`` as trained.

    ``whole`` goes on with the head of ``body`` too.
    """
    torch.manual_seed(recipe.seed)
    module = networks.create(recipe.architecture, **recipe.hyperparameters)
    _rescale(module.state_dict(), 1 / RANGE, mean_only=True)
    if body is not None and whole:
        module.load_state_dict(body, strict=True)
        return module
    if body is not None:
        fresh = FRESH[recipe.architecture]
        taken = {key: value for key, value in body.items() if not key.startswith(fresh)}
        own = module.state_dict()
        own.update(taken)
        module.load_state_dict(own, strict=True)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.startswith(HEADS[recipe.architecture]):
                parameter.zero_()
            if name.startswith(("sub_mean", "add_mean")):
                parameter.requires_grad_(False)
            if name == "add_mean.bias":  # the skip from input to output brings the mean
                parameter.zero_()
        if recipe.architecture == "HAN":
            _pass_through(module)
    return module


def published(recipe: Recipe, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The trained state in the range of the architecture, ready to be saved."""
    state = {key: value.detach().clone().cpu().contiguous() for key, value in state.items()}
    if recipe.architecture in {"RCAN", "HAN"}:
        _rescale(state, RANGE, mean_only=False)
    return state


def _rescale(state: Mapping[str, Tensor], factor: float, *, mean_only: bool) -> None:
    """Change the range of RCAN's or HAN's state in place; other states hold none of the keys."""
    for key, value in state.items():
        if key in {"sub_mean.bias", "add_mean.bias"}:
            value.mul_(factor)
        elif mean_only:
            continue
        elif key.startswith("tail.1."):
            value.mul_(factor)
        elif key == "head.0.weight":
            value.div_(factor)


def _pass_through(module: nn.Module) -> None:
    """Let HAN begin as the RCAN whose body it has: its last convolution copies the body's map."""
    last = module.get_submodule("last")
    for parameter in last.parameters():
        parameter.zero_()
    weight = last.get_parameter("weight")
    for channel in range(weight.shape[0]):
        weight[channel, channel, 1, 1] = 1
