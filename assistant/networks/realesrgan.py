"""Real-ESRGAN of the extra ``real`` on ncnn: RGB in 0..1 from the blob ``data`` to ``output``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.networks import packaged
from assistant.networks.light import Arrays
from assistant.networks.network import Network

if TYPE_CHECKING:
    import ncnn

    from assistant.networks.light import Pixels


def opened(path: Path) -> Network | None:
    """The network of a file of the package; None where it is another."""
    held = next((each for each in packaged.HELD.values() if each.file == path.stem), None)
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


class _Packaged(Arrays):
    """Maps float32 RGB [H,W,3] in 0..1 to four times the size; loaded at the first tile."""

    def __init__(self, path: Path, held: packaged.Held) -> None:
        self.path = path
        self.live_bytes = held.live_bytes
        self.net: ncnn.Net | None = None

    def __call__(self, picture: Pixels) -> Pixels:
        from assistant.networks import ncnn_net

        if self.net is None:
            self.net = ncnn_net.read(self.path.with_suffix(".param"), self.path, ncnn_net.threads())
        made = ncnn_net.run(self.net, picture.transpose(2, 0, 1), ("data", "output"))
        return made.transpose(1, 2, 0)
