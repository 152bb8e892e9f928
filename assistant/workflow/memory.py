"""How much memory a network needs a pixel, how much there is, and the tile that fits."""

from __future__ import annotations

import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.imaging.tiles import smallest_tile

if TYPE_CHECKING:
    from assistant.networks import Network

BUDGET = 1 << 30
"""Bytes for running one tile, the same on every large machine so that results are, too."""
_PROBE = 32
_SLACK = 1.5  # convolutions keep reordered copies of their input that torch does not count
_FLOATS = 12  # bytes of an RGB pixel in float32
_MEASURED: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()  # keeps none alive


def fitting_tile(network: Network, size: tuple[int, int], *, spare: bool = False) -> int | None:
    """The largest square tile whose run fits into the budget; None where all of it fits.

    ``spare``: keep half of it free for a backend with memory of its own.
    """
    budget = min(BUDGET, free() // 2) // (2 if spare else 1)
    width, height = size
    row = width * network.scale**2 * _FLOATS * 2  # a row of joined tiles and what is carried on
    known = getattr(network.module, "live_bytes", None)
    each = known or live_bytes(network) * _SLACK
    if width * height * (each + 2 * network.scale**2 * _FLOATS) <= budget:
        return None
    grid = network.grid
    least = smallest_tile(network.overlap, grid, network.smallest)
    tile = 2048 // grid * grid
    while tile > least and tile * tile * each + tile * row > budget:
        tile -= grid
    return max(tile, least)


def live_bytes(network: Network) -> float:
    """The most bytes of tensors that live at once, for each input pixel.

    Measured by running a small picture and following every tensor that is made.
    """
    module = network.module
    if module not in _MEASURED:
        _MEASURED[module] = _live_bytes(module)
    return _MEASURED[module]


def _live_bytes(module: Any) -> float:
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Follow(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
        """Adds up the storages that are alive."""

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # else torch loads its compiler, which takes seconds and is not used

        alive: dict[int, int] = {}  # noqa: RUF012 - one for the one run below
        most: int = 0

        def __torch_dispatch__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            result = function(*args, **(kwargs or {}))
            for leaf in tree_leaves(result):
                if isinstance(leaf, torch.Tensor):
                    storage = leaf.untyped_storage()
                    place = storage.data_ptr()
                    if place not in self.alive:
                        self.alive[place] = storage.nbytes()
                        weakref.finalize(storage, self.alive.pop, place, None)
            self.most = max(self.most, sum(self.alive.values()))
            return result

    with torch.inference_mode(), Follow() as seen:  # type: ignore[no-untyped-call]  # torch leaves it untyped
        module(torch.zeros(1, 3, _PROBE, _PROBE))
    return float(seen.most) / _PROBE**2


def free() -> int:
    """Bytes of memory that a program could take now; 4 GB where the system does not say."""
    found = []
    if "SC_AVPHYS_PAGES" in getattr(os, "sysconf_names", ()):
        found.append(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            found = [int(line.split()[1]) << 10]
    limit, used = (_lines(f"/sys/fs/cgroup/memory.{name}")[:1] for name in ("max", "current"))
    if limit and used and limit[0].isdigit():
        found.append(int(limit[0]) - int(used[0]))
    return max(min(found, default=4 << 30), 0)


def peak_mb() -> float | None:
    """The most memory this process ever held, in MB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("ascii").splitlines()
    except OSError:
        return []
