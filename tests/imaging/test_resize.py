"""The resizer against the published test pictures, byte for byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assistant.imaging.resize import resize, resize_to


def read(path: Path) -> np.ndarray:
    """8-bit RGB."""
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_published_pictures_are_made_again(shared: Path, scale: int) -> None:
    """Shrinking Set5's HR pictures gives the published LR files in every byte."""
    for path in sorted((shared / "images" / "Set5" / f"image_SRF_{scale}").glob("*_HR.png")):
        expected = read(path.with_name(path.name.replace("_HR", "_LR")))
        assert np.array_equal(expected, resize(read(path), 1 / scale)), path.name


def test_flat_pictures_stay_flat() -> None:
    """The weights sum to one, also at the border and for both directions."""
    flat = np.full((7, 11, 3), 200, np.uint8)
    assert np.array_equal(np.full((21, 33, 3), 200, np.uint8), resize(flat, 3))
    assert np.array_equal(np.full((3, 5, 3), 200, np.uint8), resize_to(flat, 3, 5))


def test_sizes_are_rounded_up() -> None:
    """As MATLAB does: an odd side halved keeps its last pixel; 3 * (1/3) stays one."""
    assert (4, 6) == resize(np.zeros((7, 11), np.uint8), 0.5).shape
    assert (1, 2) == resize(np.zeros((3, 6), np.uint8), 1 / 3).shape


def test_ramps_stay_ramps() -> None:
    """A cubic kernel reproduces straight lines away from the border, in float."""
    ramp = np.linspace(0, 1, 32)[None].repeat(8, axis=0)
    steps = np.diff(resize(ramp, 2)[0, 8:-8])
    assert pytest.approx(np.full_like(steps, 1 / 62)) == steps


def test_float_pictures_are_neither_rounded_nor_clamped() -> None:
    """A float edge overshoots on both sides, its 8-bit twin stays in range."""
    edge = np.zeros((4, 16), np.float32)
    edge[:, 8:] = 1
    enlarged = resize(edge, 4)
    assert (np.float32, True, True) == (enlarged.dtype, enlarged.min() < 0, enlarged.max() > 1)
    eight_bit = resize((edge * 255).astype(np.uint8), 4)
    assert (np.uint8, 0, 255) == (eight_bit.dtype, eight_bit.min(), eight_bit.max())


def test_sixteen_bit_pictures_keep_their_depth() -> None:
    """Rounding and clamping follow the type, not 8 bit."""
    picture = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    enlarged = resize(picture, 2)
    assert (np.uint16, True) == (enlarged.dtype, enlarged.max() > 60_000)


def test_tall_pictures_are_made_in_strips() -> None:
    """A picture taller than a strip equals the same columns made from a transposed picture."""
    tall = np.random.default_rng(0).random((700, 5))
    assert np.allclose(resize(tall, 2), resize(tall.T, 2).T, atol=1e-12)
