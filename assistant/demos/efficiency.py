"""What SAFMN costs and gives beside RCAN and HAN: the same pictures, the same training data.

Parameters and multiply-adds are counted, the latter for each pixel of the result; memory is what
lives at once in tensors; seconds are processor time in torch, in one thread. RCAN and HAN in the
sizes of their papers have no weights here, so only their counts are told.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.content import folder
from assistant.demos.scenes import eight_bit, scene
from assistant.demos.shown import Figure, Shown
from assistant.imaging.measures import psnr_y
from assistant.imaging.resize import resize
from assistant.imaging.sheet import Panel, chart, sheet

if TYPE_CHECKING:
    from torch import Tensor, nn

    from assistant.networks import Network

Pixels = NDArray[np.uint8]

SHIPPED = {
    "SAFMN 2x": "safmn-x2",
    "RCAN small 2x": "rcan-small-x2",
    "SAFMN 4x": "safmn-x4",
    "HAN small 4x": "han-small-x4",
}
PAPERS = {"RCAN of the paper, 4x": "RCAN", "HAN of the paper, 4x": "HAN"}
_TIMES = 3  # the least is told; in one thread, because threads that wait for others cost time
_SIDE = 8  # of the picture on which multiply-adds are counted; they grow with its area


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a network: parameters, multiply-adds (thousands a pixel of the result), and where it ran
    megabytes of live tensors, seconds of processor time, and PSNR-Y in dB, of bicubic, too."""

    parameters: int
    operations: float
    memory: float = 0.0
    seconds: float = 0.0
    psnr: float = 0.0
    bicubic: float = 0.0


def show(seed: int = 0, pictures: int = 3, side: int = 192) -> Shown:
    """Costs and PSNR of the networks that ship and the counts of those of the papers."""
    truths = [eight_bit(scene(side, seed + n)) for n in range(pictures)]
    made = {name: _measured(weights, truths) for name, weights in SHIPPED.items()}
    costs = {name: cost for name, (cost, _) in made.items()}
    papers = {name: counted(architecture, 4) for name, architecture in PAPERS.items()}
    four, two = costs["SAFMN 4x"], costs["SAFMN 2x"]
    figures: list[Figure] = []
    for label, own, name in (("4x", four, "HAN small 4x"), ("2x", two, "RCAN small 2x")):
        other = costs[name]
        for told, unit, field in (
            ("multiply-adds a pixel of the result", "thousand", "operations"),
            ("PSNR-Y", "dB", "psnr"),
            ("parameters", "", "parameters"),
            ("memory of live tensors", "MB", "memory"),
            ("processor time in torch, one thread", "s", "seconds"),
        ):
            values = (getattr(own, field), getattr(other, field))
            figures.append(Figure(f"{told}, SAFMN {label}", *values, name, unit, field == "psnr"))
    for name, paper in papers.items():
        figures += [
            Figure("parameters, SAFMN 4x", four.parameters, paper.parameters, name, "", False),
            Figure("multiply-adds a pixel of the result, SAFMN 4x", four.operations,
                   paper.operations, name, "thousand", False),
        ]  # fmt: skip
    pictures_of = {name: results[0] for name, (_, results) in made.items()}
    return Shown(tuple(figures), _drawn(truths[0], costs, papers, pictures_of))


def counted(architecture: str, scale: int) -> Cost:
    """Parameters and multiply-adds of an architecture in the size of its paper."""
    import torch

    from assistant.networks import create
    from assistant.networks.architectures import ARCHITECTURES

    with torch.device("meta"):  # no time is spent on drawing weights
        module = create(architecture, scale=scale, **ARCHITECTURES[architecture].published[0])
    module.to_empty(device="cpu").requires_grad_(False)
    for values in (*module.parameters(), *module.buffers()):
        values.zero_()
    size = sum(parameter.numel() for parameter in module.parameters())
    return Cost(size, multiply_adds(module, scale))


