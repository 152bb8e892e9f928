"""The architectures that we implement: how to make one, and to know it by its state dict's keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError

if TYPE_CHECKING:
    from torch import nn

State = Mapping[str, Any]  # tensors, or arrays of numpy


@dataclass(frozen=True)
class Architecture:
    """What all networks of one architecture share, and how to read one from its keys."""

    marks: tuple[str, ...]
    hyperparameters: Callable[[State], dict[str, int]]
    published: tuple[Mapping[str, int], ...]
    traits: Mapping[str, Any]
    absent: tuple[str, ...] = ()


def create(architecture: str, **hyperparameters: int) -> nn.Module:
    """A fresh network with official key names, default initialization and training mode.

    ``SAFMN`` and ``SAFMN-NTIRE`` take scale, dim, blocks and factor; ``RCAN`` and ``HAN`` scale,
    groups, blocks, features and reduction; ``MSSNet`` wf, scale and vscale (channel increments).

    Raises:
        InputError: no such architecture.
    """
    from assistant.networks.han import HAN
    from assistant.networks.mssnet import MSSNet
    from assistant.networks.rcan import RCAN
    from assistant.networks.safmn import SAFMN

    match architecture:
        case "SAFMN":
            return SAFMN(**hyperparameters, ntire=False)
        case "SAFMN-NTIRE":
            return SAFMN(**hyperparameters, ntire=True)
        case "RCAN":
            return RCAN(**hyperparameters)
        case "HAN":
            return HAN(**hyperparameters)
        case "MSSNet":
            return MSSNet(**hyperparameters)
    raise InputError(
        f"no architecture called {architecture}", hint=f"there are {', '.join(ARCHITECTURES)}"
    )


def _count(state: State, prefix: str) -> int:
    """How many numbers follow ``prefix`` in the keys."""
    return len({key[len(prefix) :].split(".")[0] for key in state if key.startswith(prefix)})


def _read_safmn(state: State) -> dict[str, int]:
    dim = state["to_feat.weight"].shape[0]
    return {
        "scale": math.isqrt(state["to_img.0.weight"].shape[0] // 3),
        "dim": dim,
        "blocks": _count(state, "feats."),
        "factor": state["feats.0.ccm.ccm.0.weight"].shape[0] // dim,
    }


def _read_rcan(state: State) -> dict[str, int]:
    features = state["head.0.weight"].shape[0]
    upscales_by_3 = state["tail.0.0.weight"].shape[0] == 9 * features
    return {
        "scale": 3 if upscales_by_3 else 2 ** _count(state, "tail.0."),
        "groups": _count(state, "body.") - 1,
        "blocks": _count(state, "body.0.body.") - 1,
        "features": features,
        "reduction": features // state["body.0.body.0.body.3.conv_du.0.weight"].shape[0],
    }


def _read_mssnet(state: State) -> dict[str, int]:
    one = state["shallow_feat3.0.weight"].shape[0]
    two = state["E1_1.down12.down.1.weight"].shape[0]
    three = state["E1_1.down23.down.1.weight"].shape[0]
    return {"wf": one, "scale": two - one, "vscale": three - two}


_ATTENTION = "body.0.body.0.body.3.conv_du.0.weight"
_RCAN_MARKS = ("head.0.weight", _ATTENTION, "tail.0.0.weight", "tail.1.weight")
_SAFMN_MARKS = (
    "to_feat.weight",
    "feats.0.safm.mfr.3.weight",
    "feats.0.ccm.ccm.0.weight",
    "to_img.0.weight",
)
_RCAN_SIZES = ({"groups": 10, "blocks": 20, "features": 64, "reduction": 16},)
_SAFMN_SIZES = (
    {"dim": 36, "blocks": 8, "factor": 2},
    {"dim": 128, "blocks": 16, "factor": 2},
)
_MSSNET_SIZES = tuple(
    {"wf": wf, "scale": scale, "vscale": vscale}
    for wf, scale, vscale in ((20, 40, 40), (54, 42, 42), (80, 50, 50))
)
_RCAN_TRAITS = {"task": "super-resolution", "value_range": 255, "overlap": 32}
_MEANS = "channel attention averages over the whole picture"

# In the order of detection: a HAN state dict also holds every key of RCAN.
ARCHITECTURES: Mapping[str, Architecture] = {
    "HAN": Architecture(
        marks=("csa.gamma", "la.gamma", "last_conv.weight", *_RCAN_MARKS),
        hyperparameters=_read_rcan,
        published=_RCAN_SIZES,
        traits={
            **_RCAN_TRAITS,
            "image_global": (_MEANS, "layer attention compares maps of the whole picture"),
        },
    ),
    "RCAN": Architecture(
        marks=_RCAN_MARKS,
        hyperparameters=_read_rcan,
        published=_RCAN_SIZES,
        traits={**_RCAN_TRAITS, "image_global": (_MEANS,)},
    ),
    "SAFMN": Architecture(
        marks=("feats.0.norm1.weight", *_SAFMN_MARKS),
        hyperparameters=_read_safmn,
        published=_SAFMN_SIZES,
        traits={
            "task": "super-resolution",
            "smallest": 8,
            "grid": 8,
            "overlap": 16,
            "image_global": ("the pooling grid depends on the size of the picture",),
        },
    ),
    "SAFMN-NTIRE": Architecture(
        marks=("norm.gamma", *_SAFMN_MARKS),
        absent=("feats.0.norm1.weight",),
        hyperparameters=_read_safmn,
        published=_SAFMN_SIZES,
        traits={
            "task": "super-resolution",
            "smallest": 16,
            "grid": 16,
            "overlap": 32,
            "skip": "bilinear",
            "image_global": (
                "response normalization measures the whole picture",
                "the pooling grid depends on the size of the picture",
            ),
        },
    ),
    "MSSNet": Architecture(
        marks=(
            "E3_3.encoder_level1.0.body.0.weight",
            "tail3_3.weight",
            "shallow_feat3.0.weight",
            "E1_1.down12.down.1.weight",
            "E1_1.down23.down.1.weight",
        ),
        hyperparameters=_read_mssnet,
        published=_MSSNET_SIZES,
        traits={
            "task": "deblurring",
            "multiple": 16,
            "smallest": 16,
            "grid": 16,
            "overlap": 64,
            "image_global": ("the coarse picture is sampled on a grid fixed to its corners",),
        },
    ),
}
