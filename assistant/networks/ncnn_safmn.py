"""SAFMN and its NTIRE variant as layers of ncnn."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from assistant.networks import safmn
from assistant.networks.ncnn_graph import ADD, DIVIDE, MULTIPLY, NEAREST, Graph
from assistant.networks.ncnn_modules import write, writes

_CHANNELS_LAST, _CHANNELS_FIRST = 3, 4  # orders of Permute
_MEAN, _ROOT_OF_SQUARES = 3, 8  # of Reduction
_REST = -233


@writes(safmn.LayerNorm)
def _layer_norm(graph: Graph, module: safmn.LayerNorm, x: str) -> str:
    last = graph.layer("Permute", x, _0=_CHANNELS_LAST)
    normed = graph.layer_norm(last, module.weight, module.bias, eps=1e-6)
    return graph.layer("Permute", normed, _0=_CHANNELS_FIRST)


@writes(safmn.ResponseNorm)
def _response_norm(graph: Graph, module: safmn.ResponseNorm, x: str) -> str:
    gamma, beta = module.gamma.flatten(), module.beta.flatten()
    energy = graph.layer("Reduction", x, _0=_ROOT_OF_SQUARES, _1=0, _3=(1, 2), _5=1)
    mean = graph.layer("Reduction", energy, _0=_MEAN, _1=1, _5=1)
    share = graph.binary(DIVIDE, energy, graph.binary(ADD, mean, 1e-6))
    factor = graph.scaled(share, gamma, torch.ones_like(gamma))
    changed = graph.binary(MULTIPLY, x, factor)
    return graph.scaled(changed, torch.ones_like(beta), beta)


@writes(safmn.SAFM)
def _safm(graph: Graph, module: safmn.SAFM, x: str) -> str:
    """The mixture as a sum: a 1x1 filter may stand before the resizing as well as after it.

    So it runs on the small maps, coarse ones are enlarged in steps, and nothing is concatenated.
    """
    height, width = graph.size
    even = not (height % max(module.pools) or width % max(module.pools))
    total = ""
    for index, pool in reversed(list(enumerate(module.pools))):
        part = _group(graph, module, x, index, even=even)
        if pool > 1 and not even:
            part = graph.layer("Interp", part, _0=NEAREST, _3=height, _4=width)
        total = graph.add(part, total) if total else part
        if pool > 1 and even:
            total = graph.resized(total, pool // module.pools[index - 1], NEAREST)
    return graph.binary(MULTIPLY, graph.layer("GELU", total), x)


def _group(graph: Graph, module: safmn.SAFM, x: str, index: int, *, even: bool) -> str:
    """Group ``index`` of the channels, pooled, filtered and mixed into all channels.

    ncnn keeps 8 or 4 channels together and is slow where a cut runs through these; so some
    channels of the neighbors come along, with zeros for weights.
    """
    dim, pool = module.aggr.in_channels, module.pools[index]
    each = dim // len(module.pools)
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
    own: Any = module.mfr[index]
    weight = functional.pad(own.weight, (0, 0, 0, 0, 0, 0, *extra))
    bias = None if own.bias is None else functional.pad(own.bias, extra)
    x = graph.convolution(x, weight, bias, groups=stop - start)
    mix = functional.pad(module.aggr.weight[:, first:last], (0, 0, 0, 0, *extra))
    return graph.convolution(x, mix, module.aggr.bias if index == 0 else None)


@writes(safmn.Block)
def _safmn_block(graph: Graph, module: safmn.Block, x: str) -> str:
    x = graph.add(write(graph, module.safm, write(graph, module.norm1, x)), x)
    return graph.add(write(graph, module.ccm, write(graph, module.norm2, x)), x)


@writes(safmn.SAFMN)
def _safmn(graph: Graph, module: safmn.SAFMN, x: str) -> str:
    shallow = write(graph, module.norm, write(graph, module.to_feat, x))
    deep = write(graph, module.feats, shallow)
    return write(graph, module.to_img, deep if module.ntire else graph.add(deep, shallow))


@writes(safmn.CCM)
def _ccm(graph: Graph, module: safmn.CCM, x: str) -> str:
    return write(graph, module.ccm, x)
