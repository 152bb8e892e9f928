"""The damage that real weights are trained on: sizes kept, kinds mixed, patches still aligned."""

from __future__ import annotations

import numpy as np
import torch

from assistant.imaging.measures import psnr_y
from training import damage, patches
from training.pictures import Picture, resize
from training.scores import DAMAGES, spoiled


def picture(side: int = 160) -> Picture:
    coarse = np.random.default_rng(3).integers(40, 216, (side // 8, side // 8, 3), np.uint8)
    return resize(coarse, 8)


def test_every_sample_has_the_size_of_the_reduced_truth_and_a_share_is_clean() -> None:
    """Whatever steps are drawn, the result lies on the grid of the LR picture."""
    truth = picture()
    low = resize(truth, 1 / 4)
    made = [damage.damaged(truth, 4, np.random.default_rng(n)) for n in range(60)]
    assert {low.shape} == {each.shape for each in made}
    clean = sum(np.array_equal(each, low) for each in made)
    assert 3 <= clean <= 18


def test_one_to_one_damage_neither_blurs_nor_moves() -> None:
    """Without enlarging only noise and JPEG are met: the mean over many draws is the picture."""
    truth = picture()
    made = [damage.damaged(truth, 1, np.random.default_rng(n)) for n in range(40)]
    mean = np.mean([each.astype(np.float32) for each in made], axis=0)
    assert np.abs(mean - truth).mean() < 2.5


def test_a_damaged_patch_lies_where_its_truth_lies() -> None:
    """Enlarged again, an LR patch is nearer to its own truth than to one moved by two pixels."""
    data = patches.for_real([picture(256)], 2, 24)
    low, truth, _ = data.batch(16, (0, 0), torch.device("cpu"))
    assert (16, 3, 24, 24) == tuple(low.shape)
    small = torch.nn.functional.avg_pool2d(truth, 2)
    moved = torch.roll(small, 2, dims=3)
    assert (low - small).abs().mean() < (low - moved).abs().mean()


def test_stronger_damage_measures_worse() -> None:
    """The held-back pictures are spoiled as their names say, and alike each time."""
    truth = picture()
    worth = {name: psnr_y(spoiled(truth, name, 0), truth, 1) for name in DAMAGES}
    assert worth["noise 25"] < worth["noise 10"] < worth["clean"]
    again = spoiled(truth, "noise 10, JPEG 50", 0)
    assert np.array_equal(again, spoiled(truth, "noise 10, JPEG 50", 0))
