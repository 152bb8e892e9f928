"""What executes a network: ncnn or torch, or OpenVINO with the extra ``fast``.

A backend turns a Network into one whose module runs elsewhere; padding, tiles and everything
above stay the same.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import AssistantError, InputError
from assistant.networks import checkpoint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from assistant.networks import Network

    Tile = NDArray[np.float32]

Backend = Literal["auto", "torch", "openvino", "ncnn"]
Precision = Literal["fp32", "bf16"]


def light(path: Path, backend: Backend, precision: Precision) -> Network | None:
    """The network of a file where ncnn alone can run it, without torch; measured, it is twice as
    fast as torch for SAFMN (docs/benchmarks.md)."""
    if backend not in ("auto", "ncnn") or precision != "fp32" or not has("ncnn"):
        return None
    from assistant.networks import light, realesrgan

    if path.suffix == ".bin":
        return realesrgan.opened(path)
    if path.suffix != ".safetensors" or not path.is_file():
        return None
    try:
        return light.opened(path, checkpoint.header(path))
    except (InputError, ValueError, OSError):  # damaged: whoever loads it with torch says how
        return None


def prepared(
    network: Network, backend: Backend = "torch", precision: Precision = "fp32"
) -> Network:
    """``network`` on ``backend``; its results differ from float32 torch by rounding only.

    Raises:
        InputError: the backend is not installed or cannot express the network, or there is no
            bfloat16 in it or in this CPU.
    """
    if backend == "auto":
        backend = "torch"
    if backend != "torch" and not has(backend):
        raise InputError(
            f"--backend {backend}: {backend} is not installed",
            hint="pip install 'sr-assistant[fast]'",
        )
    if precision == "bf16" and not has_bf16():
        raise InputError(
            "this CPU has no bfloat16 instructions, with which alone --precision bf16 pays",
            hint="leave --precision out",
        )
    if backend == "ncnn":
        if precision != "fp32":
            raise InputError(
                "--backend ncnn computes in float32 only", hint="leave --precision out"
            )
        from assistant.networks.ncnn_backend import framed

        return dataclasses.replace(network, module=framed(network))
    if backend == "openvino":
        return dataclasses.replace(network, module=_OpenVino(network.module, precision))  # type: ignore[arg-type]  # called as a Frame is
    _channels_last(network.module)
    if precision == "bf16":
        return dataclasses.replace(network, module=_Bfloat16(network.module))  # type: ignore[arg-type]  # called as a Frame is
    return network


def run_tile(network: Network, tile: Tile) -> Tile:
    """Run a tile, float32 [h,w,3] in 0..1, to [scale*h,scale*w,3]; not clamped.

    Raises:
        AssistantError: there is not enough memory.
    """
    from assistant.networks.light import Arrays

    try:
        module: Any = network.module
        if isinstance(module, Arrays):
            made: Tile = module(tile)
            return made
        import torch

        with torch.inference_mode():
            # Pixels lie side by side in memory as channels_last wants them: nothing is copied.
            result = network(torch.from_numpy(tile).permute(2, 0, 1)[None])
            array: Tile = result[0].permute(1, 2, 0).float().numpy()
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):
            raise
        size = f"{tile.shape[1]}x{tile.shape[0]}"
        raise AssistantError(
            f"not enough memory for {network.architecture} on {size} pixels at once",
            hint="take smaller tiles: --tile N",
        ) from error
    return array


def has_bf16() -> bool:
    """Whether this CPU multiplies bfloat16 itself; emulated it would be slower than float32."""
    import torch

    cpu = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(cpu.get(name) for name in ("avx512_bf16", "amx_bf16", "amx_tile", "bf16"))


def has(backend: Backend) -> bool:
    """Whether the package of a backend is installed."""
    return importlib.util.find_spec(backend) is not None


def _channels_last(module: Any) -> None:
    import torch

    for part in module.modules():
        if isinstance(part, torch.nn.Conv2d):
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs know tensors only


class _Bfloat16:
    """A module under autocast: convolutions in bfloat16, what needs float32 stays."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, picture: Tensor) -> Tensor:
        import torch

        with torch.autocast("cpu", dtype=torch.bfloat16):
            result: Tensor = self.module(picture)
        return result.float()


class _OpenVino:
    """A module compiled by OpenVINO, once for each size of tile."""

    def __init__(self, module: Any, precision: Precision) -> None:
        import torch

        self.module = module
        self.settings = {
            "INFERENCE_PRECISION_HINT": {"fp32": "f32", "bf16": "bf16"}[precision],
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),  # OMP_NUM_THREADS limits both
        }
        self.compiled: dict[tuple[int, ...], Any] = {}

    def __call__(self, picture: Tensor) -> Tensor:
        import numpy as np
        import torch

        shape = tuple(picture.shape)
        if shape not in self.compiled:
            self.compiled[shape] = self._compile(shape)
        result = self.compiled[shape](np.ascontiguousarray(picture.numpy()))[0]
        return torch.from_numpy(np.array(result))

    def _compile(self, shape: tuple[int, ...]) -> Any:
        import openvino
        import torch

        # Sizes are fixed in the trace: pooling to a size that is computed does not convert.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that is what they warn of
            model = openvino.convert_model(
                self.module, example_input=torch.zeros(shape), input=list(shape)
            )
        return openvino.compile_model(model, "CPU", self.settings)
