"""SAFMN: spatially-adaptive feature modulation for efficient super-resolution.

Sun et al., ICCV 2023 (arXiv 2302.13800), section 3, and the variant of the NTIRE 2023
efficient super-resolution challenge (team 15). Key names are those of the official
checkpoints, so that these load strictly.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class LayerNorm(nn.Module):
    """Normalize the channels at each pixel (section 3.3)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        channels_last = x.permute(0, 2, 3, 1)
        normed = functional.layer_norm(
            channels_last, self.weight.shape, self.weight, self.bias, eps=1e-6
        )
        return normed.permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    """Global response normalization of the NTIRE variant; it sees the whole picture."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, dim, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, dim, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        energy = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True)
        share = energy / (energy.mean(dim=1, keepdim=True) + 1e-6)
        result: Tensor = self.gamma * (x * share) + self.beta + x
        return result


class SAFM(nn.Module):
    """Spatially-adaptive feature modulation (section 3.1): four scales modulate the input.

    Group i of the channels is pooled to 1 / (``pools[i]``) of the size, filtered depthwise and
    resized back; the mixture is the gate.
    """

    def __init__(self, dim: int, pools: tuple[int, ...], *, bias: bool) -> None:
        super().__init__()
        part = dim // len(pools)
        self.pools = pools
        self.mfr = nn.ModuleList(
            nn.Conv2d(part, part, 3, padding=1, groups=part, bias=bias) for _ in pools
        )
        self.aggr = nn.Conv2d(dim, dim, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        height, width = x.shape[-2:]
        parts = []
        for part, pool, mfr in zip(
            x.chunk(len(self.pools), dim=1), self.pools, self.mfr, strict=True
        ):
            if pool == 1:
                parts.append(mfr(part))
                continue
            if height % pool or width % pool:
                small = functional.adaptive_max_pool2d(part, (height // pool, width // pool))
            else:  # the same windows, faster and exportable
                small = functional.max_pool2d(part, pool)
            parts.append(functional.interpolate(mfr(small), size=(height, width), mode="nearest"))
        return functional.gelu(self.aggr(torch.cat(parts, dim=1))) * x


class CCM(nn.Module):
    """Convolutional channel mixer (section 3.2)."""

    def __init__(self, dim: int, factor: int, *, bias: bool) -> None:
        super().__init__()
        self.ccm = nn.Sequential(
            nn.Conv2d(dim, dim * factor, 3, padding=1, bias=bias),
            nn.GELU(),
            nn.Conv2d(dim * factor, dim, 1, bias=bias),
        )

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        result: Tensor = self.ccm(x)
        return result


class Block(nn.Module):
    """Feature mixing module (section 3.3): SAFM and CCM, each with its own shortcut."""

    def __init__(self, dim: int, factor: int, *, ntire: bool) -> None:
        super().__init__()
        self.norm1 = nn.Identity() if ntire else LayerNorm(dim)
        self.norm2 = nn.Identity() if ntire else LayerNorm(dim)
        self.safm = SAFM(dim, (1, 4, 8, 16) if ntire else (1, 2, 4, 8), bias=not ntire)
        self.ccm = CCM(dim, factor, bias=not ntire)

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        x = self.safm(self.norm1(x)) + x
        mixed: Tensor = self.ccm(self.norm2(x))
        return mixed + x


class SAFMN(nn.Module):
    """SAFMN as published (36 channels, 8 blocks; "L": 128, 16), or its NTIRE variant.

    The variant pools to a quarter, an eighth and a sixteenth, has no layer norms, no biases in
    the blocks, no shortcut over them, and normalizes responses after the first convolution. Its
    bilinear skip from input to output is the frame's.
    """

    def __init__(
        self, scale: int, dim: int = 36, blocks: int = 8, factor: int = 2, *, ntire: bool = False
    ) -> None:
        super().__init__()
        self.scale = scale
        self.ntire = ntire
        self.norm = ResponseNorm(dim) if ntire else nn.Identity()
        self.to_feat = nn.Conv2d(3, dim, 3, padding=1)
        self.feats = nn.Sequential(*(Block(dim, factor, ntire=ntire) for _ in range(blocks)))
        self.to_img = nn.Sequential(
            nn.Conv2d(dim, 3 * scale * scale, 3, padding=1), nn.PixelShuffle(scale)
        )

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] in 0..1 to [N,3,scale*H,scale*W]; sides of 8 (variant: 16) or more."""
        shallow = self.norm(self.to_feat(x))
        deep = self.feats(shallow)
        result: Tensor = self.to_img(deep if self.ntire else deep + shallow)
        return result
