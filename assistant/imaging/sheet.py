"""Labelled sheets: pictures side by side under a title, small charts, rendered text, as pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

Pixels = NDArray[np.uint8]
_GAP, _LINE, _TITLE = 12, 18, 22
_INK, _GRAY = (20, 20, 20), (190, 190, 190)
_COLORS = ((31, 119, 180), (214, 39, 40), (44, 160, 44), (148, 103, 189), (255, 127, 14))
_PLOT = (62, 14, 14, 44)  # left, top, right, bottom of the axes inside a chart


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture, H x W (gray) or H x W x 3, uint8, and the lines of its caption."""

    picture: Pixels
    caption: str


def sheet(title: str, rows: Sequence[Sequence[Panel]]) -> Pixels:
    """Rows of panels, each with its caption above it, under a title."""
    from PIL import Image, ImageDraw

    font = _font(13)
    heights = [
        _LINE * max(p.caption.count("\n") + 1 for p in row) + max(len(p.picture) for p in row)
        for row in rows
    ]
    widths = [[_wide(panel, font) for panel in row] for row in rows]
    width = max(sum(w) + _GAP * (len(w) + 1) for w in widths)
    width = max(width, int(_font(16).getlength(title)) + 2 * _GAP)
    size = (width, _TITLE + 2 * _GAP + sum(heights) + _GAP * len(rows))
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.text((_GAP, _GAP), title, _INK, _font(16))
    y = _TITLE + 2 * _GAP
    for row, wide, height in zip(rows, widths, heights, strict=True):
        x = _GAP
        lines = max(panel.caption.count("\n") + 1 for panel in row)
        for panel, step in zip(row, wide, strict=True):
            pen.multiline_text((x, y), panel.caption, _INK, font, spacing=_LINE - 15)
            image.paste(
                Image.fromarray(np.ascontiguousarray(panel.picture)), (x, y + _LINE * lines)
            )
            x += step + _GAP
        y += height + _GAP
    return np.asarray(image)


def magnified(picture: Pixels, factor: int) -> Pixels:
    """Each pixel as a square of ``factor`` pixels a side, so that it can be seen."""
    return np.ascontiguousarray(picture.repeat(factor, axis=0).repeat(factor, axis=1))


def shade(plane: NDArray[Any], low: float | None = None, high: float | None = None) -> Pixels:
    """Values as gray from ``low`` (black) to ``high`` (white), by default their own range."""
    low = float(plane.min()) if low is None else low
    high = float(plane.max()) if high is None else high
    scaled = (plane - low) / (high - low or 1.0)
    return np.rint(255 * np.clip(scaled, 0, 1)).astype(np.uint8)


def chart(
    series: Mapping[str, Sequence[tuple[float, float]]],
    axes: tuple[str, str],
    *,
    size: tuple[int, int] = (420, 300),
    points: bool = False,
    log: bool = False,
) -> Pixels:
    """Curves, or with ``points`` marked and named places, over two named axes; ``size`` is width
    and height; ``log`` makes the axis across logarithmic."""
    from PIL import Image, ImageDraw

    font = _font(12)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = _PLOT
    box = (left, top, size[0] - right, size[1] - bottom)
    lines = {name: np.array(line, np.float64) for name, line in series.items()}
    if log:
        for line in lines.values():
            line[:, 0] = np.log10(line[:, 0])
    values = np.concatenate(list(lines.values()))
    across, up = _scale(values[:, 0]), _scale(values[:, 1])
    for value in _ticks(*up):
        _, y = _place((across[0], value), box, across, up)
        pen.line((box[0], y, box[2], y), _GRAY)
        pen.text((box[0] - 6, y), f"{value:,.6g}", _INK, font, anchor="rm")
    for value in _decades(*across) if log else _ticks(*across):
        x, _ = _place((value, up[0]), box, across, up)
        pen.line((x, box[3], x, box[3] + 4), _INK)
        pen.text((x, box[3] + 7), f"{10**value if log else value:,.9g}", _INK, font, anchor="ma")
    pen.line((box[0], box[1], box[0], box[3], box[2], box[3]), _INK)
    pen.text(((box[0] + box[2]) / 2, size[1] - 4), axes[0], _INK, font, anchor="md")
    pen.text((box[0] + 6, box[1] - 12), axes[1], _INK, font)
    named: list[tuple[float, bool]] = []  # heights of names, and on which half
    for n, (name, line) in enumerate(lines.items()):
        color = _COLORS[n % len(_COLORS)]
        spots = [_place((x, y), box, across, up) for x, y in line]
        if not points:
            pen.line(spots, color, 2)
        for x, y in spots:
            pen.ellipse((x - 4, y - 4, x + 4, y + 4), color)
        x, y = spots[-1]
        if points:
            late = x > (box[0] + box[2]) / 2
            while any(abs(y - other) < _LINE - 4 and late == side for other, side in named):
                y += _LINE - 4
            named.append((y, late))
            pen.text((x + (-8 if late else 8), y), name, color, font, anchor="rm" if late else "lm")
        else:
            pen.text((box[0] + 10, box[1] + 8 + 16 * n), name, color, font)
    return np.asarray(image)


def written(lines: Sequence[str], size: int, margin: int = 8) -> Pixels:
    """Lines of black text on white, height x width, in the font that ships with Pillow."""
    from PIL import Image, ImageDraw

    font = _font(size)
    step = round(1.35 * size)
    width = int(max(font.getlength(line) for line in lines)) + 2 * margin
    image = Image.new("L", (width, step * len(lines) + 2 * margin), 255)
    pen = ImageDraw.Draw(image)
    for n, line in enumerate(lines):
        pen.text((margin, margin + n * step), line, 0, font)
    return np.asarray(image)


def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _wide(panel: Panel, font: FreeTypeFont | ImageFont) -> int:
    told = max(font.getlength(line) for line in panel.caption.split("\n"))
    return max(int(told) + 1, int(panel.picture.shape[1]))


def _scale(values: NDArray[np.float64]) -> tuple[float, float]:
    """The ends of an axis: a tenth of the range beyond the values."""
    low, high = float(values.min()), float(values.max())
    spare = 0.1 * (high - low) or 1.0
    return low - spare, high + spare


def _ticks(low: float, high: float) -> list[float]:
    """Round values between two ends, three to seven of them."""
    raw = (high - low) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(n * step, 10) for n in range(first, last + 1)]


def _decades(low: float, high: float) -> list[float]:
    """The logarithms of 1, 2, 5, 10, 20 ... between two ends, or of powers of ten only."""
    marks = (1, 2, 5) if high - low < 2 else (1,)
    powers = range(math.floor(low), math.ceil(high) + 1)
    held = (power + math.log10(mark) for power in powers for mark in marks)
    return [value for value in held if low <= value <= high]


def _place(
    point: tuple[float, float],
    box: tuple[int, int, int, int],
    across: tuple[float, float],
    up: tuple[float, float],
) -> tuple[float, float]:
    return (
        box[0] + (box[2] - box[0]) * (point[0] - across[0]) / (across[1] - across[0]),
        box[3] + (box[1] - box[3]) * (point[1] - up[0]) / (up[1] - up[0]),
    )
