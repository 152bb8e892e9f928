"""RCAN: residual channel attention network for super-resolution.

Zhang et al., ECCV 2018 (arXiv 1807.02758), section 3. Works in 0..255. Key names are those of
the official checkpoints, so that these load strictly.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

DIV2K_MEAN = (0.4488, 0.4371, 0.4040)


def mean_shift(sign: int) -> nn.Conv2d:
    """A 1x1 convolution that adds ``sign`` times the RGB mean of DIV2K, in 0..255.

    A convolution with parameters because published weights may have moved from the constants.
    """
    shift = nn.Conv2d(3, 3, 1)
    shift.weight.data = torch.eye(3).view(3, 3, 1, 1)
    shift.bias = nn.Parameter(sign * 255.0 * torch.tensor(DIV2K_MEAN))
    return shift


class ChannelAttention(nn.Module):
    """Scale each channel by a gate made from its mean over the picture (section 3.3)."""

    def __init__(self, features: int, reduction: int) -> None:
        super().__init__()
        self.conv_du = nn.Sequential(
            nn.Conv2d(features, features // reduction, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(features // reduction, features, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        gate: Tensor = self.conv_du(x.mean(dim=(2, 3), keepdim=True))
        return x * gate


class Block(nn.Module):
    """Residual channel attention block (section 3.4)."""

    def __init__(self, features: int, reduction: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(features, features, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(features, features, 3, padding=1),
            ChannelAttention(features, reduction),
        )

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        change: Tensor = self.body(x)
        return x + change


class Group(nn.Module):
    """Residual group: blocks, a convolution, a shortcut (section 3.2)."""

    def __init__(self, features: int, reduction: int, blocks: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(Block(features, reduction) for _ in range(blocks)),
            nn.Conv2d(features, features, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        change: Tensor = self.body(x)
        return x + change


def upsampler(scale: int, features: int) -> nn.Sequential:
    """Pixel shuffle by 2 once, twice or three times, or by 3, without activation."""
    steps = [3] if scale == 3 else [2] * (scale.bit_length() - 1)
    layers: list[nn.Module] = []
    for step in steps:
        layers.append(nn.Conv2d(features, features * step * step, 3, padding=1))
        layers.append(nn.PixelShuffle(step))
    return nn.Sequential(*layers)


class RCAN(nn.Module):
    """Residual in residual (section 3.1): head, groups with a long shortcut, upsampler."""

    def __init__(
        self,
        scale: int,
        groups: int = 10,
        blocks: int = 20,
        features: int = 64,
        reduction: int = 16,
    ) -> None:
        super().__init__()
        self.sub_mean = mean_shift(-1)
        self.add_mean = mean_shift(1)
        self.head = nn.Sequential(nn.Conv2d(3, features, 3, padding=1))
        self.body = nn.Sequential(
            *(Group(features, reduction, blocks) for _ in range(groups)),
            nn.Conv2d(features, features, 3, padding=1),
        )
        self.tail = nn.Sequential(upsampler(scale, features), nn.Conv2d(features, 3, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] in 0..255 to [N,3,scale*H,scale*W] in 0..255."""
        shallow = self.head(self.sub_mean(x))
        result: Tensor = self.add_mean(self.tail(shallow + self.body(shallow)))
        return result
