"""The descriptor of a network that can run, so that callers never know the architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from assistant.networks.frame import Frame


@dataclass(frozen=True)
class Network:
    """A loaded network and what one must know to run it; call it with a picture.

    ``module`` maps float RGB [N,3,H,W] in 0..1 to [N,3,scale*H,scale*W] in 0..1, unclamped,
    value range and image skip included; its sides must be at least ``smallest`` and multiples
    of ``multiple``. This is what to export, compile or move to another device or precision.
    Calling the descriptor itself also pads by reflection on the right and at the bottom and
    cuts the result, so that any size of one pixel or more is accepted.

    ``value_range`` is the range inside the network (1 or 255). ``overlap`` is the advised
    overlap of tiles in input pixels on each side and ``grid`` the multiple on which tile
    origins and sizes should lie. ``image_global`` names the operations that see the whole
    picture: where there are any, tiles change the result slightly. ``skip`` is the enlarged
    input that is added to the output (None, ``bilinear`` or ``bicubic``). ``configuration`` says
    ``published`` or what makes it a small one.
    """

    architecture: str
    task: str
    scale: int
    module: Frame
    hyperparameters: Mapping[str, int]
    configuration: str
    parameters: int
    value_range: int = 1
    channels: int = 3
    multiple: int = 1
    smallest: int = 1
    grid: int = 1
    overlap: int = 16
    image_global: tuple[str, ...] = ()
    skip: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, picture: Tensor) -> Tensor:
        """Run on float RGB [N,3,H,W] in 0..1; the result [N,3,scale*H,scale*W] is not clamped."""
        height, width = picture.shape[-2:]
        padded = _padded(picture, self._side(height), self._side(width))
        result: Tensor = self.module(padded)
        return result[..., : height * self.scale, : width * self.scale]

    def _side(self, side: int) -> int:
        return -(-max(side, self.smallest) // self.multiple) * self.multiple


def _padded(picture: Tensor, height: int, width: int) -> Tensor:
    """Reflect on the right and at the bottom, as often as it takes for very small pictures."""
    for axis, wanted in ((-2, height), (-1, width)):
        side = picture.shape[axis]
        if wanted > side:
            picture = picture.index_select(axis, _reflection(side, wanted, picture))
    return picture


def _reflection(side: int, wanted: int, like: Tensor) -> Tensor:
    import torch

    period = max(2 * (side - 1), 1)
    turn = torch.arange(wanted, device=like.device) % period
    return torch.minimum(turn, period - turn) if side > 1 else torch.zeros_like(turn)
