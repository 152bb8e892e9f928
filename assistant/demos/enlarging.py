"""The networks that ship, on pictures held in memory."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.content import folder
from assistant.imaging import tiles
from assistant.imaging.resize import resize
from assistant.networks import backends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.networks import Network

    Pixels = NDArray[np.uint8]


PLAIN, BICUBIC, SAFMN = "not enlarged", "bicubic interpolation", "SAFMN"


def ways(name: str, scale: int) -> dict[str, Callable[[Pixels], Pixels]]:
    """What pictures are enlarged by ``scale`` with, by name: pixels repeated, interpolation, the
    network ``name``."""
    return {
        PLAIN: lambda low: low.repeat(scale, axis=0).repeat(scale, axis=1),
        BICUBIC: lambda low: resize(low, scale),
        SAFMN: lambda low: enlarged(low, name),
    }


@functools.cache
def network(name: str) -> Network:
    """Weights of ``catalog/weights`` by their name (``safmn-x4``), never the user's own, so that
    a demonstration measures the same everywhere."""
    from assistant.workflow.weights import Weights

    path = folder("catalog") / "weights" / f"{name}.safetensors"
    return backends.light(path, "auto", "fp32") or Weights(path, "shipped").load()


def enlarged(pixels: Pixels, name: str) -> Pixels:
    """Pixels, H x W x 3 or H x W (gray), uint8, after the network; the shape is kept but for the
    scale."""
    import numpy as np

    held = network(name)
    color = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    cut = tiles.tiling((color.shape[1], color.shape[0]), None, held.overlap, held.grid)
    made = tiles.assembled(color, held.scale, cut, lambda tile: backends.run_tile(held, tile))
    if pixels.ndim == 3:
        return made
    gray: Pixels = np.rint(made.mean(axis=2)).astype(np.uint8)
    return gray
