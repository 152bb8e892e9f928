"""Pictures for the tests, made on the spot."""

from __future__ import annotations

import io


def gradient(width: int, height: int) -> bytes:
    """A picture as the bytes of a PNG."""
    from PIL import Image

    data = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(data, "PNG")
    return data.getvalue()
