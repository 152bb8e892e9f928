"""What runs a network with ncnn, the extra ``fast``: 3x3 convolutions by Winograd's algorithm."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import ncnn
import numpy as np
import torch
from torch import Tensor, nn

from assistant.errors import AssistantError, InputError
from assistant.networks import ncnn_mssnet, ncnn_safmn
from assistant.networks.frame import Frame
from assistant.networks.ncnn_graph import INPUT, RESULT, Graph
from assistant.networks.ncnn_modules import write

if TYPE_CHECKING:
    from assistant.networks import Network

__all__ = ["Ncnn", "framed", "ncnn_mssnet", "ncnn_safmn"]  # the last two register writers
_ANY_SIZE = (64, 64)


def framed(network: Network) -> Frame:
    """The network's module with a body that ncnn runs; value range and skip stay torch's.

    Raises:
        InputError: the network is none of ours, or a part of it cannot be expressed.
    """
    frame = network.module
    if not isinstance(frame, Frame):  # of spandrel
        raise InputError(
            f"--backend ncnn cannot express {network.architecture}; "
            "it runs RCAN, HAN, SAFMN and MSSNet",
            hint="leave --backend out",
        )
    return Frame(Ncnn(frame.body), frame.scale, frame.value_range, frame.skip)


class Ncnn(nn.Module):
    """A module that ncnn runs; loaded at the first picture.

    One network is kept at a time, because its filters in Winograd's form take seven times the
    memory of the weights; where layers depend on the size, another size is loaded anew.

    Raises:
        InputError: a part of the module cannot be expressed.
    """

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        write(Graph(_ANY_SIZE), module, INPUT)  # refuses what it cannot write
        self.module = module
        self.net: ncnn.Net | None = None
        self.size: tuple[int, int] | None = None  # None: any

    def forward(self, pictures: Tensor) -> Tensor:
        """Map [N,3,H,W] to what the module makes of it, within rounding.

        Raises:
            MemoryError: ncnn gave nothing.
        """
        size = (pictures.shape[-2], pictures.shape[-1])
        fits = self.net is not None and self.size in (None, size)
        net = self.net if fits else self._load(size)
        return torch.stack([_run(net, picture) for picture in pictures])

    def _load(self, size: tuple[int, int]) -> ncnn.Net:
        self.net = None  # first gives its memory back
        graph = Graph(size)
        layers = graph.text(write(graph, self.module, INPUT))
        self.net = loaded(layers, graph.weights)
        self.size = size if graph.sized else None
        return self.net


def loaded(layers: str, weights: bytes) -> ncnn.Net:
    """The network of these files; on as many threads as torch takes.

    Raises:
        AssistantError: ncnn does not take them.
    """
    net = ncnn.Net()
    net.opt.num_threads = torch.get_num_threads()
    # Nothing is rounded to 16 bits.
    for part in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{part}", False)
    # From files: the bindings take weights from memory as text only, which ends at a zero.
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "layers"), Path(folder, "weights")
        one.write_text(layers, "ascii")
        two.write_bytes(weights)
        if net.load_param(str(one)) or net.load_model(str(two)):
            raise AssistantError(
                "ncnn does not load the network written for it", hint="leave --backend out"
            )
    return net


def _run(net: ncnn.Net, picture: Tensor) -> Tensor:
    # A Mat over numpy's memory neither keeps it alive nor survives layers that work in place.
    pixels = np.ascontiguousarray(picture.numpy())
    given = ncnn.Mat(pixels).clone()
    run = net.create_extractor()
    run.input(INPUT, given)
    failed, result = run.extract(RESULT)
    if failed or result.empty():
        raise MemoryError
    return torch.from_numpy(np.array(result))
