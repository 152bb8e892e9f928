"""Networks of other architectures, through spandrel (the extra ``zoo``).

Tried only where none of our own architectures is recognized: spandrel takes a HAN for an RCAN.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, InputError
from assistant.networks import Network
from assistant.networks.torchvision import MISSING, shim_torchvision

if TYPE_CHECKING:
    from torch import Tensor

TASKS = {"SR": "super-resolution", "FaceSR": "face-restoration"}


def build(state: Mapping[str, Any], unknown: InputError) -> Network:
    """The network that spandrel recognizes in ``state``; ``unknown`` is our own refusal.

    Raises:
        InputError: spandrel is not installed, knows no such network, or it is none for one
            RGB picture.
    """
    spandrel = _spandrel(unknown)
    try:
        found = spandrel.ModelLoader(device="cpu").load_from_state_dict(dict(state))
    except spandrel.UnsupportedModelError as error:
        raise InputError(f"{unknown.message}; spandrel knows none either") from error
    except Exception as error:  # whatever a state dict that it does not expect makes it raise
        raise InputError(
            f"spandrel cannot load these weights: {' '.join(str(error).split())[:160]}",
            hint="the file belongs to another variant; it was not loaded",
        ) from error
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.input_channels not in (1, 3):
        raise InputError(f"{found.architecture.name} takes more than one RGB picture")
    needs = found.size_requirements
    return Network(
        architecture=str(found.architecture.id),
        task=TASKS.get(found.purpose, "restoration"),
        scale=found.scale,
        module=_Module(found),  # type: ignore[arg-type]  # called as a Frame is
        hyperparameters={},
        configuration=f"by spandrel {spandrel.__version__}",
        parameters=sum(p.numel() for p in found.model.parameters()),
        channels=found.input_channels,
        multiple=needs.multiple_of or 1,
        smallest=max(needs.minimum or 1, 1),
        grid=needs.multiple_of or 1,
        overlap=32,
        image_global=("how far this architecture looks is not known here",),
    )


class _Module:
    """A spandrel network as a function on [N,3,H,W]; one of one channel takes each in turn."""

    def __init__(self, descriptor: Any) -> None:
        self.descriptor = descriptor.eval()

    def __call__(self, picture: Tensor) -> Tensor:
        result: Tensor
        if self.descriptor.input_channels == 3:
            result = self.descriptor.model(picture)
            return result if result.shape[1] == 3 else result.expand(-1, 3, -1, -1)
        n, _, height, width = picture.shape
        result = self.descriptor.model(picture.reshape(n * 3, 1, height, width))
        return result.reshape(n, 3, *result.shape[-2:])

    def modules(self) -> Any:
        """As torch's: what ``channels_last`` goes through."""
        return self.descriptor.model.modules()


def _spandrel(unknown: InputError) -> Any:
    try:
        shim_torchvision()
        return importlib.import_module("spandrel")
    except ImportError as error:
        raise InputError(
            unknown.message,
            hint=f"{unknown.hint}; 42 more run with: pip install 'sr-assistant[zoo]'",
        ) from error
    except RuntimeError as error:
        if MISSING not in str(error):
            raise
        raise AssistantError(
            "torchvision does not match torch (one is a CUDA build, the other CPU)",
            hint="install both in one command from the same index",
        ) from error
