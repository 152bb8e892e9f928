"""What runs a network with ncnn, the extra ``fast``: 3x3 convolutions by Winograd's algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ncnn
import torch
from torch import Tensor, nn

from assistant.errors import InputError
from assistant.networks import ncnn_mssnet, ncnn_net
from assistant.networks.frame import Frame
from assistant.networks.ncnn_graph import INPUT, Graph
from assistant.networks.ncnn_modules import write

if TYPE_CHECKING:
    from assistant.networks import Network

__all__ = ["Ncnn", "framed", "ncnn_mssnet"]  # the last registers its writers
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
        made = [torch.from_numpy(ncnn_net.run(net, picture.numpy())) for picture in pictures]
        return torch.stack(made)

    def _load(self, size: tuple[int, int]) -> ncnn.Net:
        self.net = None  # first gives its memory back
        graph = Graph(size)
        layers = graph.text(write(graph, self.module, INPUT))
        self.net = ncnn_net.loaded(layers, graph.weights, torch.get_num_threads())
        self.size = size if graph.sized else None
        return self.net