def multiply_adds(module: nn.Module, scale: int) -> float:
    """Thousands of its convolutions for each pixel of the result, counted on a small black
    picture."""
    import torch

    total = 0

    def add(layer: nn.Module, _given: object, result: Tensor) -> None:
        nonlocal total
        weight = layer.weight
        assert isinstance(weight, torch.Tensor)  # noqa: S101 - a convolution has one
        total += result.numel() * weight[0].numel()

    convolutions = (torch.nn.Conv2d, torch.nn.Conv3d)
    hooks = [m.register_forward_hook(add) for m in module.modules() if isinstance(m, convolutions)]
    with torch.inference_mode():
        module(torch.zeros(1, 3, _SIDE, _SIDE))
    for hook in hooks:
        hook.remove()
    return total / (_SIDE * scale) ** 2 / 1000


def _measured(weights: str, truths: list[Pixels]) -> tuple[Cost, list[Pixels]]:
    """What a network that ships costs, over pictures, and its results."""
    from assistant.workflow.memory import live_bytes
    from assistant.workflow.weights import Weights

    path = folder("catalog") / "weights" / f"{weights}.safetensors"
    network = Weights(path, "shipped").load()
    lows = [resize(truth, 1 / network.scale) for truth in truths]
    _run(network, lows[0][:32, :32])  # what the first run alone has to do
    results, seconds = _timed(network, lows)
    ours = [psnr_y(made, truth, network.scale) for made, truth in zip(results, truths, strict=True)]
    plain = [
        psnr_y(resize(low, network.scale), truth, network.scale)
        for low, truth in zip(lows, truths, strict=True)
    ]
    memory = live_bytes(network) * lows[0].shape[0] * lows[0].shape[1] / 1e6
    operations = multiply_adds(network.module, network.scale)
    return Cost(
        network.parameters,
        operations,
        memory,
        seconds,
        float(np.mean(ours)),
        float(np.mean(plain)),
    ), results


def _timed(network: Network, lows: list[Pixels]) -> tuple[list[Pixels], float]:
    """The results, and the least processor time of one of them in one thread."""
    import torch

    threads, times = torch.get_num_threads(), list[float]()
    torch.set_num_threads(1)
    try:
        for low in lows * _TIMES:
            start = time.process_time()
            _run(network, low)
            times.append(time.process_time() - start)
    finally:
        torch.set_num_threads(threads)
    return [_run(network, low) for low in lows], min(times)


def _run(network: Network, low: Pixels) -> Pixels:
    from assistant.networks import backends

    made = backends.run_tile(network, low.astype(np.float32) / np.float32(255))
    return eight_bit(255 * made)


def _drawn(
    truth: Pixels,
    costs: Mapping[str, Cost],
    papers: Mapping[str, Cost],
    results: Mapping[str, Pixels],
) -> Pixels:
    panels = [Panel(truth, "truth")]
    panels += [
        Panel(
            results[name],
            f"{name}: {cost.psnr:.2f} dB\n{cost.psnr - cost.bicubic:+.2f} dB over bicubic\n"
            f"{cost.parameters:,} parameters\n{cost.operations:.1f} k multiply-adds a pixel\n"
            f"{cost.memory:.0f} MB, {cost.seconds:.2f} s of processor time",
        )
        for name, cost in costs.items()
    ]
    gains = {name: [(cost.operations, cost.psnr - cost.bicubic)] for name, cost in costs.items()}
    sizes = {
        name: [(cost.parameters, float(np.log10(cost.operations * 1000)))]
        for name, cost in (*costs.items(), *papers.items())
        if "4x" in name
    }
    graphs = [
        Panel(chart(gains, ("thousand multiply-adds a pixel of the result", "dB over bicubic"),
                    size=(480, 300), points=True, log=True), "What it gives for what it costs"),
        Panel(chart(sizes, ("parameters", "multiply-adds a pixel, power of ten"),
                    size=(480, 300), points=True, log=True), "4x, beside the sizes of the papers"),
    ]  # fmt: skip
    return sheet("SAFMN beside RCAN and HAN, trained here on the same pictures", [panels, graphs])
