"""SAFMN without torch: the same picture, and nothing that torch would refuse is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from small_network import state

from assistant import networks
from assistant.networks import backends, checkpoint, light
from assistant.networks.architectures import ARCHITECTURES, create

SMALL = {"scale": 2, "dim": 8, "blocks": 1, "factor": 2}
SHIPPED = Path(__file__).parents[2] / "catalog/weights"


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("safmn-*.safetensors")))
@pytest.mark.parametrize("size", [(37, 53), (64, 48), (3, 50), (1, 1)])
def test_the_shipped_weights_give_what_torch_gives(name: str, size: tuple[int, int]) -> None:
    """Odd, even and tiny sizes, the bicubic skip included, within a ten thousandth of the range."""
    file = SHIPPED / f"{name}.safetensors"
    read = checkpoint.read(file)
    plain = networks.build(read.state, read.metadata)
    fast = backends.light(file, "auto", "fp32")
    assert fast is not None
    tile = np.random.default_rng(0).random((*size, 3), dtype=np.float32)
    expected, actual = backends.run_tile(plain, tile), backends.run_tile(fast, tile)
    assert expected.shape == actual.shape
    assert np.abs(expected - actual).max() < 1e-4
    assert plain.scale == fast.scale
    assert (plain.skip, plain.parameters, plain.configuration, plain.overlap, plain.task) == (
        fast.skip,
        fast.parameters,
        fast.configuration,
        fast.overlap,
        fast.task,
    )


@pytest.mark.parametrize("architecture", ["SAFMN", "SAFMN-NTIRE"])
@pytest.mark.parametrize("skip", ["none", "bilinear", "bicubic"])
def test_both_variants_and_every_skip(tmp_path: Path, architecture: str, skip: str) -> None:
    """A file says which it is; the pooling, norms and skips are those of torch."""
    torch.manual_seed(0)
    module = create(architecture, scale=3, dim=20, blocks=2, factor=2)
    file = tmp_path / "w.safetensors"
    metadata = {"architecture": architecture, "skip": skip, "scale": "3"}
    save_file(dict(module.state_dict()), file, metadata)
    fast = backends.light(file, "auto", "fp32")
    plain = networks.build(dict(module.state_dict()), metadata)
    assert fast is not None
    tile = np.random.default_rng(0).random((33, 48, 3), dtype=np.float32)
    difference = backends.run_tile(plain, tile) - backends.run_tile(fast, tile)
    assert np.abs(difference).max() < 1e-4


def test_the_shapes_are_those_of_the_state_dict() -> None:
    """Checked for each size, so that a damaged file is never run."""
    for architecture in ("SAFMN", "SAFMN-NTIRE"):
        for sizes in (
            {"scale": 2, "dim": 36, "blocks": 8, "factor": 2},
            {"scale": 4, "dim": 8, "blocks": 1, "factor": 2},
        ):
            held = create(architecture, **sizes).state_dict()
            shapes = {key: tuple(value.shape) for key, value in held.items()}
            assert sizes == ARCHITECTURES[architecture].hyperparameters(held)
            assert shapes == light._shapes(sizes, ntire=architecture == "SAFMN-NTIRE")


@pytest.mark.parametrize("fault", ["missing", "nan", "metadata", "truncated"])
def test_what_is_not_sound_is_left_to_torch(tmp_path: Path, fault: str) -> None:
    """Which says what is wrong in one line; nothing runs on half a network."""
    tensors = {key: value.clone() for key, value in state().items()}
    metadata = {"architecture": "SAFMN", "skip": "bicubic", "scale": "2"}
    if fault == "missing":
        del tensors["feats.0.norm1.bias"]
    elif fault == "nan":
        tensors["to_feat.bias"][0] = float("nan")
    elif fault == "metadata":
        del metadata["architecture"]
    file = tmp_path / "w.safetensors"
    save_file(tensors, file, metadata)
    if fault == "truncated":
        file.write_bytes(file.read_bytes()[:-100])
    assert backends.light(file, "auto", "fp32") is None


def test_a_run_of_safmn_does_not_import_torch(tmp_path: Path) -> None:
    """Which takes longer than the run itself."""
    code = (
        "import sys, numpy as np\n"
        "from assistant.catalog import Catalog\n"
        "from assistant.imaging.pictures import Picture\n"
        "from assistant.workflow import run\n"
        "from assistant.workflow.drawing import draw\n"
        "catalog = Catalog.load()\n"
        "picture = Picture(np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8))\n"
        "result, receipt = run(draw([['SISR-SAFMN-4x']], catalog), picture, catalog=catalog)\n"
        "print(receipt.steps[0].backend, 'torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=SHIPPED.parents[1],
    )
    assert ("ncnn False\n", "") == (done.stdout, done.stderr)
