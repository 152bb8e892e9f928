"""Muon: momentum whose matrix is made orthogonal before each step.

Jordan, 2024; scaled to the size of Adam's steps as by Liu et al., 2025. A convolution's weight
counts as a matrix of outputs x (inputs * kernel).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


class Muon(torch.optim.Optimizer):
    """For the weights of dense hidden convolutions; all others belong to Adam."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.95) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One step; matrices of one shape are made orthogonal together."""
        if closure is not None:
            raise ValueError("Muon takes no closure")
        for group in self.param_groups:
            by_shape: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for param in group["params"]:
                if param.grad is None:
                    continue
                state = self.state[param]
                if not state:
                    state["momentum"] = torch.zeros_like(param.grad)
                held = state["momentum"]
                held.lerp_(param.grad, 1 - group["momentum"])
                ahead = param.grad.lerp(held, group["momentum"])
                matrix = ahead.reshape(param.shape[0], -1)
                by_shape[matrix.shape[0], matrix.shape[1]].append((param, matrix))
            for shape, pairs in by_shape.items():
                steps = orthogonal(torch.stack([matrix for _, matrix in pairs]))
                rate = -0.2 * max(shape) ** 0.5 * group["lr"]
                for (param, _), step in zip(pairs, steps, strict=True):
                    param.add_(step.view(param.shape), alpha=rate)


def orthogonal(matrices: Tensor) -> Tensor:
    """[N,R,C] to nearly orthogonal matrices by five Newton-Schulz iterations."""
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[1] > matrices.shape[2]
    x: Tensor = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x
