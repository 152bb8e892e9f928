"""A picture as it comes back from a JPEG file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def compressed(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """8-bit RGB [H,W,3] saved as JPEG of ``quality`` with full colors, and read again."""
    import numpy as np
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0)
    with Image.open(file, formats=["JPEG"]) as image:
        return np.array(image.convert("RGB"))
