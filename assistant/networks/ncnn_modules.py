"""How the modules of our networks are written as layers of ncnn: the same sums, in float32.

A writer takes the graph, the module and the name of the module's input, and names its result.
This file has what networks share, RCAN and HAN; ncnn_safmn.py and ncnn_mssnet.py the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import nn

from assistant.errors import InputError
from assistant.networks import han, ncnn_safmn, rcan, safmn
from assistant.networks.architectures import ARCHITECTURES
from assistant.networks.ncnn_graph import MULTIPLY, NONE, RELU, SIGMOID, Graph, array

Writer = Callable[[Graph, Any, str], str]
_W = TypeVar("_W", bound=Writer)
_WRITERS: dict[type[nn.Module], Writer] = {}
_ACTIVATIONS: Mapping[type[nn.Module], int] = {nn.ReLU: RELU, nn.Sigmoid: SIGMOID}
_NEGATIVE = 1  # of UnaryOp


def writes(*kinds: type[nn.Module]) -> Callable[[_W], _W]:
    """Make a function the writer of these modules, not of what inherits from them."""

    def register(writer: _W) -> _W:
        _WRITERS.update(dict.fromkeys(kinds, writer))
        return writer

    return register


def write(graph: Graph, module: nn.Module, x: str) -> str:
    """Add the layers of ``module`` to the graph.

    Raises:
        InputError: it or a part of it has no writer.
    """
    writer = _WRITERS.get(type(module))
    if writer is None:
        raise InputError(
            f"--backend ncnn cannot express {type(module).__name__}; "
            "it runs RCAN, HAN, SAFMN and MSSNet",
            hint="leave --backend out",
        )
    return writer(graph, module, x)


@writes(nn.Sequential)
def _sequential(graph: Graph, module: nn.Sequential, x: str) -> str:
    parts = list(module)
    while parts:
        part = parts.pop(0)
        if type(part) is nn.Conv2d and parts and type(parts[0]) in _ACTIVATIONS:
            x = _convolution(graph, part, x, _ACTIVATIONS[type(parts.pop(0))])
        else:
            x = write(graph, part, x)
    return x


@writes(nn.Conv2d)
def _convolution(graph: Graph, module: nn.Conv2d, x: str, then: int = NONE) -> str:
    side = module.kernel_size[0]
    ordinary = nn.Conv2d(
        module.in_channels, module.out_channels, side, padding=side // 2, device="meta"
    )
    for name in ("kernel_size", "stride", "padding", "dilation", "groups", "padding_mode"):
        if getattr(module, name) != getattr(ordinary, name):
            raise InputError(
                f"--backend ncnn cannot express a convolution with {name} {getattr(module, name)}",
                hint="leave --backend out",
            )
    return graph.convolution(x, module.weight, module.bias, then=then)


@writes(nn.Identity)
def _identity(_graph: Graph, _module: nn.Identity, x: str) -> str:
    return x


@writes(nn.PReLU)
def _prelu(graph: Graph, module: nn.PReLU, x: str) -> str:
    return graph.prelu(x, module.weight)


@writes(nn.PixelShuffle)
def _pixel_shuffle(graph: Graph, module: nn.PixelShuffle, x: str) -> str:
    return graph.layer("PixelShuffle", x, _0=module.upscale_factor)


@writes(rcan.Block, rcan.Group)
def residual(graph: Graph, module: Any, x: str) -> str:
    """``x`` and what the module's ``body`` makes of it."""
    return graph.add(x, write(graph, module.body, x))


@writes(rcan.ChannelAttention)
def _channel_attention(graph: Graph, module: rcan.ChannelAttention, x: str) -> str:
    parts: list[Any] = list(module.conv_du)  # convolution, ReLU, convolution, sigmoid
    gate = graph.layer("Pooling", x, _0=1, _4=1)  # the mean of each channel
    for part, then in ((parts[0], RELU), (parts[2], SIGMOID)):
        gate = graph.linear(gate, part.weight.flatten(1), part.bias, then)
    return graph.binary(MULTIPLY, x, gate)


@writes(rcan.RCAN)
def _rcan(graph: Graph, module: rcan.RCAN, x: str) -> str:
    shallow = write(graph, module.head, write(graph, module.sub_mean, x))
    deep = graph.add(shallow, write(graph, module.body, shallow))
    return write(graph, module.add_mean, write(graph, module.tail, deep))


@writes(han.HAN)
def _han(graph: Graph, module: han.HAN, x: str) -> str:
    shallow = deep = write(graph, module.head, write(graph, module.sub_mean, x))
    maps = []
    for part in module.body:
        deep = write(graph, part, deep)
        maps.append(deep)
    features = module.last.out_channels
    layers = write(graph, module.last_conv, _layer_attention(graph, module.la, maps, features))
    both = graph.layer("Concat", _position_attention(graph, module.csa, deep, features), layers)
    deep = graph.add(write(graph, module.last, both), shallow)
    return write(graph, module.add_mean, write(graph, module.tail, deep))


def _layer_attention(
    graph: Graph, module: han.LayerAttention, maps: list[str], features: int
) -> str:
    """The maps, oldest first, as rows of a matrix; back to [maps*features,H,W]."""
    height, width = graph.size
    rows = graph.layer("Concat", *(graph.layer("Reshape", m, _0=-1, _1=1) for m in maps[::-1]))
    energy = graph.layer("MatMul", rows, rows, _0=1)  # the second is turned over
    # A softmax does not see what is added to a whole row: the greatest need not be taken off.
    weights = graph.layer("Softmax", graph.layer("UnaryOp", energy, _0=_NEGATIVE), _0=1, _1=1)
    mixed = graph.binary(MULTIPLY, graph.layer("MatMul", weights, rows), module.gamma.item())
    result = graph.add(mixed, rows)
    return graph.layer("Reshape", result, _0=width, _1=height, _2=len(maps) * features)


def _position_attention(graph: Graph, module: han.PositionAttention, x: str, features: int) -> str:
    """The filter over the volume [C,H,W] as a plain one, whose channel c sees c-1, c and c+1."""
    weight = torch.zeros(features, features, 3, 3)
    volume, bias = module.conv.parameters()
    for shift, plane in zip((-1, 0, 1), volume[0, 0], strict=True):
        beside = torch.diag(torch.ones(features - abs(shift)), shift)
        weight += beside[:, :, None, None] * plane
    gate = graph.convolution(x, weight, bias.expand(features), then=SIGMOID)
    change = graph.binary(MULTIPLY, x, graph.binary(MULTIPLY, gate, module.gamma.item()))
    return graph.add(x, change)


@writes(safmn.SAFMN)
def _safmn(graph: Graph, module: safmn.SAFMN, x: str) -> str:
    state = {key: array(value) for key, value in module.state_dict().items()}
    sizes = ARCHITECTURES["SAFMN"].hyperparameters(state)
    return ncnn_safmn.write(graph, state, sizes, x, ntire=module.ntire)
