"""Running a workflow: sizes, chains, branches, alpha, depth, tiles, proof and receipts."""

from __future__ import annotations

import dataclasses
import gc
import json
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_network import save

from assistant import networks
from assistant.catalog import Catalog
from assistant.errors import AssistantError, InputError
from assistant.imaging import pictures
from assistant.imaging.comparison import draw as compare
from assistant.imaging.pictures import Picture
from assistant.imaging.tiles import tiling
from assistant.networks import Network
from assistant.networks.backends import Backend, run_tile
from assistant.networks.detect import describe
from assistant.workflow import Node, Options, Receipt, Runner, Workflow, memory, proof, run
from assistant.workflow.drawing import draw, draw_file, lightest
from assistant.workflow.inference import enlarged
from assistant.workflow.weights import Weights, user_folder

RNG = np.random.default_rng(11)
X2, X3 = "SISR-SAFMN-2x", "SISR-SAFMN-3x"
SET5 = "images/Set5/image_SRF_4/img_00{}_SRF_4_{}.png"


def photo(width: int = 72, height: int = 56) -> Picture:
    """A smooth color gradient with some detail."""
    y, x = np.mgrid[:height, :width]
    base = np.stack([x * 255 / width, y * 255 / height, 128 + 60 * np.sin(x / 5 + y / 7)], axis=-1)
    return Picture(np.clip(base + RNG.normal(0, 1, base.shape), 0, 255).astype(np.uint8))


@pytest.fixture(autouse=True)
def _added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small networks for 2x and 3x in the user's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name, scale in ((X2, 2), (X3, 3)):
        save(user_folder() / f"{name}.safetensors", scale)


def test_the_receipt_says_what_ran_on_what(catalog: Catalog) -> None:
    """Model, digest, sizes, factor, whole picture; it is JSON and reads back."""
    given = photo()
    result, receipt = run(draw([[X2]], catalog), given, catalog=catalog)
    place = user_folder() / f"{X2}.safetensors"
    assert (144, 112) == result.size == receipt.output
    assert (X2, Weights(place, "user").sha256) == (receipt.model, receipt.weights_sha256)
    assert ((72, 56), 2.0, None, True) == (
        receipt.input,
        receipt.scale_measured,
        receipt.tiles,
        receipt.exact,
    )
    assert f"your file {X2}.safetensors" == receipt.steps[0].weights
    assert receipt == Receipt.model_validate_json(json.dumps(receipt.model_dump(mode="json")))
    assert "72x56 to 144x112 pixels" in receipt.text


def test_models_in_series_run_one_after_the_other(catalog: Catalog) -> None:
    """2x and then 3x is 6x; the receipt has a step for each."""
    given = photo(24, 20)
    result, receipt = run(draw([[X2, X3]], catalog), given, catalog=catalog)
    first, _ = run(draw([[X2]], catalog), given, catalog=catalog)
    second, _ = run(draw([[X3]], catalog), first, catalog=catalog)
    assert (144, 120) == result.size
    assert np.array_equal(second.pixels, result.pixels)
    assert [X2, X3] == [step.model for step in receipt.steps]


def test_models_side_by_side_give_a_result_each(catalog: Catalog) -> None:
    """Both from the same input; ``run`` alone refuses to choose."""
    flow = draw([[X2], [X3]], catalog)
    first, second = Runner(catalog).run(flow, photo(24, 20))
    assert ((48, 40), (72, 60)) == (first.picture.size, second.picture.size)
    with pytest.raises(InputError, match="2 outputs"):
        run(flow, photo(), catalog=catalog)


@pytest.mark.parametrize("scale", [2, 2.5, 1])
def test_any_final_factor_below_the_models_is_reached(catalog: Catalog, scale: float) -> None:
    """By the model and then an exact resize."""
    result, receipt = run(draw([[X3]], catalog, scale), photo(), catalog=catalog)
    assert (72 * scale, 56 * scale) == result.size == receipt.output


def test_without_a_model_the_lightest_that_reaches_the_factor_is_taken(catalog: Catalog) -> None:
    """For 2.5x the 3x model; beyond what there is, an error names what can run."""
    assert (X2, X3) == (lightest(catalog, 2), lightest(catalog, 2.5))
    with pytest.raises(InputError, match=r"no model that can run enlarges 9x; there are .*SAFMN"):
        lightest(catalog, 9)


