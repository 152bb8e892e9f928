"""A before/after picture: the whole in small, and where detail is richest a crop at 100 %."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import files
from assistant.errors import InputError
from assistant.imaging.alpha import seen

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

    from assistant.imaging.pictures import Picture

COLUMN = 480
_TALLEST = 4 * COLUMN
_BAR = 28
_GAP = 8
_MARGIN = 8  # input pixels beside the crop, so that interpolation sees what is there


def check(path: Path) -> None:
    """See that ``path`` is a .png, before any work is done."""
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: a comparison is written as PNG", hint="name a .png file")


def write(path: Path, given: Picture, results: Sequence[tuple[str, Picture]], scale: float) -> None:
    """Write the comparison of ``given``, enlarged by bicubic interpolation, with each result.

    Raises:
        InputError: ``path`` is no .png or cannot be written.
    """
    check(path)
    image = draw(given, results, scale)
    files.write(path, lambda file: image.save(file, "PNG"))


def draw(given: Picture, results: Sequence[tuple[str, Picture]], scale: float) -> PilImage:
    """Columns side by side: the input enlarged by bicubic interpolation, then each result."""
    from PIL import Image, ImageDraw, ImageFont

    side = max(1, min(int(COLUMN / scale), *given.size))
    left, top = _busiest(seen(given), side)
    crop = (left, top, left + side, top + side)
    before = "before" if scale == 1 else f"before, bicubic {scale:g}x"
    columns: list[tuple[str, PilImage, PilImage]] = [
        (before, _small(given), _bicubic(seen(given), crop, scale))
    ]
    for label, picture in results:
        factor = picture.size[0] / given.size[0]  # side by side, models may differ in it
        large = tuple(round(edge * factor) for edge in crop)
        cut = seen(picture)[large[1] : large[3], large[0] : large[2]]
        columns.append((label, _small(picture), Image.fromarray(cut)))
    width = max(COLUMN, *(c.width for _, _, c in columns))
    tall = [max(s.height for _, s, _ in columns), max(c.height for _, _, c in columns)]
    size = len(columns) * (width + _GAP) - _GAP, 2 * _BAR + sum(tall)
    sheet = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for n, (label, small, large_crop) in enumerate(columns):
        x = n * (width + _GAP)
        pen.text((x + 4, 4), label, "black", font)
        sheet.paste(small, (x, _BAR))
        pen.text((x + 4, _BAR + tall[0] + 4), "crop at 100 %", "black", font)
        sheet.paste(large_crop, (x, 2 * _BAR + tall[0]))
    return sheet


def _small(picture: Picture) -> PilImage:
    """The whole picture in one column's width, or less where it would be very tall."""
    from PIL import Image

    image = Image.fromarray(seen(picture))
    width, height = image.size
    factor = min(COLUMN / width, _TALLEST / height)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _bicubic(pixels: Any, crop: tuple[int, int, int, int], scale: float) -> PilImage:
    """A crop of the input enlarged exactly as the baseline is."""
    from PIL import Image

    from assistant.imaging.resize import resize_to

    left, top, right, bottom = crop
    x, y = max(0, left - _MARGIN), max(0, top - _MARGIN)
    part = pixels[y : bottom + _MARGIN, x : right + _MARGIN]
    large = resize_to(part, round(part.shape[0] * scale), round(part.shape[1] * scale))
    x, y = round((left - x) * scale), round((top - y) * scale)
    wide, high = (
        round(right * scale) - round(left * scale),
        round(bottom * scale) - round(top * scale),
    )
    return Image.fromarray(large[y : y + high, x : x + wide])


def _busiest(pixels: Any, side: int) -> tuple[int, int]:
    """Left and top of the square of ``side`` pixels with the strongest gradients."""
    import numpy as np

    gray = pixels.mean(axis=2, dtype=np.float32)
    if min(gray.shape) < 2:
        return 0, 0
    energy = np.abs(np.diff(gray, axis=0))[:, 1:] + np.abs(np.diff(gray, axis=1))[1:]
    sums = np.pad(energy.cumsum(0, dtype=np.float64).cumsum(1), ((1, 1), (1, 1)), "edge")
    sums[0] = sums[:, 0] = 0
    step = max(1, side // 4)
    rows = np.arange(0, gray.shape[0] - side + 1, step)[:, None]
    columns = np.arange(0, gray.shape[1] - side + 1, step)[None]
    inside = (
        sums[rows + side, columns + side]
        - sums[rows, columns + side]
        - sums[rows + side, columns]
        + sums[rows, columns]
    )
    row, column = np.unravel_index(int(inside.argmax()), inside.shape)
    return int(columns[0, column]), int(rows[row, 0])
