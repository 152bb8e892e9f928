"""Pictures for the tests, made on the spot."""

from __future__ import annotations

import io


def gradient(width: int, height: int) -> bytes:
    """A picture as the bytes of a PNG."""
    from PIL import Image

    data = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(data, "PNG")
    return data.getvalue()


def spoiled() -> bytes:
    """A picture that was saved as JPEG of low quality."""
    from PIL import Image

    data = io.BytesIO()
    noise = Image.effect_mandelbrot((200, 160), (-1, -0.5, 0, 0.5), 60).convert("RGB")
    noise.save(data, "JPEG", quality=15)
    return data.getvalue()
