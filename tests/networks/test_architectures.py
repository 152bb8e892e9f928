"""The four networks against the sizes and the outputs of the official definitions."""

from __future__ import annotations

import math

import pytest
import torch

from assistant import networks
from assistant.networks.rcan import DIV2K_MEAN

SIZES = [
    ("RCAN", {"scale": 2}, 15_444_667, 1_632),
    ("RCAN", {"scale": 3}, 15_629_307, 1_632),
    ("RCAN", {"scale": 4}, 15_592_379, 1_634),
    ("RCAN", {"scale": 8}, 15_740_091, 1_636),
    ("HAN", {"scale": 2}, 15_924_057, 1_640),
    ("HAN", {"scale": 3}, 16_108_697, 1_640),
    ("HAN", {"scale": 4}, 16_071_769, 1_642),
    ("HAN", {"scale": 8}, 16_219_481, 1_644),
    ("MSSNet", {"wf": 20, "scale": 40, "vscale": 40}, 6_756_161, 328),
    ("MSSNet", {"wf": 54, "scale": 42, "vscale": 42}, 15_614_497, 328),
    ("MSSNet", {"wf": 80, "scale": 50, "vscale": 50}, 28_182_041, 328),
    ("SAFMN", {"scale": 2}, 227_820, 148),
    ("SAFMN", {"scale": 3}, 232_695, 148),
    ("SAFMN", {"scale": 4}, 239_520, 148),
    ("SAFMN", {"scale": 2, "dim": 128, "blocks": 16}, 5_559_308, 292),
    ("SAFMN", {"scale": 3, "dim": 128, "blocks": 16}, 5_576_603, 292),
    ("SAFMN", {"scale": 4, "dim": 128, "blocks": 16}, 5_600_816, 292),
    ("SAFMN-NTIRE", {"scale": 2}, 225_300, 62),
    ("SAFMN-NTIRE", {"scale": 3}, 230_175, 62),
    ("SAFMN-NTIRE", {"scale": 4}, 237_000, 62),
]

# Mean, population deviation, out[0,0,0,0], out[0,1,17,23], out[0,2,-1,-1] of the official code.
FINGERPRINTS = [
    ("RCAN", 2, (109.555506, 4.94683919, 112.210973, 111.400645, 103.621806)),
    ("RCAN", 3, (109.551198, 4.88952085, 111.023193, 111.302499, 100.780208)),
    ("RCAN", 4, (109.691856, 4.79956019, 114.365740, 111.520357, 103.070544)),
    ("HAN", 2, (109.676172, 4.95025805, 117.046042, 111.459044, 102.201061)),
    ("HAN", 3, (109.675228, 4.87286890, 116.841445, 111.382940, 104.064788)),
    ("HAN", 4, (109.700756, 4.87681946, 114.388457, 111.537243, 103.082418)),
    ("MSSNet", 1, (0.463031551, 0.351589090, 0.500565999, 0.924922617, 0.978713153)),
    ("SAFMN", 2, (-0.0156075289, 0.317525534, 1.09939049, 0.111834295, -1.13448242)),
    ("SAFMN", 3, (0.00496928467, 0.322736964, 1.09939049, 0.0716924737, 0.815767337)),
    ("SAFMN", 4, (-0.000492520735, 0.323534265, 1.09939049, 0.0394352612, 0.785025016)),
    ("SAFMN-NTIRE", 4, (0.459559799, 0.429779943, 0.529735797, 0.887148185, 0.745512578)),
]

RESIDUAL = {"groups": 2, "blocks": 2, "features": 16, "reduction": 4}
SMALL = [
    ("RCAN", {"scale": 3, **RESIDUAL}, (109.56399, 4.88879019, 113.818535, 111.539643, 103.598986)),
    ("RCAN", {"scale": 4, **RESIDUAL}, (109.637812, 4.83779631, 114.790777, 111.48304, 103.439407)),
    ("RCAN", {"scale": 8, **RESIDUAL}, (109.717913, 4.86346717, 114.51016, 112.130312, 103.07714)),
    ("HAN", {"scale": 3, **RESIDUAL}, (109.612221, 4.86827971, 115.305802, 111.535973, 102.410226)),
    ("HAN", {"scale": 4, **RESIDUAL}, (109.722847, 4.8607427, 114.626216, 111.53932, 103.008314)),
]


def shape(scale: int) -> dict[str, int]:
    """The hyper-parameters that ``create`` needs; MSSNet does not change the size."""
    return {} if scale == 1 else {"scale": scale}


def by_rule(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A state dict of waves: element j of the i-th key in sorted order is a * cos(0.7 j + i)."""
    state = {}
    for i, (key, value) in enumerate(sorted(module.state_dict().items())):
        if "_mean." in key:
            mean = (255 * torch.tensor(DIV2K_MEAN)) * (-1 if key.startswith("sub") else 1)
            state[key] = (mean if key.endswith("bias") else value).double()
            continue
        many = (value.dim() == 4 and value.shape[0] > 1) or value.dim() == 5
        height = 0.5 / math.sqrt(value[0].numel()) if many else 0.1
        wave = height * torch.cos(0.7 * torch.arange(value.numel(), dtype=torch.float64) + i)
        state[key] = torch.full_like(value, 0.25) if value.numel() == 1 else wave.view(value.shape)
    return state


@pytest.mark.parametrize(("architecture", "hyper", "parameters", "keys"), SIZES)
def test_sizes_are_those_of_the_official_code(
    architecture: str, hyper: dict[str, int], parameters: int, keys: int
) -> None:
    """Parameters and state-dict keys count as in the published definitions."""
    with torch.device("meta"):
        module = networks.create(architecture, **hyper)
    assert (parameters, keys) == (
        sum(p.numel() for p in module.parameters()),
        len(module.state_dict()),
    )


LARGE = {"RCAN", "HAN"}  # seconds each


@pytest.mark.parametrize(
    ("architecture", "scale", "expected"),
    [pytest.param(*row, marks=[pytest.mark.long] * (row[0] in LARGE)) for row in FINGERPRINTS],
)
def test_outputs_are_those_of_the_official_code(
    architecture: str, scale: int, expected: tuple[float, ...]
) -> None:
    """With the same artificial weights the output agrees to nine digits."""
    assert pytest.approx(expected, rel=1e-8) == fingerprint(architecture, shape(scale))


@pytest.mark.parametrize(("architecture", "hyper", "expected"), SMALL)
def test_outputs_of_small_networks_stay(
    architecture: str, hyper: dict[str, int], expected: tuple[float, ...]
) -> None:
    """Small ones of the definitions that agree at full size, as they were then."""
    assert pytest.approx(expected, rel=1e-8) == fingerprint(architecture, hyper)


def fingerprint(architecture: str, hyper: dict[str, int]) -> list[float]:
    """Mean, deviation and three values of the output for a wave, in double precision."""
    module = networks.create(architecture, **hyper).eval()
    state = by_rule(module)
    network = networks.build(state)
    network.module.body.double().load_state_dict(state)
    y, x, c = torch.arange(32.0), torch.arange(48.0), torch.arange(3.0)
    wave = 0.1 * y.double()[:, None] + 0.2 * x.double() + c.double()[:, None, None]
    with torch.inference_mode():
        out = network((0.5 + 0.5 * torch.sin(wave))[None]) * network.value_range
    seen = (
        out.mean(),
        out.std(correction=0),
        out[0, 0, 0, 0],
        out[0, 1, 17, 23],
        out[0, 2, -1, -1],
    )
    return [float(value) for value in seen]