def test_alpha_is_enlarged_apart(catalog: Catalog) -> None:
    """By interpolation; a hard edge does not take black from what was invisible."""
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, :20] = (220, 40, 40)
    alpha = np.zeros((40, 40), np.uint8)
    alpha[:, :20] = 255
    result, _ = run(draw([[X2]], catalog), Picture(pixels, alpha), catalog=catalog)
    assert result.alpha is not None
    assert ((80, 80), 255, 0) == (result.alpha.shape, result.alpha[40, 4], result.alpha[40, 76])
    seen = result.pixels[8:-8, 8:-8][result.alpha[8:-8, 8:-8] > 0]
    assert np.abs(seen.astype(int) - seen[0].astype(int)).max() <= 12


def test_gray_stays_gray_and_sixteen_bits_stay(catalog: Catalog) -> None:
    """Three equal channels in, three equal channels out; 16 bits are no detour over 8."""
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    given = Picture(np.repeat(ramp[..., None], 3, axis=2), gray=True)
    result, _ = run(draw([[X2]], catalog), given, catalog=catalog)
    assert (16, True) == (result.depth, result.gray)
    assert np.array_equal(result.pixels[..., 0], result.pixels[..., 2])
    assert len(np.unique(result.pixels)) > 2000


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (9, 7)])
def test_very_small_pictures_run(catalog: Catalog, size: tuple[int, int]) -> None:
    """Smaller than the network's smallest input: padded by reflection."""
    result, _ = run(draw([[X2]], catalog), photo(*size), catalog=catalog)
    assert (2 * size[0], 2 * size[1]) == result.size


def test_tiles_are_told_and_their_difference_is_small(catalog: Catalog) -> None:
    """The receipt has size, overlap, count and why the result is not exact."""
    given, flow = photo(200, 150), draw([[X2]], catalog)
    whole, _ = run(flow, given, catalog=catalog, options=Options(tile=0))
    told: list[tuple[str, int, int]] = []
    (result,) = Runner(catalog, Options(tile=70)).run(
        flow, given, told=lambda label, done, of: told.append((label, done, of))
    )
    tiles = result.receipt.tiles
    assert tiles is not None
    assert ((64, 64), 16) == (tiles.size, tiles.overlap)  # 64 is the next multiple of its grid
    assert [(X2, n, tiles.count) for n in range(tiles.count + 1)] == told
    assert (False, True) == (
        result.receipt.exact,
        "pooling" in result.receipt.steps[0].inexact_because[0],
    )
    assert np.abs(result.picture.pixels.astype(int) - whole.pixels.astype(int)).max() <= 8


def test_a_tile_that_is_too_small_is_refused(catalog: Catalog) -> None:
    """With the least that makes sense."""
    with pytest.raises(InputError, match="--tile 20 is too small") as caught:
        run(draw([[X2]], catalog), photo(), catalog=catalog, options=Options(tile=20))
    assert "at least 64" in caught.value.hint


