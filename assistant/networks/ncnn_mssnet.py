"""MSSNet as layers of ncnn; only the last of its pictures is made."""

from __future__ import annotations

from torch import nn

from assistant.networks import mssnet
from assistant.networks.ncnn_graph import Graph
from assistant.networks.ncnn_modules import residual, write, writes

Levels = list[str]
_State = tuple[Levels, Levels]  # what the encoder and the decoder of a stage give
_LEVELS = (1, 2, 3)

writes(mssnet.ResBlock)(residual)


@writes(mssnet.Resample)
def _resample(graph: Graph, module: mssnet.Resample, x: str) -> str:
    return write(graph, module.get_submodule(module.name), graph.resized(x, module.factor))


@writes(mssnet.MSSNet)
def _mssnet(graph: Graph, module: mssnet.MSSNet, x: str) -> str:
    def part(name: str, features: str) -> str:
        return write(graph, module.get_submodule(name), features)

    def joined(fusion: str, fine: str, coarse: str) -> str:
        return part(fusion, graph.layer("Concat", fine, coarse))

    def stage(name: str, features: str, before: _State | None) -> _State:
        encoded = _encoded(graph, module.get_submodule(f"E{name}"), features, before)
        return encoded, _decoded(graph, module.get_submodule(f"D{name}"), encoded)

    def doubled(state: _State) -> _State:
        first, second = ([graph.resized(level, 2) for level in levels] for levels in state)
        return first, second

    half = graph.resized(x, 0.5, corners=True)
    state = stage("1_1", part("shallow_feat1", _unshuffled(graph, half)), None)
    shallow = part("shallow_feat2", _unshuffled(graph, x))
    shallow = joined("fusion12", shallow, part("up_scale1_feat", state[1][0]))
    state = stage("2_1", shallow, doubled(state))
    state = stage("2_2", state[1][0], state)
    shallow = joined("fusion23", part("shallow_feat3", x), part("up_scale2_feat", state[1][0]))
    state = stage("3_1", shallow, doubled(state))
    state = stage("3_2", state[1][0], state)
    state = stage("3_3", state[1][0], state)
    return graph.add(part("tail3_3", state[1][0]), x)


def _encoded(graph: Graph, module: nn.Module, x: str, before: _State | None) -> Levels:
    levels: Levels = []
    for level in _LEVELS:
        if levels:
            x = write(graph, module.get_submodule(f"down{level - 1}{level}"), levels[-1])
        x = write(graph, module.get_submodule(f"encoder_level{level}"), x)
        if before:
            for kind, maps in zip(("enc", "dec"), before, strict=True):
                fusion = module.get_submodule(f"csff_{kind}{level}")
                x = graph.add(x, write(graph, fusion, maps[level - 1]))
        levels.append(x)
    return levels


def _decoded(graph: Graph, module: nn.Module, encoded: Levels) -> Levels:
    def part(name: str, x: str) -> str:
        return write(graph, module.get_submodule(name), x)

    three = part("decoder_level3", encoded[2])
    two = graph.add(part("up32", three), part("skip_attn2", encoded[1]))
    two = part("decoder_level2", two)
    one = graph.add(part("up21", two), part("skip_attn1", encoded[0]))
    return [part("decoder_level1", one), two, three]


def _unshuffled(graph: Graph, x: str) -> str:
    return graph.layer("Reorg", x, _0=2)
