"""What stands around every network: its value range and the skip from input to output."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Frame(nn.Module):
    """Run ``body`` on pictures in 0..1, whatever its own range, and add the enlarged input.

    The skip is torch's interpolation without corner alignment; ``bicubic`` is the kernel with
    a = -0.75, which is not the bicubic baseline of measures.py.
    """

    def __init__(self, body: nn.Module, scale: int, value_range: int, skip: str | None) -> None:
        super().__init__()
        self.body = body
        self.scale = scale
        self.value_range = value_range
        self.skip = skip

    def channels_last(self) -> Frame:
        """Order the filters of 2-D convolutions for speed, in place; HAN's 3-D one stays.

        ``Module.to(memory_format=...)`` refuses networks that hold a 3-D filter.
        """
        for parameter in self.parameters():
            if parameter.dim() == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        return self

    def forward(self, picture: Tensor) -> Tensor:
        """Map [N,3,H,W] in 0..1 to [N,3,scale*H,scale*W]."""
        result: Tensor
        if self.value_range == 1:
            result = self.body(picture)
        else:
            result = self.body(picture * self.value_range) / self.value_range
        if self.skip:
            result = result + functional.interpolate(
                picture, scale_factor=float(self.scale), mode=self.skip, align_corners=False
            )
        return result
