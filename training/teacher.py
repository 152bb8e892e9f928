"""The teacher of the x4 networks: only its outputs are used, and every card names it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch

from assistant import networks
from assistant.errors import InputError
from training.patches import taught_by
from training.pictures import SHARED, Picture, reduced

FILE = SHARED / "weights" / "safmn-x4-ntire2023.pth"
SHA256 = "93fe3d7175ef1446cfcb3a884ddf8bbb4391f31190e9d1bf6c6c1cb768f8b565"
NAME = "SAFMN-NTIRE x4 (sunny2109/SAFMN, NTIRE2023_ESR/model_zoo/team15_SAFMN.pth, Apache-2.0)"


def outputs(truths: Sequence[Picture], scale: int, work: Path) -> list[Picture]:
    """What the teacher makes of each reduced picture.

    Raises:
        InputError: its file is missing or another one, or it does not upscale by ``scale``.
    """
    if not FILE.exists() or hashlib.sha256(FILE.read_bytes()).hexdigest() != SHA256:
        raise InputError(f"{FILE} is not there or not the teacher", hint=f"it is {NAME}")
    network = networks.build(torch.load(FILE, map_location="cpu", weights_only=True))
    if network.scale != scale:
        raise InputError(f"the teacher upscales by {network.scale}, not by {scale}")
    return taught_by(network, SHA256, [reduced(truth, scale) for truth in truths], work)
