"""MiniLM with a low-rank change and several heads, in torch: what ``training.reader`` trains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

LAYERS, HEADS, WIDTH = 6, 12, 384
RANK = 16
SCALE = 20.0  # unit vectors times this go into the heads
_UNKNOWN = -4.0  # how a label starts that nothing was taught of yet
_CHANGED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def faster() -> AbstractContextManager[object]:
    """Products in bfloat16 where the processor multiplies it in tiles (AMX), in full elsewhere:
    AVX-512 alone takes half as long again for it."""
    tiles = torch.cpu.get_capabilities().get("amx_tile")
    return torch.autocast("cpu", torch.bfloat16) if tiles else nullcontext()


class Change(nn.Module):
    """A linear layer that stays, plus ``up @ down`` of rank 16 (LoRA, Hu et al. 2021)."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias  # no parameters: they are not trained
        wide, narrow = weight.shape
        self.down = nn.Parameter(torch.randn(RANK, narrow) / math.sqrt(narrow))
        self.up = nn.Parameter(torch.zeros(wide, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """``x`` (..., in) to (..., out)."""
        changed = functional.linear(functional.linear(x, self.down), self.up)
        return functional.linear(x, self.weight, self.bias) + 2 * changed


class Network(nn.Module):
    """Token ids and mask (texts, tokens) to unit vectors and the scores of each head.

    Layers before ``first`` stay as they are.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        sizes: Mapping[str, int],
        drop: float = 0.1,
        first: int = 0,
    ) -> None:
        super().__init__()
        self._fixed, self._first = weights, first
        self.changes = nn.ModuleDict(
            {
                _key(name): Change(weights[f"{name}.weight"], weights[f"{name}.bias"])
                for layer in range(first, LAYERS)
                for name in (f"encoder.layer.{layer}.{part}" for part in _CHANGED)
            }
        )
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, size) for name, size in sizes.items()})
        self._drop = nn.Dropout(drop)

    def forward(self, ids: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """The scores of each head, (texts, labels)."""
        x = self.states(ids, mask)
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        vector = functional.normalize(pooled, dim=1) * SCALE
        return {name: head(vector) for name, head in self.heads.items()}

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The states of the last layer, (texts, tokens, 384)."""
        hidden = (mask[:, None, None, :] - 1) * 1e4
        with torch.no_grad():
            x = self._embedded(ids)
            for layer in range(self._first):
                x = self._layer(x, hidden, layer)
        for layer in range(self._first, LAYERS):
            x = self._layer(x, hidden, layer)
        return x

    def _embedded(self, ids: Tensor) -> Tensor:
        w = self._fixed
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        dropped: Tensor = self._drop(self._norm("embeddings.LayerNorm", x))
        return dropped

    def _layer(self, x: Tensor, hidden: Tensor, layer: int) -> Tensor:
        at = f"encoder.layer.{layer}"
        queries, keys, values = (
            self._linear(f"{at}.attention.self.{name}", x)
            .view(*x.shape[:2], HEADS, -1)
            .transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = hidden.expand(-1, HEADS, x.shape[1], -1)
        with torch.autocast("cpu", enabled=False):  # its way back is slow in half precision
            mixed = functional.scaled_dot_product_attention(
                queries.float(), keys.float(), values.float(), attn_mask=seen
            )
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        mixed = self._changed(self._linear(f"{at}.attention.output.dense", mixed), layer)
        x = self._norm(f"{at}.attention.output.LayerNorm", x + mixed)
        wide = functional.gelu(self._linear(f"{at}.intermediate.dense", x))
        narrow = self._changed(self._linear(f"{at}.output.dense", wide), layer)
        return self._norm(f"{at}.output.LayerNorm", x + narrow)

    def _changed(self, x: Tensor, layer: int) -> Tensor:
        """With numbers dropped where the layer learns."""
        dropped: Tensor = self._drop(x) if layer >= self._first else x
        return dropped

    def take(self, arrays: Mapping[str, Tensor]) -> None:
        """Go on from what ships; labels that a head lacks there start at nothing."""
        with torch.no_grad():
            for key, tensor in self.changes.state_dict().items():
                name = key.replace("/", ".")
                tensor.copy_(arrays[name].float() / (2 if name.endswith(".up") else 1))
            for name, tensor in self.heads.state_dict().items():
                known = arrays[name].float()
                tensor.fill_(_UNKNOWN if name.endswith("bias") else 0.0)
                tensor[: len(known)] = known

    def arrays(self) -> dict[str, Tensor]:
        """What ships: the change (with its factor inside ``up``) and the heads."""
        found: dict[str, Tensor] = {}
        for key, tensor in self.changes.state_dict().items():
            name = key.replace("/", ".")
            found[name] = 2 * tensor if name.endswith(".up") else tensor
        found |= self.heads.state_dict()
        return {name: tensor.half().contiguous() for name, tensor in found.items()}

    def _linear(self, name: str, x: Tensor) -> Tensor:
        if _key(name) in self.changes:
            changed: Tensor = self.changes[_key(name)](x)
            return changed
        return functional.linear(x, self._fixed[f"{name}.weight"], self._fixed[f"{name}.bias"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self._fixed[f"{name}.weight"], self._fixed[f"{name}.bias"]
        return functional.layer_norm(x, (WIDTH,), weight, bias, 1e-12)


def _key(name: str) -> str:
    """Names of modules hold no dot."""
    return name.replace(".", "/")
