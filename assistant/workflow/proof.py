"""How good a result is: against a reference beside bicubic, or against its own input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.imaging.alpha import seen

if TYPE_CHECKING:
    from assistant.imaging.pictures import Picture

LEAST_AGREEMENT = 15.0  # dB between input and result, below which it shows something else
MOST_MOVED = 25.5  # levels of 255 that the mean may move
_GRAIN = 3.0  # dB that a cleaned result may lie below its noisy input's own noise
MIDDLE = 512  # input pixels a side on which consistency is measured
_EDGE = 4


def check(size: tuple[int, int], given: Picture, reference: Picture) -> int:
    """The border that is cut where a result of ``size`` is measured against ``reference``.

    Raises:
        InputError: the reference has another size, or too little would be left.
    """
    from assistant.imaging.measures import check_size

    (width, height), (wide, high) = size, reference.size
    border = max(1, round(width / given.size[0]))
    if not (0 <= wide - width < border and 0 <= high - height < border):
        raise InputError(
            f"the reference has {wide}x{high} pixels, the result {width}x{height}",
            hint="the reference must be what the input was made from, factor times as large",
        )
    check_size(width, height, border)
    return border


def against(result: Picture, given: Picture, reference: Picture) -> dict[str, float]:
    """PSNR-Y and SSIM-Y of ``result`` and of ``given`` enlarged by bicubic interpolation.

    Protocol of the papers: 8 bit, luma, a border of the factor cut, the reference cut at the
    right and the bottom to a multiple of the factor. Transparent pictures are seen on white.

    Raises:
        InputError: as ``check``.
    """
    from assistant.imaging.measures import psnr_y, ssim_y
    from assistant.imaging.resize import resize_to

    width, height = result.size
    border = check(result.size, given, reference)
    truth = seen(reference)[:height, :width]
    ours = seen(result)
    plain = resize_to(seen(given), height, width)
    return {
        "psnr_y": _finite(psnr_y(ours, truth, border)),
        "ssim_y": round(ssim_y(ours, truth, border), 4),
        "bicubic_psnr_y": _finite(psnr_y(plain, truth, border)),
        "bicubic_ssim_y": round(ssim_y(plain, truth, border), 4),
    }


def consistency(result: Picture, given: Picture) -> float | None:
    """PSNR-Y in dB between ``given`` and ``result`` shrunk to its size, on the middle.

    None where the two have one size, or too little is left to compare.
    """
    from assistant.imaging.measures import psnr_y
    from assistant.imaging.resize import resize_to

    factor = result.size[0] / given.size[0]
    width, height = given.size
    if factor <= 1 or factor != round(factor) or min(width, height) <= 2 * _EDGE:
        return None
    rows, columns = (_middle(side) for side in (height, width))
    small = seen(given, rows, columns)
    large = seen(result, _times(rows, factor), _times(columns, factor))
    shrunk = resize_to(large, *small.shape[:2])
    return _finite(psnr_y(shrunk, small, _EDGE))


def fault(result: Picture, given: Picture, grain: float) -> str | None:
    """Why ``result`` cannot be what a sound network makes of ``given``; None where it can.

    ``grain`` is the sigma of the noise of ``given``, with which a result need not agree.
    """
    shown, before = _levels(result), _levels(given)
    if shown.std() < 1 <= before.std() / 4:
        return f"it is nearly one color (mean {shown.mean():.0f} of 255)"
    if abs(shown.mean() - before.mean()) > MOST_MOVED:
        return f"its mean is {shown.mean():.0f} of 255, that of the input {before.mean():.0f}"
    agreement = consistency(result, given)
    noise = 20 * math.log10(255 / grain) - _GRAIN if grain > 0 else math.inf
    if agreement is not None and agreement < min(LEAST_AGREEMENT, noise):
        return f"shrunk again, it agrees with the input to {agreement:.1f} dB only"
    return None


def _levels(picture: Picture) -> Any:
    """Some pixels of what is seen of ``picture``, in levels of 255."""
    step = max(1, min(picture.size) // 256)
    return seen(picture)[::step, ::step].astype(float)


def _middle(side: int) -> slice:
    start = max(0, (side - MIDDLE) // 2)
    return slice(start, min(side, start + MIDDLE))


def _times(part: slice, factor: float) -> slice:
    return slice(int(part.start * factor), int(part.stop * factor))


def _finite(decibels: Any) -> float:
    """Rounded for a receipt; JSON has no infinity, and equal pictures are above any bound."""
    return round(float(decibels), 3) if math.isfinite(decibels) else 99.0
