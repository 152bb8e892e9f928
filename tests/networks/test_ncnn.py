"""The backend ncnn: the same numbers as torch for every architecture, or one line that says no."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.imaging import pictures
from assistant.networks import Network, backends, create
from assistant.networks.architectures import ARCHITECTURES
from assistant.networks.backends import run_tile
from assistant.networks.detect import describe
from assistant.workflow import Options, run
from assistant.workflow.drawing import draw_file

pytest.importorskip("ncnn", reason="needs the extra fast")
from assistant.networks import ncnn_backend

RESIDUAL = {"groups": 2, "blocks": 2, "features": 16, "reduction": 4}
SMALL: list[tuple[str, dict[str, int]]] = [
    *(("RCAN", {"scale": scale, **RESIDUAL}) for scale in (2, 3, 4, 8)),
    ("RCAN", {"scale": 2, **RESIDUAL, "features": 10, "reduction": 5}),
    *(("HAN", {"scale": scale, **RESIDUAL}) for scale in (2, 3)),
    *(("SAFMN", {"scale": 4, "dim": dim, "blocks": 2, "factor": 2}) for dim in (8, 20, 36)),
    *(("SAFMN-NTIRE", {"scale": 4, "dim": dim, "blocks": 2, "factor": 2}) for dim in (8, 36)),
    ("MSSNet", {"wf": 8, "scale": 4, "vscale": 4}),
    ("MSSNet", {"wf": 6, "scale": 3, "vscale": 4}),
]
SHIPPED = Path(__file__).parents[2] / "catalog/weights"
LOSS = 0.02


def network(architecture: str, sizes: dict[str, int]) -> Network:
    """A network with random weights, also where a fresh one holds zeros or ones."""
    torch.manual_seed(0)
    module = create(architecture, **sizes).eval().requires_grad_(False)
    for name, parameter in module.named_parameters():
        if parameter.numel() == 1 or name.endswith(("gamma", "beta")) or ".norm" in name:
            nn.init.normal_(parameter, 0.5, 0.2)
    return describe(module, {})


def tile(height: int, width: int) -> Any:
    """Random pixels, as a run cuts them."""
    return np.random.default_rng(3).random((height, width, 3), dtype=np.float32)


def same(plain: Network, fast: Network, *sizes: tuple[int, int]) -> None:
    """Both give the same within a ten thousandth of the range, and not a constant."""
    for size in sizes:
        expected, actual = (run_tile(each, tile(*size)) for each in (plain, fast))
        assert expected.shape == actual.shape
        assert expected.std() > 0.01
        assert np.abs(expected - actual).max() < 1e-4


@pytest.mark.parametrize(("architecture", "sizes"), SMALL)
def test_every_architecture_gives_what_torch_gives(
    architecture: str, sizes: dict[str, int]
) -> None:
    """One network at odd, even and again odd sizes, larger and smaller than before."""
    plain = network(architecture, sizes)
    fast = backends.prepared(plain, "ncnn")
    same(plain, fast, (37, 53), (64, 48), (32, 80), (37, 53))


def test_every_architecture_is_among_them() -> None:
    """A new one needs a row here, and so a writer or a refusal."""
    assert set(ARCHITECTURES) == {architecture for architecture, _ in SMALL}


def test_a_picture_smaller_than_the_network_takes_is_padded() -> None:
    """As with torch."""
    plain = network("SAFMN", {"scale": 2, "dim": 8, "blocks": 1, "factor": 2})
    same(plain, backends.prepared(plain, "ncnn"), (1, 1), (3, 50))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_is_torchs(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not change what comes out."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    plain = network("RCAN", {"scale": 2, **RESIDUAL})
    body = ncnn_backend.framed(plain).body
    assert isinstance(body, ncnn_backend.Ncnn)
    body(torch.from_numpy(tile(40, 40)).permute(2, 0, 1)[None])
    assert body.net is not None
    assert threads == body.net.opt.num_threads
    same(plain, backends.prepared(plain, "ncnn"), (40, 40))


def test_several_pictures_at_once_come_out_apart() -> None:
    """ncnn takes one at a time; a caller with a batch does not see that."""
    plain = network("RCAN", {"scale": 2, **RESIDUAL})
    fast = backends.prepared(plain, "ncnn")
    batch = torch.rand(2, 3, 24, 20)
    with torch.inference_mode():
        assert (plain(batch) - fast(batch)).abs().max() < 1e-4


def test_a_network_that_needs_no_size_is_loaded_once() -> None:
    """RCAN takes any size as it is; SAFMN's pooling is written for one size."""
    loads = []
    for name, sizes in (
        ("RCAN", {"scale": 2, **RESIDUAL}),
        ("SAFMN", {"scale": 2, "dim": 8, "blocks": 1, "factor": 2}),
    ):
        fast = backends.prepared(network(name, sizes), "ncnn")
        body = fast.module.body
        assert isinstance(body, ncnn_backend.Ncnn)
        seen = []
        for size in ((32, 32), (40, 32), (40, 32)):
            run_tile(fast, tile(*size))
            seen.append(body.net)
        loads.append(sum(a is not b for a, b in itertools.pairwise(seen)))
    assert [0, 1] == loads


