"""SAFMN without torch: read, checked and run with numpy and ncnn, so that a run starts at once."""

from __future__ import annotations

import abc
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.networks import ncnn_safmn
from assistant.networks.architectures import ARCHITECTURES
from assistant.networks.detect import described
from assistant.networks.ncnn_graph import INPUT, Graph
from assistant.networks.network import Network

if TYPE_CHECKING:
    import ncnn

Pixels = NDArray[np.float32]
KERNELS = {"bicubic": -0.75, "bilinear": None}  # torch's: a of the cubic, or none
LIVE = 2200.0  # bytes an input pixel that ncnn holds for 36 channels at 4x, measured


def opened(path: Path, metadata: Mapping[str, str]) -> Network | None:
    """The network of a safetensors file that says it is a SAFMN; None where its keys, shapes or
    values are others: whoever loads it with torch says what is wrong."""
    import safetensors.numpy
    from safetensors import SafetensorError

    name = metadata.get("architecture", "")
    if name not in ncnn_safmn.POOLS or metadata.get("skip", "none") not in (*KERNELS, "none"):
        return None
    try:
        held = safetensors.numpy.load_file(path)
    except (SafetensorError, KeyError):  # damaged, or of a type that numpy does not have
        return None
    state = {key: np.asarray(value, np.float32) for key, value in held.items()}
    kind = ARCHITECTURES[name]
    if not all(mark in state for mark in kind.marks) or any(m in state for m in kind.absent):
        return None
    sizes = kind.hyperparameters(state)
    shapes = _shapes(sizes, ntire=name == "SAFMN-NTIRE")
    if {key: value.shape for key, value in state.items()} != shapes:
        return None
    if not all(np.isfinite(value).all() for value in state.values()):
        return None
    if metadata.get("scale", str(sizes["scale"])) != str(sizes["scale"]):
        return None
    count = sum(math.prod(shape) for shape in shapes.values())
    network = described(None, name, sizes, count, metadata)
    return replace(network, module=Light(state, sizes, name, network.skip))  # type: ignore[arg-type]  # called as a Frame is, on arrays


class Arrays(abc.ABC):
    """A module on arrays: float32 RGB [H,W,3] to [scale*H,scale*W,3], padding its own affair.

    ``live_bytes`` is what it holds for each input pixel while it runs.
    """

    live_bytes: float

    @abc.abstractmethod
    def __call__(self, picture: Pixels) -> Pixels:
        """One tile; raises MemoryError where there is too little."""


class Light(Arrays):
    """Maps float32 RGB [H,W,3] in 0..1 to [scale*H,scale*W,3]; loaded anew for another size."""

    def __init__(
        self, state: Mapping[str, Any], sizes: Mapping[str, int], name: str, skip: str | None
    ) -> None:
        self.state, self.sizes, self.ntire = state, sizes, name == "SAFMN-NTIRE"
        self.skip = skip
        self.live_bytes = LIVE * sizes["dim"] / 36
        self.size: tuple[int, int] | None = None
        self.net: ncnn.Net | None = None

    def __call__(self, picture: Pixels) -> Pixels:
        """One tile; raises MemoryError where there is too little."""
        from assistant.networks import ncnn_net

        height, width = picture.shape[:2]
        least = 16 if self.ntire else 8
        padding = [(0, max(0, least - side)) for side in (height, width)]
        padded = np.pad(picture, (*padding, (0, 0)), mode="reflect")
        size = (padded.shape[0], padded.shape[1])
        if self.net is None or self.size != size:
            self.net = None  # first gives its memory back
            graph = Graph(size)
            result = ncnn_safmn.write(graph, self.state, self.sizes, INPUT, ntire=self.ntire)
            layers = graph.text(result)
            self.net = ncnn_net.loaded(layers, graph.weights, ncnn_net.threads())
            self.size = size
        made = ncnn_net.run(self.net, padded.transpose(2, 0, 1)).transpose(1, 2, 0)
        scale = self.sizes["scale"]
        if self.skip:
            enlarged = padded
            for axis in (0, 1):
                enlarged = _enlarged(enlarged, scale, KERNELS[self.skip], axis)
            enlarged += made
            made = enlarged
        return made[: height * scale, : width * scale]


def _enlarged(picture: Pixels, scale: int, a: float | None, axis: int) -> Pixels:
    """torch's ``interpolate`` along one axis, without corner alignment; borders are replicated."""
    length = picture.shape[axis]
    reach = 2
    padding = [(0, 0)] * 3
    padding[axis] = (reach, reach)
    padded = np.pad(picture, padding, mode="edge")
    shape = list(picture.shape)
    shape[axis] *= scale
    result = np.empty(shape, np.float32)
    for phase in range(scale):
        at = (phase + 0.5) / scale - 0.5
        start = math.floor(at)
        total: Any = 0
        for tap in range(-1, 3):
            weight = _weight(at - start - tap, a)
            if weight:
                part = [slice(None)] * 3
                part[axis] = slice(reach + start + tap, reach + start + tap + length)
                total = total + np.float32(weight) * padded[tuple(part)]
        part = [slice(None)] * 3
        part[axis] = slice(phase, None, scale)
        result[tuple(part)] = total
    return result


def _weight(distance: float, a: float | None) -> float:
    far = abs(distance)
    if a is None:
        return max(0.0, 1 - far)
    if far <= 1:
        return ((a + 2) * far - (a + 3)) * far * far + 1
    return (((far - 5) * far + 8) * far - 4) * a if far < 2 else 0.0


def _shapes(sizes: Mapping[str, int], *, ntire: bool) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor of a state dict."""
    dim, wide, scale = sizes["dim"], sizes["dim"] * sizes["factor"], sizes["scale"]
    part = dim // 4
    filters = {"to_feat": (dim, 3, 3, 3), "to_img.0": (3 * scale * scale, dim, 3, 3)}
    inner: dict[str, tuple[int, ...]] = {}
    norms: list[str] = []
    for block in range(sizes["blocks"]):
        name = f"feats.{block}"
        inner |= {f"{name}.safm.mfr.{n}": (part, 1, 3, 3) for n in range(4)}
        inner[f"{name}.safm.aggr"] = (dim, dim, 1, 1)
        inner[f"{name}.ccm.ccm.0"] = (wide, dim, 3, 3)
        inner[f"{name}.ccm.ccm.2"] = (dim, wide, 1, 1)
        norms += [f"{name}.norm1", f"{name}.norm2"]
    found = {f"{name}.weight": shape for name, shape in (filters | inner).items()}
    biased = filters if ntire else filters | inner
    found |= {f"{name}.bias": shape[:1] for name, shape in biased.items()}
    if ntire:
        return found | {f"norm.{each}": (1, dim, 1, 1) for each in ("gamma", "beta")}
    return found | {f"{name}.{each}": (dim,) for name in norms for each in ("weight", "bias")}
