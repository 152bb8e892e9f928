"""A torchvision of another build than torch: importable with the names of its operators alone.

A wheel for CUDA beside a torch for CPU fails on its first compiled operator
(pytorch/pytorch#157648), and transformers hides that behind "Could not import module
'PreTrainedModel'". Neither a cross-encoder nor a network of spandrel's calls these operators.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

MISSING = "torchvision::"
"""Stands in the error of an operator that is not there."""
_operators: list[Any] = []  # a torch library takes its operators along when it is collected


def shim_torchvision() -> None:
    """Make a torchvision built for another torch importable; leave any other alone.

    Has to run before the first import of what imports torchvision.
    """
    try:
        importlib.import_module("torchvision")
    except ImportError:
        return
    except RuntimeError as error:
        if MISSING not in str(error):
            raise
        _declare_operators()
        importlib.import_module("torchvision")


def _declare_operators() -> None:
    """Declare what torchvision registers shapes for when it is imported."""
    import torch

    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library: Any = torch.library.Library
    names = library("torchvision", "FRAGMENT")
    known = torch.ops.torchvision  # another part of the program may have declared them
    for name in (name for name in ("nms", "qnms") if not hasattr(known, name)):
        names.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _operators.append(names)
