"""Training: its data, its patches, its optimizer, and that a resumed run is the same run."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from assistant import networks
from assistant.encoder.embedding import package_folder
from training import blur, cards, patches, pictures
from training.optimizer import orthogonal
from training.reader_network import Network
from training.recipes import RECIPES, Recipe
from training.starts import RANGE, published, started
from training.train import Run, prepared, rate_at, train

TINY = Recipe(
    "tiny", "SAFMN", 2, {"dim": 8, "blocks": 1, "factor": 2}, iterations=6, batch=2, side=16
)


def textures(count: int = 2, side: int = 120) -> list[pictures.Picture]:
    """Smooth random pictures."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (count, side // 6, side // 6, 3), np.uint8)
    return [pictures.resize(each, 6) for each in coarse]


def trained(recipe: Recipe, checkpoint: Path, *stops: int) -> Run:
    """Train in pieces: a fresh process would do the same at each stop."""
    for stop in stops:
        run = prepared(recipe, started(recipe, None), torch.device("cpu"))
        data = patches.for_scale(textures(), recipe.scale, recipe.side)
        train(run, data, {}, checkpoint, lambda *_: None, until=stop)
    return run


def test_a_resumed_run_ends_with_the_same_weights(tmp_path: Path) -> None:
    """Stopping after two of six iterations and going on changes no bit of the weights."""
    whole = trained(TINY, tmp_path / "whole.ckpt", 6)
    pieces = trained(TINY, tmp_path / "pieces.ckpt", 2, 6)
    assert (6, 6) == (whole.iteration, pieces.iteration)
    for key, value in whole.network.module.state_dict().items():
        assert torch.equal(value, pieces.network.module.state_dict()[key]), key


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    """A few dozen iterations beat the bicubic start on the pictures trained on."""
    recipe = dataclasses.replace(TINY, iterations=60, rate=5e-3)
    history = trained(recipe, tmp_path / "run.ckpt", 60).history
    assert history[-1]["loss"] < 0.9 * history[0]["loss"]


@pytest.mark.long
def test_no_training_picture_is_a_test_picture(shared: Path) -> None:
    """BSDS500's pictures in use differ from Set5 in every rotation; the known twin is left out."""
    test_set = pictures.test_pictures()
    assert 5 == len(test_set)
    names = [f"{path.parent.name}/{path.name}" for path in pictures.research_pictures()]
    assert not set(pictures.EXCLUDED) & set(names)
    assert not {path.name for path in pictures.held_back()} & {Path(name).name for name in names}
    used = [*pictures.held_back(), *pictures.research_pictures()[::8]]
    closest = max(pictures.alike(pictures.read(path), test_set) for path in used)
    assert closest < pictures.ALIKE


def test_the_leak_check_sees_copies(shared: Path) -> None:
    """A test picture that was turned, reduced and brightened is recognized."""
    test_set = pictures.test_pictures()
    copy = np.rot90(pictures.resize(test_set[4], 0.5), 3)
    assert pictures.alike((copy * 0.9).astype(np.uint8), test_set) > pictures.ALIKE