def test_little_memory_means_small_tiles(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same picture is cut where it would not fit."""
    network = Weights(user_folder() / f"{X2}.safetensors", "user").load()
    assert memory.fitting_tile(network, (400, 300)) is None
    monkeypatch.setattr(memory, "BUDGET", 8 << 20)
    tile = memory.fitting_tile(network, (400, 300))
    assert tile is not None
    assert 64 <= tile < 300
    assert 0 == tile % network.grid


@pytest.mark.parametrize(("budget", "loads"), [(1 << 30, 1), (1 << 16, 2)])
def test_networks_are_kept_unless_writing_needs_their_memory(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, budget: int, loads: int
) -> None:
    """Two pictures load a network once; where results are large, once for each."""
    loaded = []

    def load(weights: Weights) -> Network:
        loaded.append(weights)
        return original(weights)

    original = Weights.load
    monkeypatch.setattr(Weights, "load", load)
    monkeypatch.setattr(memory, "BUDGET", budget)
    runner = Runner(catalog, Options(backend="torch"))
    for _ in range(2):
        runner.run(draw([[X2]], catalog), photo())
    assert loads == len(loaded)


def test_the_memory_of_a_network_is_measured() -> None:
    """Four maps of 100 channels alive at once are at least 1,600 bytes a pixel."""

    class Wide(torch.nn.Module):
        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            kept = [picture[:, :1].repeat(1, 100, 1, 1) + n for n in range(4)]
            return sum(part.mean(1, keepdim=True) for part in kept).expand(-1, 3, -1, -1)

    network = Network("Wide", "any", 1, Wide(), {}, "", 0)  # type: ignore[arg-type]
    assert 1600 <= memory.live_bytes(network) < 3600


def test_a_measured_network_can_be_given_back() -> None:
    """What was measured of it keeps neither it nor its weights in memory."""
    network = networks.create("SAFMN", scale=2, dim=8, blocks=1, factor=2)
    described = describe(network, {})
    memory.live_bytes(described)
    seen = weakref.ref(described.module)
    del network, described
    gc.collect()
    assert seen() is None


def test_a_reference_gives_quality_beside_bicubic(catalog: Catalog) -> None:
    """Measured on the right size only; a reference may be larger by less than the factor."""
    given, flow = photo(), draw([[X2]], catalog)
    truth = Picture(given.pixels.repeat(2, 0).repeat(2, 1))
    _, receipt = run(flow, given, catalog=catalog, reference=truth)
    assert receipt.psnr_y is not None
    assert receipt.bicubic_psnr_y is not None
    assert 20 < receipt.psnr_y < 60 > receipt.bicubic_psnr_y > 20
    odd = Picture(np.pad(truth.pixels, ((0, 1), (0, 1), (0, 0)), "edge"))
    _, again = run(flow, given, catalog=catalog, reference=odd)
    assert (receipt.psnr_y, receipt.ssim_y) == (again.psnr_y, again.ssim_y)


def test_a_reference_that_cannot_be_measured_against_is_refused_before_anything_runs(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another size, or too little to measure."""
    monkeypatch.setattr("assistant.workflow.runner.enlarged", None)  # would fail if called
    flow = draw([[X2]], catalog)
    with pytest.raises(InputError, match="the reference has 72x56 pixels, the result 144x112"):
        run(flow, photo(), catalog=catalog, reference=photo())
    with pytest.raises(InputError, match="14x12 pixels is too small to measure"):
        run(flow, photo(7, 6), catalog=catalog, reference=photo(14, 12))


def test_without_a_reference_the_result_is_held_against_the_input(catalog: Catalog) -> None:
    """A result that shows the input agrees with it; one that does not, does not."""
    _, good = run(draw([[X2]], catalog), photo(), catalog=catalog)
    assert good.consistency_db is not None
    assert good.consistency_db > 30
    assert f"to {good.consistency_db:.1f} dB" in good.text


def graph(**changes: Any) -> Workflow:
    """Input, 2x model, output, with changes to the model's node."""
    fields = {"id": "m", "role": "model", "label": X2, "port": "", "scale": 2, "model": X2}
    return Workflow(
        nodes=(
            Node(id="in", role="input", label="", port=""),
            Node.model_validate({**fields, **changes}),
            Node(id="out", role="output", label="", port=""),
        ),
        edges=(("in", "m"), ("m", "out")),
    )


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (graph(scale=4), "drawn as 4x, but its network is 2x"),
        (graph(model=None, label="Thing"), "Thing cannot be run: nothing here says"),
        (graph(model="SISR-RCAN-8x"), "SISR-RCAN-8x cannot be run: there are no weights for it"),
        (Workflow(nodes=graph().nodes, edges=(("in", "out"),)), r"the node m \(model\)"),
        (
            Workflow(nodes=graph().nodes, edges=(("in", "m"), ("m", "out"), ("in", "out"))),
            "the node out has two inputs",
        ),
        (Workflow(nodes=graph().nodes[:2], edges=(("in", "m"),)), "the workflow has no output"),
        (
            Workflow(nodes=graph().nodes[::2], edges=(("in", "out"), ("in", "out"))),
            "the node out has two inputs",
        ),
        (
            Workflow(
                nodes=(*graph().nodes, Node(id="m2", role="model", label="", port="")),
                edges=(("in", "m"), ("m", "out"), ("in", "m2")),
            ),
            r"the node m2 \(model\) leads to no output",
        ),
        (
            Workflow(
                nodes=(*graph().nodes, Node(id="out2", role="output", label="", port="")),
                edges=(("in", "m"), ("m", "out"), ("out", "out2")),
            ),
            r"the node out \(output\) is followed by others",
        ),
        (
            Workflow(
                nodes=(*graph().nodes[:2], Node(id="o", role="output", label="", port="", scale=2)),
                edges=(("in", "m"), ("m", "o")),
            ),
            r"the node o \(output\) has a factor",
        ),
    ],
)
def test_a_graph_that_cannot_run_is_refused_before_anything_runs(
    catalog: Catalog, flow: Workflow, said: str
) -> None:
    """Sizes, models and edges are checked first."""
    with pytest.raises(InputError, match=said):
        Runner(catalog).check(flow, (72, 56))


