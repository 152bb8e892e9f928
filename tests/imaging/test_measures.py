"""PSNR and SSIM: the protocol's published bicubic values, and what cannot be measured."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.errors import InputError
from assistant.imaging.measures import luma, psnr_y, ssim_y
from assistant.imaging.resize import resize


def read(path: Path) -> np.ndarray:
    """8-bit RGB."""
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))


@pytest.mark.parametrize(
    ("scale", "psnr", "ssim"), [(2, 33.674, 0.9303), (3, 30.405, 0.8689), (4, 28.430, 0.8111)]
)
def test_bicubic_scores_what_is_known(shared: Path, scale: int, psnr: float, ssim: float) -> None:
    """Set5 enlarged by the exact bicubic gives the known means of notes/networks.md, 3.3."""
    rows = []
    for path in sorted((shared / "images" / "Set5" / f"image_SRF_{scale}").glob("*_HR.png")):
        enlarged = resize(read(path.with_name(path.name.replace("_HR", "_LR"))), scale)
        rows.append([measure(enlarged, read(path), scale) for measure in (psnr_y, ssim_y)])
    seen = np.mean(rows, axis=0)
    assert (psnr, ssim) == (round(seen[0], 3), round(seen[1], 4))


def test_luma_of_black_and_white_is_in_video_range() -> None:
    """White is 235 and black 16 (ITU-R BT.601)."""
    picture = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert pytest.approx([16.0, 235.0]) == luma(picture)[0].tolist()


def test_equal_pictures_are_perfect() -> None:
    """No error: infinite PSNR, SSIM of one."""
    picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    assert (math.inf, 1.0) == (
        psnr_y(picture, picture, 2),
        pytest.approx(ssim_y(picture, picture, 2)),
    )


def test_psnr_of_a_known_error() -> None:
    """One gray level of error in every channel is 219 / 255 of a level in luma."""
    picture = np.full((12, 12, 3), 100, np.uint8)
    assert pytest.approx(20 * math.log10(255 * 255 / 219)) == psnr_y(picture, picture + 1, 0)


def test_ssim_of_tall_pictures_is_summed_over_strips() -> None:
    """A picture of 600 rows measures like its transpose, whose strips are others."""
    random = np.random.default_rng(0)
    one, two = (random.integers(0, 256, (600, 20, 3), np.uint8) for _ in range(2))
    turned = ssim_y(one.swapaxes(0, 1), two.swapaxes(0, 1), 0)
    assert pytest.approx(turned, rel=1e-9) == ssim_y(one, two, 0)


def test_the_border_is_cut() -> None:
    """Errors in the outermost ``border`` pixels do not count."""
    truth = np.full((20, 20, 3), 90, np.uint8)
    picture = truth.copy()
    picture[:4] = 0
    assert (True, math.inf) == (psnr_y(picture, truth, 3) < 40, psnr_y(picture, truth, 4))


@pytest.mark.parametrize(
    ("picture", "truth", "said"),
    [
        (np.zeros((8, 8, 3), np.uint8), np.zeros((8, 9, 3), np.uint8), "different size"),
        (np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8), "too small"),
        (np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.uint8), "8-bit RGB"),
        (np.zeros((8, 8, 3)), np.zeros((8, 8, 3)), "8-bit RGB"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    picture: np.ndarray, truth: np.ndarray, said: str
) -> None:
    """Other sizes, types or too few pixels are an error, not a number."""
    with pytest.raises(InputError, match=said):
        psnr_y(picture, truth, 4)
