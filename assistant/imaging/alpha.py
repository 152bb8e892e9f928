"""Transparency apart from color: what is invisible must not color what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.imaging.pictures import Picture
    from assistant.imaging.samples import Pixels

_ALL = slice(None)


def seen(picture: Picture, rows: slice = _ALL, columns: slice = _ALL) -> Pixels:
    """A part of ``picture`` as 8-bit RGB, transparent parts on white."""
    import numpy as np

    shown = picture.eight_bit()
    pixels = shown.pixels[rows, columns]
    if shown.alpha is None:
        return pixels
    alpha = shown.alpha[rows, columns, None].astype(np.uint16)
    return ((pixels * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def filled(pixels: Pixels, alpha: Pixels) -> Pixels:
    """``pixels`` [H,W,3] with fully transparent ones colored like the visible ones nearby.

    Files often hold black there; enlarged as it is, it would bleed into every soft edge. Colors
    are pulled up a pyramid of averages weighted by alpha and pushed down into the gaps.
    """
    import numpy as np

    hidden = alpha == 0
    if not hidden.any() or hidden.all():
        return pixels
    weight = (alpha.astype(np.float32) / np.iinfo(alpha.dtype).max)[..., None]
    color = _pull(pixels.astype(np.float32) * weight, weight)
    result = pixels.copy()
    result[hidden] = np.rint(color[hidden]).astype(pixels.dtype)
    return result


def _pull(color: Any, weight: Any) -> Any:
    """Unpremultiplied color everywhere: own where there is weight, else that of the next level."""
    import numpy as np

    height, width = weight.shape[:2]
    own = color / np.maximum(weight, 1e-6)
    if min(height, width) <= 1 or weight.min() > 0:
        return own
    coarse = _pull(_halved(color), _halved(weight))
    below = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return np.where(weight > 0, own, below)


def _halved(values: Any) -> Any:
    """Sums of 2x2; an odd side is continued by zeros."""
    import numpy as np

    height, width = values.shape[:2]
    even = np.pad(values, ((0, height % 2), (0, width % 2), (0, 0)))
    return even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]
