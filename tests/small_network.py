"""A SAFMN of 3,000 parameters with random weights and a bicubic skip, as a weights file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

METADATA = {"architecture": "SAFMN", "skip": "bicubic"}


def state(scale: int = 2, **changes: Any) -> dict[str, Any]:
    """Its state dict; the last layer is small, so that results look like the input."""
    import torch

    from assistant.networks import create

    torch.manual_seed(0)
    module = create("SAFMN", scale=scale, **{"dim": 8, "blocks": 1, "factor": 2, **changes})
    tensors = dict(module.state_dict())
    for key in ("to_img.0.weight", "to_img.0.bias"):
        tensors[key] = tensors[key] * 0.02
    return tensors


def save(path: Path, scale: int = 2) -> Path:
    """Write it as safetensors."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state(scale), path, {**METADATA, "scale": str(scale)})
    return path
