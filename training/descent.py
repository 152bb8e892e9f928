"""How the networks that read go down: AdamW with a warm start, then a rate that falls in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


class Descent:
    """Steps of ``network``; ``groups`` are its parameters, with rates of their own where they have
    them. The rate rises over ``warm`` steps and is a fiftieth after all of ``steps``."""

    def __init__(
        self, network: nn.Module, groups: Iterable[dict[str, Any]], steps: int, *,
        decay: float, warm: int, clip: float,
    ) -> None:  # fmt: skip
        self._network, self._clip = network, clip
        self._optimizer = torch.optim.AdamW(groups, weight_decay=decay)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: min(1, (step + 1) / warm) * max(0.02, 1 - step / steps)
        )

    def step(self, loss: Tensor) -> float:
        """One step down from a loss; the loss."""
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(self._network.parameters(), self._clip)
        self._optimizer.step()
        self._schedule.step()
        return loss.item()


def padded(ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids of texts of any length, and 1 where one stands: (texts, tokens) each."""
    wide = max(map(len, ids))
    mask = torch.tensor([[1.0] * len(one) + [0.0] * (wide - len(one)) for one in ids])
    return torch.tensor([[*one, *[0] * (wide - len(one))] for one in ids]), mask
