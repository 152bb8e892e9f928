"""From state dicts to networks: detection, wrappers, refusals, padding and skips."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from assistant import networks
from assistant.errors import InputError
from assistant.imaging.measures import psnr_y, ssim_y

SMALL = {
    "RCAN": {"scale": 2, "groups": 2, "blocks": 1, "features": 8, "reduction": 4},
    "HAN": {"scale": 3, "groups": 2, "blocks": 1, "features": 8, "reduction": 4},
    "SAFMN": {"scale": 4, "dim": 8, "blocks": 2, "factor": 2},
    "SAFMN-NTIRE": {"scale": 2, "dim": 8, "blocks": 2, "factor": 3},
    "MSSNet": {"wf": 4, "scale": 2, "vscale": 3},
}


def state(architecture: str) -> dict[str, torch.Tensor]:
    """A small network's state dict."""
    torch.manual_seed(0)
    return networks.create(architecture, **SMALL[architecture]).state_dict()


@pytest.mark.parametrize("architecture", SMALL)
def test_networks_are_read_from_their_keys(architecture: str) -> None:
    """Architecture and hyper-parameters come from key names and shapes; HAN is no RCAN."""
    network = networks.build(state(architecture))
    assert (architecture, SMALL[architecture]) == (network.architecture, network.hyperparameters)
    assert network.configuration.startswith("small: ")
    assert not any(parameter.requires_grad for parameter in network.module.parameters())


def test_published_sizes_are_called_published() -> None:
    """A network of the paper's size is not labeled a small one."""
    state = networks.create("SAFMN", scale=2).state_dict()
    assert "published" == networks.build(state).configuration


@pytest.mark.parametrize("wrapper", ["params_ema", "params", "model_state_dict", "state_dict"])
def test_wrappers_are_opened(wrapper: str) -> None:
    """The tensors inside a checkpoint are found, with or without ``module.`` before each key."""
    bare = state("RCAN")
    wrapped = {"epoch": 3, wrapper: {f"module.{key}": value for key, value in bare.items()}}
    assert "RCAN" == networks.build(wrapped).architecture


def test_averaged_weights_are_preferred() -> None:
    """Of ``params`` and ``params_ema`` the averaged ones are taken."""
    plain, averaged = state("SAFMN"), state("SAFMN")
    averaged = {key: value + 1 for key, value in averaged.items()}
    network = networks.build({"params": plain, "params_ema": averaged})
    loaded = network.module.body.state_dict()["to_feat.bias"]
    assert torch.equal(averaged["to_feat.bias"], loaded)


def test_all_keys_of_the_shared_activation_are_needed() -> None:
    """MSSNet's one PReLU fills many keys; each must be there, and they stay one parameter."""
    full = state("MSSNet")
    module = networks.build(full).module.body
    activations = [key for key, value in full.items() if value.shape == (1,)]
    assert (87, 1) == (
        len(activations),
        len({id(p) for p in module.parameters() if p.shape == (1,)}),
    )
    del full[activations[40]]
    with pytest.raises(InputError, match=r"looks like MSSNet, but the key .* is missing"):
        networks.build(full)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"extra.weight": torch.zeros(1)}, "key extra.weight is unexpected"),
        ({"tail.1.bias": torch.zeros(4)}, "key tail.1.bias has another shape"),
        ({"head.0.weight": torch.zeros(100_000, 3, 3, 3)}, "has another shape"),
        ({"body.0.body.0.body.3.conv_du.0.weight": torch.zeros(0, 8, 1, 1)}, "no such network"),
        ({"tail.1.bias": torch.tensor([1.0, float("nan"), 0])}, "not finite"),
        ({"tail.1.bias": torch.tensor([1, 2, 3])}, "no tensor of floating-point numbers"),
        ({"tail.1.bias": "text"}, "no tensor of floating-point numbers"),
    ],
)
def test_damaged_states_are_refused(change: dict[str, object], said: str) -> None:
    """A key too many, another shape or values that cannot be weights: one line says which."""
    with pytest.raises(InputError, match=said):
        networks.build({**state("RCAN"), **change})


@pytest.mark.parametrize("given", [{}, {"conv_first.weight": torch.zeros(3)}])
def test_unknown_networks_are_refused(given: dict[str, torch.Tensor]) -> None:
    """The error names the prefixes seen and what is supported."""
    with pytest.raises(InputError, match="no supported network") as caught:
        networks.build(given)
    assert "HAN, RCAN, SAFMN, SAFMN-NTIRE, MSSNet" in caught.value.hint


def test_similar_networks_are_not_taken_for_ours() -> None:
    """Relatives of SAFMN with other blocks (team 14's GFMN) are not loaded as SAFMN."""
    other = {key.replace(".ccm.ccm.", ".ffd."): value for key, value in state("SAFMN").items()}
    with pytest.raises(InputError, match="no supported network"):
        networks.build(other)


