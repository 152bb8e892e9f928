"""SAFMN and its NTIRE variant as layers of ncnn, from their arrays alone: torch is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from assistant.networks.ncnn_graph import ADD, DIVIDE, MULTIPLY, NEAREST, Graph

State = Mapping[str, Any]
POOLS = {"SAFMN": (1, 2, 4, 8), "SAFMN-NTIRE": (1, 4, 8, 16)}
_CHANNELS_LAST, _CHANNELS_FIRST = 3, 4  # orders of Permute
_MEAN, _ROOT_OF_SQUARES = 3, 8  # of Reduction
_REST = -233


def write(graph: Graph, state: State, sizes: Mapping[str, int], x: str, *, ntire: bool) -> str:
    """Add the layers of the network with this state dict of arrays; names its result."""

    def convolution(name: str, x: str) -> str:
        return graph.convolution(x, state[f"{name}.weight"], state.get(f"{name}.bias"))

    x = convolution("to_feat", x)
    if ntire:
        x = _response_norm(graph, state["norm.gamma"], state["norm.beta"], x)
    shallow, pools = x, POOLS["SAFMN-NTIRE" if ntire else "SAFMN"]
    for block in range(sizes["blocks"]):
        name = f"feats.{block}"
        normed = x if ntire else _layer_norm(graph, state, f"{name}.norm1", x)
        x = graph.add(_safm(graph, state, f"{name}.safm", (normed, pools)), x)
        normed = x if ntire else _layer_norm(graph, state, f"{name}.norm2", x)
        wide = graph.layer("GELU", convolution(f"{name}.ccm.ccm.0", normed))
        x = graph.add(convolution(f"{name}.ccm.ccm.2", wide), x)
    image = convolution("to_img.0", x if ntire else graph.add(x, shallow))
    return graph.layer("PixelShuffle", image, _0=sizes["scale"])


def _layer_norm(graph: Graph, state: State, name: str, x: str) -> str:
    last = graph.layer("Permute", x, _0=_CHANNELS_LAST)
    normed = graph.layer_norm(last, state[f"{name}.weight"], state[f"{name}.bias"], eps=1e-6)
    return graph.layer("Permute", normed, _0=_CHANNELS_FIRST)


def _response_norm(graph: Graph, gamma: Any, beta: Any, x: str) -> str:
    gamma, beta = np.ravel(gamma), np.ravel(beta)
    energy = graph.layer("Reduction", x, _0=_ROOT_OF_SQUARES, _1=0, _3=(1, 2), _5=1)
    mean = graph.layer("Reduction", energy, _0=_MEAN, _1=1, _5=1)
    share = graph.binary(DIVIDE, energy, graph.binary(ADD, mean, 1e-6))
    factor = graph.scaled(share, gamma, np.ones_like(gamma))
    changed = graph.binary(MULTIPLY, x, factor)
    return graph.scaled(changed, np.ones_like(beta), beta)


def _safm(graph: Graph, state: State, name: str, given: tuple[str, tuple[int, ...]]) -> str:
    """The mixture as a sum: a 1x1 filter may stand before the resizing as well as after it.

    So it runs on the small maps, coarse ones are enlarged in steps, and nothing is concatenated.
    """
    x, pools = given
    height, width = graph.size
    even = not (height % max(pools) or width % max(pools))
    total = ""
    for index, pool in reversed(list(enumerate(pools))):
        part = _group(graph, state, name, (x, pools, index, even))
        if pool > 1 and not even:
            part = graph.layer("Interp", part, _0=NEAREST, _3=height, _4=width)
        total = graph.add(part, total) if total else part
        if pool > 1 and even:
            total = graph.resized(total, pool // pools[index - 1], NEAREST)
    return graph.binary(MULTIPLY, graph.layer("GELU", total), x)


def _group(
    graph: Graph, state: State, name: str, given: tuple[str, tuple[int, ...], int, bool]
) -> str:
    """Group ``index`` of the channels, pooled, filtered and mixed into all channels.

    ncnn keeps 8 or 4 channels together and is slow where a cut runs through these; so some
    channels of the neighbors come along, with zeros for weights.
    """
    x, pools, index, even = given
    mix = state[f"{name}.aggr.weight"]
    dim, pool = mix.shape[1], pools[index]
    each = dim // len(pools)
    first, last = index * each, (index + 1) * each
    step = next(n for n in (8, 4, 1) if dim % n == 0)
    start, stop = first // step * step, -(-last // step) * step
    extra = (first - start, stop - last)
    if stop - start < dim:
        x = graph.layer("Crop", x, _0=0, _1=0, _2=start, _3=_REST, _4=_REST, _5=stop - start)
    if pool > 1 and even:
        x = graph.layer("Pooling", x, _0=0, _1=pool, _2=pool, _5=1)
    elif pool > 1:
        height, width = graph.size
        x = graph.layer("Pooling", x, _0=0, _7=1, _8=width // pool, _18=height // pool)
    own, bias = state[f"{name}.mfr.{index}.weight"], state.get(f"{name}.mfr.{index}.bias")
    weight = np.pad(own, (extra, (0, 0), (0, 0), (0, 0)))
    x = graph.convolution(
        x, weight, None if bias is None else np.pad(bias, extra), groups=stop - start
    )
    mixed = np.pad(mix[:, first:last], ((0, 0), extra, (0, 0), (0, 0)))
    return graph.convolution(x, mixed, state.get(f"{name}.aggr.bias") if index == 0 else None)
