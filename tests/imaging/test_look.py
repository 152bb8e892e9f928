"""Looking at a picture: each thing that can be wrong with one is found, and nothing else is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from assistant.imaging import noise, pictures
from assistant.imaging.faults import Look
from assistant.imaging.look import look
from assistant.imaging.pictures import Picture
from assistant.imaging.resize import resize


def scene(side: int = 320, seed: int = 0) -> np.ndarray:
    """A made-up photograph: patches of many sizes and colors with sharp and soft borders."""
    random = np.random.default_rng(seed)
    total = np.full((side, side, 3), 110.0)
    y, x = np.mgrid[:side, :side]
    for _ in range(160):
        center, radius = random.integers(0, side, 2), random.integers(4, 60)
        angle = random.uniform(0, np.pi)
        far = (x - center[0]) * np.cos(angle) + (y - center[1]) * np.sin(angle)
        inside = ((x - center[0]) ** 2 + (y - center[1]) ** 2 < radius**2) & (far > -radius / 3)
        color = np.clip(random.normal(120, 50, 3), 20, 235)
        shade = 1 + 0.004 * far[..., None] * random.uniform(-1, 1)
        total = np.where(inside[..., None], color * shade, total)
    return np.clip(total, 5, 250).astype(np.uint8)


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def noisy(pixels: np.ndarray, sigma: float) -> np.ndarray:
    added = np.random.default_rng(1).normal(0, sigma, pixels.shape)
    return np.clip(np.rint(pixels + added), 0, 255).astype(np.uint8)


def names(seen: Look) -> set[str]:
    return {fault.name for fault in seen.faults}


def test_a_clean_picture_has_no_fault() -> None:
    """What is not there is not reported."""
    assert set() == names(look(Picture(scene())))


@pytest.mark.parametrize("sigma", [8, 15, 30])
def test_noise_is_measured_to_a_level_and_a_half(sigma: int) -> None:
    """Gaussian noise of a known sigma, by channel too."""
    seen = look(Picture(noisy(scene(), sigma)))
    assert seen.noise is not None
    assert abs(seen.noise.sigma - sigma) < 1.5
    assert "noise" in names(seen)


def test_noise_of_one_channel_is_found_in_it() -> None:
    """Channels are measured apart: color noise is not spread over all."""
    pixels = scene()
    pixels[..., 2] = noisy(pixels[..., 2], 20)
    red, green, blue = noise.noise(pixels).channels
    assert max(red, green) < 3
    assert 17 < blue < 23


@pytest.mark.parametrize("quality", [25, 50, 75, 90])
def test_the_quality_of_a_jpeg_is_read_from_its_pixels(quality: int) -> None:
    """Saved again as PNG, the coefficients still lie on the steps of the tables."""
    seen = look(Picture(jpeg(scene(), quality)))
    assert seen.jpeg is not None
    assert ("pixels", False) == (seen.jpeg.source, seen.jpeg.shifted)
    assert abs(seen.jpeg.quality - quality) <= 3


def test_blocks_are_found_where_a_cut_moved_them() -> None:
    """A JPEG that was cropped is still known as one."""
    seen = look(Picture(np.ascontiguousarray(jpeg(scene(), 60)[3:, 5:])))
    assert seen.jpeg is not None
    assert seen.jpeg.shifted
    assert abs(seen.jpeg.quality - 60) <= 3


def test_a_file_names_its_own_quality_unless_its_pixels_show_worse(tmp_path: Path) -> None:
    """Tables are read where there are any; a picture saved twice is as bad as its worse time."""
    path = tmp_path / "a.jpg"
    Image.fromarray(scene()).save(path, quality=81)
    seen = look(pictures.read(path))
    assert seen.jpeg is not None
    assert ("tables", 81) == (seen.jpeg.source, seen.jpeg.quality)
    Image.fromarray(jpeg(scene(), 30)).save(path, quality=95)
    again = look(pictures.read(path))
    assert again.jpeg is not None
    assert "pixels" == again.jpeg.source
    assert abs(again.jpeg.quality - 30) <= 5


def test_blur_by_focus_is_measured() -> None:
    """A Gaussian of two pixels, within half a pixel, and no motion."""
    from training.damage import blurred_by

    seen = look(Picture(blurred_by(scene(), (2.0, 2.0), 0.0)))
    assert seen.blur is not None
    assert "defocus" == seen.blur.kind
    assert abs(seen.blur.sigma - 2) < 0.5


def test_motion_has_a_length_and_a_direction() -> None:
    """Eleven pixels along the rows: about that long, at 0 degrees."""
    pixels = scene(360).astype(float)
    moved = np.mean([np.roll(pixels, by, 1) for by in range(-5, 6)], axis=0)
    seen = look(Picture(moved[:, 8:-8].round().astype(np.uint8)))
    assert seen.blur is not None
    assert "motion" == seen.blur.kind
    assert seen.blur.length is not None
    assert 7 < seen.blur.length < 15
    assert seen.blur.direction is not None
    assert min(seen.blur.direction, 180 - seen.blur.direction) <= 15


def test_combs_are_found_where_a_part_moved() -> None:
    """The second field shows a part of the picture some pixels further."""
    pixels = scene()
    pixels[1::2, 60:260] = np.roll(pixels, 6, 1)[1::2, 60:260]
    assert "interlacing" in names(look(Picture(pixels)))


def test_an_enlarged_picture_holds_less_than_its_size() -> None:
    """Twice enlarged, about half of the side carries detail."""
    small = noisy(scene(200, seed=4), 3)
    seen = look(Picture(resize(small, 2)))
    assert seen.resolution is not None
    assert 0.35 < seen.resolution < 0.75


def test_writing_drawings_and_pixel_art_are_told_from_photos() -> None:
    """Each is known by its own measure; a photo is none of them."""
    page = Image.new("RGB", (420, 300), "white")
    pen = ImageDraw.Draw(page)
    for row in range(12, 280, 24):
        pen.text((10, row), "The quick brown fox jumps over the lazy dog again and again", "black")
    art = Image.new("RGB", (1200, 900), "white")
    pen = ImageDraw.Draw(art)
    for n in range(9):
        pen.ellipse((90 * n, 60 * n, 90 * n + 300, 60 * n + 240), outline="black", width=9)
    art = art.resize((400, 300), Image.Resampling.LANCZOS)
    dots = np.random.default_rng(0).integers(0, 4, (40, 50))
    colors = np.array([[0, 0, 0], [250, 240, 200], [200, 30, 30], [20, 90, 200]], np.uint8)
    shown = {
        name: look(Picture(np.asarray(pixels))).content
        for name, pixels in {
            "page": page,
            "art": art,
            "dots": colors[dots].repeat(6, 0).repeat(6, 1),
            "photo": scene(),
        }.items()
    }
    found = {
        name: (c.text > 0.5, c.drawing > 0.5, c.pixel_art)
        for name, c in shown.items()
        if c is not None
    }
    assert (True, None) == (found["page"][0], found["page"][2])
    assert (False, True, None) == found["art"]
    assert 6 == found["dots"][2]
    assert (False, False, None) == found["photo"]


def test_light_and_color() -> None:
    """Dark, faded and gray pictures; a cast counts only where hardly a color is neutral."""
    pixels = scene()
    assert "dark" in names(look(Picture((pixels * 0.15).astype(np.uint8))))
    assert "fading" in names(look(Picture((pixels * 0.25 + 110).astype(np.uint8))))
    gray = np.repeat(pixels[..., :1], 3, axis=2)
    assert look(Picture(gray)).light.gray
    cast = np.clip(pixels * [0.55, 0.8, 1.25], 0, 255).astype(np.uint8)
    assert look(Picture(pixels)).light.cast < look(Picture(cast)).light.cast


def test_a_tiny_picture_is_not_measured() -> None:
    """Below 32 pixels a side there is nothing to measure by; size and light are told."""
    seen = look(Picture(scene()[:20, :300]))
    assert (None, None, None, None) == (seen.noise, seen.jpeg, seen.blur, seen.content)
    assert not seen.spoiled


def test_transparent_and_deep_pictures_are_looked_at_as_they_are_seen() -> None:
    """Alpha and 16 bits are named; hidden colors are not measured."""
    pixels = scene()
    hidden = np.zeros(pixels.shape[:2], np.uint8)
    seen = look(Picture(noisy(pixels, 40), alpha=hidden))
    assert seen.alpha
    assert "noise" not in names(seen)
    deep = replace(Picture(pixels.astype(np.uint16) * 257))
    assert 16 == look(deep).depth


@pytest.mark.long
def test_a_large_picture_takes_little_time_and_memory() -> None:
    """Twelve megapixels are looked at through windows, in under two seconds."""
    import time

    large = Picture(np.tile(scene(1000), (3, 4, 1)))
    start = time.process_time()
    assert (4000, 3000) == look(large).size
    assert time.process_time() - start < 2