def test_every_listed_picture_has_a_free_license() -> None:
    """The data list names author and license of each picture, and no package twice."""
    import tomllib

    packages = tomllib.loads(pictures.LIST.read_text("utf-8"))["package"]
    assert len(packages) == len({package["name"] for package in packages})
    free = {"GPL-2.0-or-later", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0"}
    for package in packages:
        assert 64 == len(package["sha256"])
        for picture in package["pictures"]:
            assert picture["license"] in free, picture["path"]
            assert picture["author"], picture["path"]


def test_patches_correspond() -> None:
    """The LR patch of a batch is the reduced truth, whatever flip or turn was drawn."""
    data = patches.for_scale(textures(), 3, 12)
    low, truth, taught = data.batch(8, (0, 0), torch.device("cpu"))
    assert ((8, 3, 12, 12), (8, 3, 36, 36)) == (tuple(low.shape), tuple(truth.shape))
    assert torch.equal(truth, taught)
    mean = torch.nn.functional.avg_pool2d(truth, 3)
    assert (mean - low)[..., 1:-1, 1:-1].abs().mean() < 0.03


def test_batches_depend_on_nothing_but_the_seed() -> None:
    """The same run and iteration draw the same patches; the next iteration draws others."""
    data = patches.for_scale(textures(), 2, 16)
    device = torch.device("cpu")
    one, again, other = (data.batch(4, (1, n), device)[0] for n in (5, 5, 6))
    assert (True, False) == (torch.equal(one, again), torch.equal(one, other))


def test_patches_are_drawn_where_detail_is() -> None:
    """A picture that is flat but for one corner is cut at that corner."""
    flat = np.full((240, 240, 3), 128, np.uint8)
    flat[:60, :60] = textures(1, 60)[0]
    data = patches.for_scale([flat], 2, 16)
    low = data.batch(16, (0, 0), torch.device("cpu"))[0]
    assert all(patch.std() > 0 for patch in low)


def test_blur_kernels_are_paths_of_the_stated_length() -> None:
    """Kernels sum to one and are as long as the card says, for many draws."""
    for seed in range(50):
        weights = blur.kernel(np.random.default_rng(seed))
        ys, xs = np.nonzero(weights)
        extent = math.hypot(np.ptp(ys), np.ptp(xs))
        assert pytest.approx(1.0) == weights.sum()
        assert blur.SHORTEST / 2 <= extent <= blur.LONGEST + 4


def test_moved_patches_lie_where_their_truths_lie_and_a_share_is_sharp() -> None:
    """Over many draws the means agree better unshifted; some patches come back as they are."""
    data = patches.for_moved(textures(side=240), 32, (9.0, 17.0))
    low, truth, _ = data.batch(64, (0, 0), torch.device("cpu"))
    assert (64, 3, 32, 32) == tuple(low.shape)
    same = (low - truth).abs().amax(dim=(1, 2, 3)) == 0
    assert 3 <= int(same.sum()) <= 24
    mean = (low - truth)[~same].abs().mean()
    for shift in (2, -2):
        for axis in (2, 3):
            assert mean < (low - torch.roll(truth, shift, axis))[~same].abs().mean()


def test_blurring_keeps_flat_pictures_and_sizes() -> None:
    """Nothing darkens at the border."""
    flat = np.full((20, 30, 3), 77, np.uint8)
    assert np.array_equal(flat, blur.blurred(flat, np.random.default_rng(0)))


def test_muon_steps_are_orthogonal() -> None:
    """The singular values of a step lie near one, for wide and tall matrices."""
    torch.manual_seed(0)
    for shape in ((3, 8, 20), (2, 20, 8)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        assert (values > 0.5).all()
        assert (values < 1.3).all()


def test_the_step_size_warms_up_and_ends_at_zero() -> None:
    """A fraction at the start, near the full rate after the warm-up, almost nothing at the end."""
    recipe = dataclasses.replace(TINY, iterations=1000, rate=1e-3)
    assert rate_at(recipe, 0) < 1e-4
    assert rate_at(recipe, 60) > 9e-4
    assert rate_at(recipe, 999) < 1e-8


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_starts_from_the_plain_picture(name: str) -> None:
    """The first output is the enlarged (or unchanged) input, so training cannot start below it."""
    recipe = RECIPES[name]
    run = prepared(recipe, started(recipe, None), torch.device("cpu"))
    picture = torch.rand(1, 3, 16, 16)
    with torch.inference_mode():
        made = run.network(picture)
    expected = picture
    if recipe.scale > 1:
        expected = torch.nn.functional.interpolate(
            picture, scale_factor=recipe.scale, mode="bicubic"
        )
    assert torch.allclose(expected, made, atol=1e-5)


@pytest.mark.parametrize("name", ["rcan-small-x2", "han-small-x4", "safmn-x3", "mssnet-small"])
def test_saved_weights_compute_what_was_trained(name: str) -> None:
    """Changing RCAN's and HAN's range from 0..1 back to 0..255 changes no output."""
    recipe = RECIPES[name]
    module = started(recipe, None)
    torch.manual_seed(1)
    with torch.no_grad():
        for key, parameter in module.named_parameters():
            if key.startswith(("tail", "to_img", "la.", "csa.gamma")):
                parameter.normal_(0, 0.05)
    run = prepared(recipe, module, torch.device("cpu"))
    picture = torch.rand(1, 3, 16, 16)
    state = published(recipe, module.state_dict())
    loaded = networks.build(state, {"skip": run.network.skip or "none"})
    with torch.inference_mode():
        assert torch.allclose(run.network(picture), loaded(picture), atol=1e-4)
    assert (RANGE if recipe.architecture in {"RCAN", "HAN"} else 1) == loaded.value_range


def test_a_body_is_taken_over_and_its_head_made_anew() -> None:
    """x3 starts with x4's blocks; HAN starts as the RCAN whose body it has."""
    four, three = RECIPES["safmn-x4"], RECIPES["safmn-x3"]
    body = started(four, None).state_dict()
    body["feats.0.safm.aggr.bias"].fill_(7)
    module = started(three, body)
    assert 7 == module.state_dict()["feats.0.safm.aggr.bias"][0]
    assert (27, 0) == (
        module.state_dict()["to_img.0.weight"].shape[0],
        module.state_dict()["to_img.0.weight"].abs().sum(),
    )


@pytest.mark.long
def test_a_run_ends_in_weights_a_card_and_a_plot(shared: Path, tmp_path: Path) -> None:
    """The card holds the digest, the data, the scores; the weights load with its metadata."""
    import hashlib

    from safetensors import safe_open
    from safetensors.torch import load_file

    run = trained(TINY, tmp_path / "run.ckpt", 6)
    card = cards.publish(run, tmp_path / "out")
    weights = tmp_path / "out" / "tiny.safetensors"
    assert card["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    with safe_open(weights, "pt") as file:
        metadata = file.metadata()
    network = networks.build(load_file(weights), metadata)
    assert ("SAFMN", 2, "bicubic") == (network.architecture, network.scale, network.skip)
    written = (tmp_path / "out" / "tiny.md").read_text("utf-8")
    assert all(
        word in written for word in (card["sha256"], "Set5", "held-back", "GPL-2.0-or-later")
    )
    assert {"tiny.json", "tiny.md", "tiny.png", "tiny.safetensors"} == {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_a_network_goes_on_from_what_ships() -> None:
    """Labels that a head lacks there begin at nothing; the rest is as it shipped."""
    weights = load_file(package_folder() / "model.safetensors")
    torch.manual_seed(0)
    small, large = Network(weights, {"form": 2}), Network(weights, {"form": 3})
    with torch.no_grad():
        for change in small.changes.parameters():
            change.add_(0.01)
    large.take(small.arrays())
    ids, mask = torch.tensor([[101, 2023, 102]]), torch.ones(1, 3)
    told, more = (net.eval()(ids, mask)["form"] for net in (small, large))
    assert torch.allclose(told, more[:, :2], atol=1e-2)
    assert more[0, 2] < -1
