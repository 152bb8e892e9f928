"""A network loaded into ncnn and run on arrays; torch is not needed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import ncnn
import numpy as np
from numpy.typing import NDArray

from assistant.errors import AssistantError
from assistant.networks.ncnn_graph import INPUT, RESULT


def threads() -> int:
    """As many as OMP_NUM_THREADS says, else as this process may use processors."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    if said.isdigit() and int(said):
        return int(said)
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ours or 1


def loaded(layers: str, weights: bytes, count: int) -> ncnn.Net:
    """The network of these files, on ``count`` threads.

    Raises:
        AssistantError: ncnn does not take them.
    """
    # From files: the bindings take weights from memory as text only, which ends at a zero.
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "layers"), Path(folder, "weights")
        one.write_text(layers, "ascii")
        two.write_bytes(weights)
        return read(one, two, count)


def read(layers: Path, weights: Path, count: int) -> ncnn.Net:
    """The network in two files, on ``count`` threads.

    Raises:
        AssistantError: ncnn does not take them.
    """
    net = ncnn.Net()
    net.opt.num_threads = count
    # Nothing is rounded to 16 bits.
    for part in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{part}", False)
    if net.load_param(str(layers)) or net.load_model(str(weights)):
        raise AssistantError("ncnn does not load this network", hint="take --backend torch")
    return net


def run(
    net: ncnn.Net, picture: NDArray[np.float32], blobs: tuple[str, str] = (INPUT, RESULT)
) -> NDArray[np.float32]:
    """Map [C,H,W] to what the network makes of it; ``blobs`` are its first and its last.

    Raises:
        MemoryError: ncnn gave nothing.
    """
    # A Mat over numpy's memory neither keeps it alive nor survives layers that work in place.
    pixels = np.ascontiguousarray(picture)
    given = ncnn.Mat(pixels).clone()
    extractor = net.create_extractor()
    extractor.input(blobs[0], given)
    failed, result = extractor.extract(blobs[1])
    if failed or result.empty():
        raise MemoryError
    return np.array(result)