def test_a_result_beyond_the_memory_is_refused_before_anything_runs(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its size in pixels."""
    monkeypatch.setattr(memory, "free", lambda: 4 << 20)
    with pytest.raises(InputError, match="would have 2,000x1,000 pixels"):
        Runner(catalog).check(draw([[X2]], catalog), (1000, 500))


def test_a_network_that_gives_one_color_fails_loudly(catalog: Catalog) -> None:
    """Nobody gets a black picture without being told."""
    from safetensors.torch import load_file, save_file

    place = user_folder() / f"{X2}.safetensors"
    zeros = {key: value * 0 for key, value in load_file(place).items()}
    save_file(zeros, place)
    with pytest.raises(AssistantError, match=r"gave no result: it is nearly one color \(mean 0 of"):
        run(draw([[X2]], catalog), photo(), catalog=catalog)


def test_a_result_of_other_brightness_is_none() -> None:
    """A mean that moved by a tenth of the range, or another scene, is what broken weights give."""
    given = photo()
    good = Picture(given.pixels.repeat(2, 0).repeat(2, 1))
    dark = dataclasses.replace(good, pixels=(good.pixels * 0.6).astype(np.uint8))
    other = dataclasses.replace(good, pixels=np.ascontiguousarray(good.pixels[::-1, ::-1]))
    assert proof.fault(good, given, 0) is None
    assert "its mean is" in (proof.fault(dark, given, 0) or "")
    assert "agrees with the input to" in (proof.fault(other, given, 0) or "")


def test_a_cleaned_result_need_not_agree_with_the_noise_of_its_input() -> None:
    """Below 15 dB of agreement a clean result of a very noisy picture is still one."""
    clean = photo(120, 96)
    strong = np.random.default_rng(0).normal(0, 130, clean.pixels.shape)
    given = Picture(np.clip(clean.pixels + strong, 0, 255).astype(np.uint8))
    result = Picture(clean.pixels.repeat(2, 0).repeat(2, 1))
    agreement = proof.consistency(result, given)
    assert agreement is not None
    assert agreement < proof.LEAST_AGREEMENT
    assert proof.fault(result, given, grain=90) is None


def test_a_spoiled_input_is_no_measure_of_its_result(catalog: Catalog) -> None:
    """The receipt names what was measured and who was made for it, and praises no agreement."""
    given = photo(160, 120)
    grain = np.random.default_rng(0).normal(0, 20, given.pixels.shape)
    noisy = Picture(np.clip(given.pixels + grain, 0, 255).astype(np.uint8))
    _, receipt = run(draw([[X2]], catalog), noisy, catalog=catalog)
    assert receipt.consistency_db is None
    assert any(said.startswith("noise of sigma") for said in receipt.faults)
    assert f"{X2} was made for other pictures than this one" in receipt.text
    assert "agrees" not in receipt.text


def test_a_white_icon_is_no_broken_network() -> None:
    """What it shows is one color; the black is invisible. Nor is a nearly white page one."""
    pixels, alpha = np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8)
    pixels[10:30, 10:30], alpha[10:30, 10:30] = 255, 255
    page = np.full((40, 40, 3), 255, np.uint8)
    page[7, 7] = 250

    def white(picture: torch.Tensor) -> torch.Tensor:
        return torch.ones_like(picture)

    network = Network("White", "any", 1, white, {}, "", 0)  # type: ignore[arg-type]
    for given in (Picture(pixels, alpha), Picture(page)):
        result = enlarged(given, network, tiling((40, 40), None, 0), "White", lambda *_: None)
        assert 255 == result.pixels.min()


def test_transparent_parts_do_not_count_in_the_proof(catalog: Catalog) -> None:
    """Nobody sees the colors there, and the result may hold others."""
    given = photo()
    alpha = np.full(given.pixels.shape[:2], 255, np.uint8)
    alpha[:, :36] = 0
    pixels = given.pixels.copy()
    pixels[:, :36] = 0
    flow, hidden = draw([[X2]], catalog), Picture(pixels, alpha)
    truth = Picture(*(part.repeat(2, 0).repeat(2, 1) for part in (given.pixels, alpha)))
    _, alone = run(flow, hidden, catalog=catalog)
    _, measured = run(flow, hidden, catalog=catalog, reference=truth)
    assert alone.consistency_db is not None
    assert alone.consistency_db > 30
    assert measured.psnr_y is not None
    assert measured.psnr_y > 25


def test_a_weights_file_runs_without_a_record(catalog: Catalog, tmp_path: Path) -> None:
    """Drawn from what its keys show."""
    file = save(tmp_path / "mine.safetensors", 2)
    flow = draw_file(file, catalog)
    result, receipt = run(flow, photo(), catalog=catalog, options=Options(weights=file))
    assert ((144, 112), "mine") == (result.size, receipt.model)


def test_a_network_of_an_unknown_task_is_brought_to_a_factor_too(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of the catalog are; the receipt says so."""
    file = save(tmp_path / "mine.safetensors", 2)
    network = dataclasses.replace(Weights(file, "given").load(), task="polishing")
    monkeypatch.setattr(Weights, "load", lambda _: network)
    flow = draw_file(file, catalog, 1.5)
    result, receipt = run(flow, photo(), catalog=catalog, options=Options(weights=file))
    assert ((108, 84), "resized from 2x to 1.5x") == (result.size, receipt.notes[0][:23])


@pytest.mark.parametrize("name", ["SISR-RCAN-2x", X3])
def test_no_network_runs_under_the_name_of_another(
    catalog: Catalog, tmp_path: Path, name: str
) -> None:
    """A SAFMN is no RCAN, and one for 2x is none for 3x."""
    runner = Runner(catalog, Options(weights=save(tmp_path / "mine.safetensors", 2)))
    with pytest.raises(InputError, match=f"these weights are a SAFMN for 2x, {name} is something"):
        runner.check(draw([[name]], catalog), (72, 56))


def test_shipped_weights_are_never_passed_off_as_official(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipt and text say whose place they take."""
    from assistant.workflow import weights

    (user_folder() / f"{X2}.safetensors").unlink()
    save(tmp_path / "content/weights/safmn-x2.safetensors")
    monkeypatch.setattr(weights.content, "folder", lambda _name: tmp_path / "content")
    weights.shipped.cache_clear()
    try:
        _, receipt = run(draw([[X2]], catalog), photo(), catalog=catalog)
    finally:
        weights.shipped.cache_clear()
    assert receipt.stand_in is not None
    assert f"stands in for the official weights of {X2}" in receipt.stand_in
    assert receipt.stand_in in receipt.text


def test_bfloat16_is_refused_where_the_cpu_has_none(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Emulated it would be slower and worse."""
    from assistant.networks import backends

    monkeypatch.setattr(backends, "has_bf16", lambda: False)
    with pytest.raises(InputError, match="no bfloat16"):
        run(draw([[X2]], catalog), photo(), catalog=catalog, options=Options(precision="bf16"))


def test_bfloat16_stays_near_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few gray levels at most."""
    from assistant.networks import backends

    place = user_folder() / f"{X2}.safetensors"
    monkeypatch.setattr(backends, "has_bf16", lambda: True)
    tile = photo(32, 32).pixels.astype(np.float32) / 255
    exact = run_tile(backends.prepared(Weights(place, "user").load()), tile)
    rough = run_tile(backends.prepared(Weights(place, "user").load(), "torch", "bf16"), tile)
    assert np.abs(exact - rough).max() < 4 / 255


@pytest.mark.parametrize("backend", ["openvino", "ncnn"])
def test_a_backend_is_named_with_its_extra_where_it_is_missing(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    """One line with the command that helps."""
    from assistant.networks import backends

    monkeypatch.setattr(backends, "has", lambda _backend: False)
    with pytest.raises(InputError, match=f"{backend} is not installed") as caught:
        run(draw([[X2]], catalog), photo(), catalog=catalog, options=Options(backend=backend))
    assert "sr-assistant[fast]" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("DefaultCPUAllocator: can't allocate memory", AssistantError, "not enough memory"),
        ("Sizes of tensors must match", RuntimeError, "Sizes of tensors"),
    ],
)
def test_too_little_memory_names_the_remedy(text: str, kind: type[Exception], said: str) -> None:
    """Smaller tiles; every other error of torch goes through."""

    def module(_picture: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(text)

    network = Network("Large", "any", 1, module, {}, "", 0)  # type: ignore[arg-type]
    with pytest.raises(kind, match=said):
        run_tile(network, np.zeros((16, 16, 3), np.float32))


@pytest.mark.parametrize("backend", ["openvino", "ncnn"])
def test_a_fast_backend_gives_the_same_picture(catalog: Catalog, backend: Backend) -> None:
    """Within one gray level of torch, whole and in tiles."""
    pytest.importorskip(backend, reason="needs the extra fast")
    given, flow = photo(100, 80), draw([[X2]], catalog)
    for tile in (0, 64):
        plain, _ = run(flow, given, catalog=catalog, options=Options(tile=tile))
        fast, receipt = run(
            flow, given, catalog=catalog, options=Options(tile=tile, backend=backend)
        )
        assert backend == receipt.steps[0].backend
        assert 1 >= np.abs(fast.pixels.astype(int) - plain.pixels.astype(int)).max()


def test_the_provided_official_weights_reach_their_published_quality(
    shared: Path, catalog: Catalog
) -> None:
    """Set5 x4 through files, tiles off: 32.17 dB on the mean, bicubic 28.43."""
    weights = shared / "weights/safmn-x4-ntire2023.pth"
    runner = Runner(catalog, Options(weights=weights))
    flow, quality = draw_file(weights, catalog), []
    for number in range(1, 6):
        given, truth = (pictures.read(shared / SET5.format(number, k)) for k in ("LR", "HR"))
        (result,) = runner.run(flow, given, reference=truth)
        quality.append([result.receipt.psnr_y, result.receipt.bicubic_psnr_y])
    ours, bicubic = np.mean(quality, axis=0)
    assert (32.168, 28.430) == (pytest.approx(ours, abs=0.002), pytest.approx(bicubic, abs=0.002))


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (700, 3), (1, 3000)])
def test_a_comparison_of_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    """Also of pictures smaller than a crop."""
    given = photo(*size)
    large = Picture(given.pixels.repeat(2, 0).repeat(2, 1))
    sheet = compare(given, [("twice", large)], 2)
    assert 2 * 480 + 8 == sheet.width
    assert sheet.height < 2600  # also of a very tall picture


def test_a_comparison_shows_each_result_beside_the_input(catalog: Catalog) -> None:
    """A column each, with a crop at 100 %: its pixels are those of the result."""
    given = photo(300, 200)
    result, _ = run(draw([[X2]], catalog), given, catalog=catalog)
    sheet = np.asarray(compare(given, [("a", result), ("b", result)], 2))
    assert 3 * 480 + 2 * 8 == sheet.shape[1]
    crop = sheet[-400:, 488 : 488 + 400]
    places = [
        np.array_equal(crop, result.pixels[y : y + 400, x : x + 400])
        for y in range(0, 1, 1)
        for x in range(0, 201, 2)
    ]
    assert any(places)


def test_weights_are_found_once_a_run(catalog: Catalog) -> None:
    """What is added while a folder runs changes no picture of it."""
    runner, given = Runner(catalog), photo(160, 120)
    (before,) = runner.run(draw([[X2]], catalog), given)
    (user_folder() / f"{X2}.safetensors").rename(user_folder() / f"{X2}.pth")
    (after,) = runner.run(draw([[X2]], catalog), given)
    assert before.receipt.weights_sha256 == after.receipt.weights_sha256


def test_seconds_do_not_count_loading(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a receipt starts when the network is there and the tiles are cut."""
    import time

    original = memory.fitting_tile

    def slow(*given: Any, **more: Any) -> int | None:
        time.sleep(0.5)
        return original(*given, **more)

    monkeypatch.setattr(memory, "fitting_tile", slow)
    _, receipt = run(draw([[X2]], catalog), photo(40, 30), catalog=catalog)
    assert receipt.seconds < 0.4
