"""MSSNet: multi-scale-stage network for motion deblurring.

Kim et al., ECCV Workshops 2022 (arXiv 2202.09652), section 3: three scales from coarse to fine
with one, two and three stages, each a three-level U-Net. Works in 0..1; no biases; one PReLU is
shared by all places. Key names are those of the official checkpoints.
"""

from __future__ import annotations

from torch import Tensor, cat, nn
from torch.nn import functional

STAGES = ("1_1", "2_1", "2_2", "3_1", "3_2", "3_3")
Levels = list[Tensor]  # feature maps of the levels 1, 2, 3: full, half, quarter size


def conv(taken: int, given: int, kernel: int = 3) -> nn.Conv2d:
    """A convolution without bias that keeps the size."""
    return nn.Conv2d(taken, given, kernel, padding=kernel // 2, bias=False)


def resized(x: Tensor, factor: float) -> Tensor:
    """Bilinear, corners not aligned."""
    return functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


class ResBlock(nn.Module):
    """x + conv(prelu(conv(x)))."""

    def __init__(self, width: int, act: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(width, width), act, conv(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to the same shape."""
        change: Tensor = self.body(x)
        return x + change


def pair(width: int, act: nn.Module) -> nn.Sequential:
    """Two residual blocks: one level of an encoder or decoder."""
    return nn.Sequential(ResBlock(width, act), ResBlock(width, act))


class Resample(nn.Module):
    """Resize by ``factor``, then change the width by a 1x1 convolution called ``<name>.1``."""

    def __init__(self, name: str, factor: float, taken: int, given: int) -> None:
        super().__init__()
        self.factor = factor
        self.add_module(name, nn.Sequential(nn.Identity(), conv(taken, given, 1)))
        self.name = name

    def forward(self, x: Tensor) -> Tensor:
        """[N,taken,H,W] to [N,given,factor*H,factor*W]."""
        result: Tensor = self.get_submodule(self.name)(resized(x, self.factor))
        return result


class Encoder(nn.Module):
    """Three levels down; all stages but the first fuse the stage before (cross-stage fusion)."""

    def __init__(self, widths: tuple[int, int, int], act: nn.Module, *, fuses: bool) -> None:
        super().__init__()
        one, two, three = widths
        self.encoder_level1, self.encoder_level2, self.encoder_level3 = (
            pair(width, act) for width in widths
        )
        self.down12 = Resample("down", 0.5, one, two)
        self.down23 = Resample("down", 0.5, two, three)
        self.fuses = fuses
        if fuses:
            self.csff_enc1, self.csff_enc2, self.csff_enc3 = (conv(w, w, 1) for w in widths)
            self.csff_dec1, self.csff_dec2, self.csff_dec3 = (conv(w, w, 1) for w in widths)

    def forward(self, x: Tensor, before: tuple[Levels, Levels] | None) -> Levels:
        """Encode [N,C,H,W]; ``before`` holds the levels of the previous encoder and decoder."""
        enc1 = self.encoder_level1(x)
        if before:
            enc1 = enc1 + self.csff_enc1(before[0][0]) + self.csff_dec1(before[1][0])
        enc2 = self.encoder_level2(self.down12(enc1))
        if before:
            enc2 = enc2 + self.csff_enc2(before[0][1]) + self.csff_dec2(before[1][1])
        enc3 = self.encoder_level3(self.down23(enc2))
        if before:
            enc3 = enc3 + self.csff_enc3(before[0][2]) + self.csff_dec3(before[1][2])
        return [enc1, enc2, enc3]


class Decoder(nn.Module):
    """Three levels up, with residual blocks on the shortcuts."""

    def __init__(self, widths: tuple[int, int, int], act: nn.Module) -> None:
        super().__init__()
        one, two, three = widths
        self.decoder_level1, self.decoder_level2, self.decoder_level3 = (
            pair(width, act) for width in widths
        )
        self.skip_attn1 = ResBlock(one, act)
        self.skip_attn2 = ResBlock(two, act)
        self.up21 = Resample("up", 2, two, one)
        self.up32 = Resample("up", 2, three, two)

    def forward(self, encoded: Levels) -> Levels:
        """Decode the levels of an encoder to levels of the same shapes."""
        enc1, enc2, enc3 = encoded
        dec3 = self.decoder_level3(enc3)
        dec2 = self.decoder_level2(self.up32(dec3) + self.skip_attn2(enc2))
        dec1 = self.decoder_level1(self.up21(dec2) + self.skip_attn1(enc1))
        return [dec1, dec2, dec3]


class Tail(nn.Module):
    """From features to a picture of twice the size."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tail = conv(width, 12)

    def forward(self, x: Tensor) -> Tensor:
        """[N,C,H,W] to [N,3,2H,2W]."""
        return functional.pixel_shuffle(self.tail(x), 2)


class MSSNet(nn.Module):
    """Widths ``wf``, ``wf + scale`` and ``wf + scale + vscale``; published 54, 42, 42."""

    def __init__(self, wf: int = 54, scale: int = 42, vscale: int = 42) -> None:
        super().__init__()
        act = nn.PReLU()  # the same module everywhere: one parameter, 87 keys
        widths = (wf, wf + scale, wf + scale + vscale)
        for number, channels in ((1, 12), (2, 12), (3, 3)):
            shallow = nn.Sequential(conv(channels, wf), ResBlock(wf, act))
            self.add_module(f"shallow_feat{number}", shallow)
        for stage in STAGES:
            self.add_module(f"E{stage}", Encoder(widths, act, fuses=stage != "1_1"))
            self.add_module(f"D{stage}", Decoder(widths, act))
            last_scale = stage.startswith("3")
            self.add_module(f"tail{stage}", conv(wf, 3) if last_scale else Tail(wf))
        self.up_scale1_feat = Resample("scaleUp", 2, wf, wf)
        self.up_scale2_feat = Resample("scaleUp", 2, wf, wf)
        self.fusion12 = conv(2 * wf, wf)
        self.fusion23 = conv(2 * wf, wf)

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] in 0..1 to the same shape; sides must be multiples of 16."""
        return self.stage_outputs(x, all_stages=False)[-1]

    def stage_outputs(self, x: Tensor, *, all_stages: bool = True) -> Levels:
        """The pictures of the stages 1_1 (half size) to 3_3; the last is the result.

        Training compares each with the truth. Without ``all_stages`` only the last is made.
        """
        half = functional.interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=True)
        pictures: Levels = []

        def stage(
            name: str, features: Tensor, before: tuple[Levels, Levels] | None, base: Tensor
        ) -> tuple[Levels, Levels]:
            encoded = self.get_submodule(f"E{name}")(features, before)
            decoded = self.get_submodule(f"D{name}")(encoded)
            if all_stages or name == STAGES[-1]:
                pictures.append(self.get_submodule(f"tail{name}")(decoded[0]) + base)
            return encoded, decoded

        shallow = self.get_submodule("shallow_feat1")(functional.pixel_unshuffle(half, 2))
        state = stage("1_1", shallow, None, half)
        shallow = self.get_submodule("shallow_feat2")(functional.pixel_unshuffle(x, 2))
        shallow = self.fusion12(cat([shallow, self.up_scale1_feat(state[1][0])], dim=1))
        state = stage("2_1", shallow, _doubled(state), x)
        state = stage("2_2", state[1][0], state, x)
        shallow = self.get_submodule("shallow_feat3")(x)
        shallow = self.fusion23(cat([shallow, self.up_scale2_feat(state[1][0])], dim=1))
        state = stage("3_1", shallow, _doubled(state), x)
        state = stage("3_2", state[1][0], state, x)
        stage("3_3", state[1][0], state, x)
        return pictures


def _doubled(state: tuple[Levels, Levels]) -> tuple[Levels, Levels]:
    return [resized(level, 2) for level in state[0]], [resized(level, 2) for level in state[1]]