class _Strange(nn.Module):
    """A part that no network of ours has."""


@pytest.mark.parametrize(
    ("strange", "said"),
    [
        (_Strange(), "cannot express _Strange; it runs RCAN"),
        (nn.Conv2d(16, 16, 3), r"a convolution with padding \(0, 0\)"),
        (nn.Conv2d(16, 16, 3, padding=1, groups=2), "a convolution with groups 2"),
        (nn.Conv2d(16, 16, 3, padding=2, dilation=2), r"a convolution with padding \(2, 2\)"),
        (nn.Conv2d(16, 16, 3, padding=1, padding_mode="reflect"), "with padding_mode reflect"),
    ],
)
def test_what_cannot_be_expressed_is_refused_before_anything_runs(
    strange: nn.Module, said: str
) -> None:
    """In one line that names the part; never a wrong picture."""
    plain = network("RCAN", {"scale": 2, **RESIDUAL})
    plain.module.body.get_submodule("body")[1] = strange  # type: ignore[index, operator]
    with pytest.raises(InputError, match=said) as caught:
        backends.prepared(plain, "ncnn")
    assert "\n" not in caught.value.message
    assert "leave --backend out" in caught.value.hint


def test_a_network_of_the_zoo_is_refused() -> None:
    """Its parts are unknown here; the line has the name of its architecture."""
    plain = Network("SwinIR", "any", 4, lambda x: x, {}, "", 0)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="cannot express SwinIR"):
        backends.prepared(plain, "ncnn")


def test_bfloat16_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is rounded in secret, and nothing ignored."""
    monkeypatch.setattr(backends, "has_bf16", lambda: True)
    plain = network("RCAN", {"scale": 2, **RESIDUAL})
    with pytest.raises(InputError, match="ncnn computes in float32 only"):
        backends.prepared(plain, "ncnn", "bf16")


@pytest.mark.parametrize("weights", ["safmn-x4", "safmn-x3", "rcan-small-x2", "han-small-x4"])
def test_the_quality_of_the_shipped_weights_stays(
    shared: Path, catalog: Catalog, weights: str
) -> None:
    """The butterfly of Set5: at most 0.02 dB less than torch (benchmarks/upscale.py: all five)."""
    file = SHIPPED / f"{weights}.safetensors"
    flow = draw_file(file, catalog)
    pair = [
        pictures.read(shared / f"images/Set5/image_SRF_{weights[-1]}" / name)
        for name in (f"img_003_SRF_{weights[-1]}_{kind}.png" for kind in ("LR", "HR"))
    ]
    plain, fast = (
        run(flow, pair[0], catalog=catalog, reference=pair[1], options=options)[1].psnr_y
        for options in (
            Options(weights=file, backend=backend, tile=0) for backend in ("torch", "ncnn")
        )
    )
    assert plain is not None
    assert fast is not None
    assert fast > plain - LOSS
