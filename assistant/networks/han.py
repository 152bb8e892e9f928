"""HAN: holistic attention network for super-resolution.

Niu et al., ECCV 2020 (arXiv 2008.08767), section 3: RCAN's body with attention over layers and
over positions. Works in 0..255. Key names are those of the official checkpoints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from assistant.networks.rcan import RCAN


class LayerAttention(nn.Module):
    """Mix the maps of all layers by their mutual products (section 3.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, maps: Tensor) -> Tensor:
        """[N,L,C,H,W], newest layer first, to [N,L*C,H,W].

        The products run over C*H*W numbers in 0..255: in half precision they overflow and the
        picture turns black, so they are computed in float32 or better.
        """
        rows = maps.flatten(2)
        wide = rows if rows.dtype == torch.float64 else rows.float()
        with torch.autocast(device_type=maps.device.type, enabled=False):
            energy = wide @ wide.transpose(1, 2)
            weights = torch.softmax(energy.amax(dim=-1, keepdim=True) - energy, dim=-1)
        mixed = weights.to(rows.dtype) @ rows
        return (self.gamma * mixed + rows).view(maps.shape[0], -1, *maps.shape[-2:])


class PositionAttention(nn.Module):
    """Channel-spatial attention (section 3.3): a 3x3x3 filter over the volume [C,H,W]."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1))
        self.conv = nn.Conv3d(1, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        gate = torch.sigmoid(self.conv(x.unsqueeze(1))).squeeze(1)
        return x + x * (self.gamma * gate)


class HAN(RCAN):
    """RCAN with holistic attention before the upsampler (section 3.1)."""

    def __init__(
        self,
        scale: int,
        groups: int = 10,
        blocks: int = 20,
        features: int = 64,
        reduction: int = 16,
    ) -> None:
        super().__init__(scale, groups, blocks, features, reduction)
        self.csa = PositionAttention()
        self.la = LayerAttention()
        self.last_conv = nn.Conv2d(features * (groups + 1), features, 3, padding=1)
        self.last = nn.Conv2d(features * 2, features, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] in 0..255 to [N,3,scale*H,scale*W] in 0..255."""
        shallow = self.head(self.sub_mean(x))
        maps = []
        deep = shallow
        for part in self.body:
            deep = part(deep)
            maps.append(deep)
        layers = self.last_conv(self.la(torch.stack(maps[::-1], dim=1)))
        deep = self.last(torch.cat([self.csa(deep), layers], dim=1))
        result: Tensor = self.add_mean(self.tail(deep + shallow))
        return result