def test_metadata_must_agree_with_the_keys() -> None:
    """A file that says x2 but holds x4 is refused; so is an unknown skip."""
    for metadata, said in (
        ({"scale": "2"}, "says scale 2, but its keys show 4"),
        ({"architecture": "RCAN"}, "says architecture RCAN"),
        ({"skip": "lanczos"}, "image skip 'lanczos'"),
    ):
        with pytest.raises(InputError, match=said):
            networks.build(state("SAFMN"), metadata)


def test_the_skip_adds_the_enlarged_input() -> None:
    """With a zero head and a skip the output is the interpolated input, in 0..1."""
    zero = state("RCAN")
    for key in ("tail.1.weight", "tail.1.bias", "add_mean.bias"):
        zero[key].zero_()
    picture = torch.rand(1, 3, 9, 7)
    made = networks.build(zero, {"skip": "bicubic"})(picture)
    expected = torch.nn.functional.interpolate(picture, scale_factor=2, mode="bicubic")
    assert torch.allclose(expected, made, atol=1e-6)


@pytest.mark.parametrize("architecture", SMALL)
@pytest.mark.parametrize("size", [(1, 1), (5, 37), (33, 16)])
def test_any_size_is_accepted(architecture: str, size: tuple[int, int]) -> None:
    """Small and odd pictures are padded inside and come back scale times as large."""
    network = networks.build(state(architecture))
    height, width = size
    with torch.inference_mode():
        made = network(torch.rand(1, 3, height, width))
    assert (1, 3, height * network.scale, width * network.scale) == tuple(made.shape)


def test_padding_reflects_without_repeating_the_border() -> None:
    """The padded part mirrors the picture around its last pixel."""
    network = networks.build(state("MSSNet"))
    seen: list[torch.Tensor] = []
    network.module.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    picture = torch.rand(1, 3, 16, 20)
    with torch.inference_mode():
        network(picture)
    expected = torch.nn.functional.pad(picture, (0, 12, 0, 0), mode="reflect")
    assert torch.equal(expected, seen[0])


def test_layer_attention_survives_half_precision() -> None:
    """Products of 64 channels in 0..255 overflow float16; HAN computes them in float32."""
    from assistant.networks.han import LayerAttention

    attention = LayerAttention().half()
    attention.gamma.data.fill_(1)
    with torch.inference_mode():
        made = attention(torch.full((1, 3, 8, 8, 8), 100.0, dtype=torch.float16))
    assert torch.isfinite(made).all()


def test_the_official_checkpoint_scores_what_is_known(shared: Path) -> None:
    """The NTIRE checkpoint loads strictly and gives 32.168 dB / 0.8943 on Set5 x4."""
    path = shared / "weights" / "safmn-x4-ntire2023.pth"
    digest = "93fe3d7175ef1446cfcb3a884ddf8bbb4391f31190e9d1bf6c6c1cb768f8b565"
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    network = networks.build(torch.load(path, map_location="cpu", weights_only=True))
    rows = []
    for low in sorted((shared / "images" / "Set5" / "image_SRF_4").glob("*_LR.png")):
        given, truth = (
            np.array(Image.open(p).convert("RGB"))
            for p in (low, low.with_name(low.name.replace("_LR", "_HR")))
        )
        with torch.inference_mode():
            made = network(torch.from_numpy(given).permute(2, 0, 1)[None] / 255)
        made = made[0].permute(1, 2, 0).mul(255).round().clamp(0, 255).to(torch.uint8).numpy()
        rows.append([measure(made, truth, 4) for measure in (psnr_y, ssim_y)])
    psnr, ssim = np.mean(rows, axis=0)
    assert (32.168, 0.8943) == (pytest.approx(psnr, abs=2e-3), pytest.approx(ssim, abs=2e-4))


def test_importing_networks_does_not_import_torch() -> None:
    """The descriptor can be imported by a command line that must start fast."""
    code = "import sys, assistant.networks; sys.exit('torch' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


@pytest.mark.parametrize("prefix", ["module.", "model.netG.", "generator.", "net_g.module."])
def test_what_a_trainer_wraps_around_a_network_is_taken_off(prefix: str) -> None:
    """Any prefix that all keys share, where the keys behind it are those of a network."""
    state = networks.create("SAFMN", scale=2, dim=8, blocks=1, factor=2).state_dict()
    wrapped = {f"{prefix}{key}": value for key, value in state.items()}
    assert "SAFMN" == networks.build(wrapped).architecture


def test_a_network_that_lacks_one_part_is_named_with_it() -> None:
    """Even a key by which it would be known: not just "no supported network"."""
    state = dict(networks.create("SAFMN", scale=2, dim=8, blocks=1, factor=2).state_dict())
    del state["to_img.0.weight"]
    with pytest.raises(InputError, match=r"looks like SAFMN, but the key to_img.0.weight is miss"):
        networks.build(state)
