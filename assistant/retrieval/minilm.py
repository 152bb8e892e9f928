"""all-MiniLM-L6-v2 in numpy: one question to a vector without torch, in 0.1 s from cold."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.retrieval import BLAS_IS_THREADED

Floats = npt.NDArray[np.float32]

DIMENSION = 384
MAX_TOKENS = 256
_LAYERS, _HEADS, _EPSILON = 6, 12, np.float32(1e-12)

# erf(x) = x P(x^2) / Q(x^2) on [-4, 4]: the coefficients of Eigen's and XLA's erf, taken in
# 64 bits because rounding in 32 bits would make 4e-7 of 1e-7.
_P = (
    *(-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05),
    *(-7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02),
)
_Q = (
    *(-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03),
    *(-7.37332916720468e-03, -1.42647390514189e-02),
)


class QueryEncoder:
    """A forward pass over the memory-mapped weights of ``folder``.

    BERT with 6 layers, 12 heads and 384 dimensions (Devlin et al. 2019; MiniLM, Wang et al.
    2020), 256 tokens at most, mean over the tokens, L2 norm 1. It takes one text at a time,
    hence no padding and no mask. Safe to share between threads.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._weights = read_safetensors(folder / "model.safetensors")
        if BLAS_IS_THREADED:
            _calm_blas()
        # One question is searched for models, for papers and for nothing near it.
        self._vector = functools.lru_cache(maxsize=64)(self._embed)

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one text, 384 numbers; an empty text has one too."""
        return list(self._vector(text))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of a few texts, one by one; for many use ``DocumentEncoder``."""
        return [self.embed_query(text) for text in texts]

    def _embed(self, text: str) -> tuple[float, ...]:
        # A terminal in another encoding passes lone surrogates, which the tokenizer refuses.
        text = text.encode("utf-8", "replace").decode("utf-8")
        return tuple(self._forward(self._tokenizer.encode(text).ids).tolist())

    def _forward(self, ids: Sequence[int]) -> Floats:
        """Token ids to the pooled unit vector (384,)."""
        x = self._weights["embeddings.word_embeddings.weight"][list(ids)]
        x += self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        x += self._weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            at = f"encoder.layer.{layer}"
            attended = self._linear(self._attend(x, at), f"{at}.attention.output.dense")
            x = self._norm(x + attended, f"{at}.attention.output.LayerNorm")
            wide = gelu(self._linear(x, f"{at}.intermediate.dense"))
            x = self._norm(x + self._linear(wide, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        pooled: Floats = x.mean(axis=0)
        pooled /= np.linalg.norm(pooled)
        return pooled

    def _attend(self, x: Floats, at: str) -> Floats:
        """Multi-head self-attention of ``x`` (tokens, 384), before its output layer."""
        queries, keys, values = (
            self._linear(x, f"{at}.attention.self.{name}").reshape(len(x), _HEADS, -1)
            for name in ("query", "key", "value")
        )
        scores: Floats = queries.transpose(1, 0, 2) @ keys.transpose(1, 2, 0)
        scores *= np.float32(1 / np.sqrt(queries.shape[2]))
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Floats = scores @ values.transpose(1, 0, 2)
        return mixed.transpose(1, 0, 2).reshape(x.shape)

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPSILON)
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _calm_blas() -> None:
    """One BLAS thread where numpy was loaded before our package could ask for one."""
    with contextlib.suppress(ImportError):  # it comes with sentence-transformers
        threadpools = importlib.import_module("threadpoolctl").ThreadpoolController()
        threadpools.select(internal_api="openblas").limit(limits=1)


def erf(x: Floats) -> npt.NDArray[np.float64]:
    """The error function, to 1e-7."""
    wide: npt.NDArray[np.float64] = np.clip(x, -4, 4, dtype=np.float64)
    square = wide * wide
    return wide * _polynomial(_P, square) / _polynomial(_Q, square)


def gelu(x: Floats) -> Floats:
    """``x`` times the exact normal distribution; the tanh form would break the parity."""
    normal = erf(x * np.float32(np.sqrt(0.5)))
    normal += 1
    normal *= 0.5
    return x * normal.astype(np.float32)


def _polynomial(
    coefficients: Sequence[float], x: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


def read_safetensors(path: Path) -> dict[str, Floats]:
    """The 32-bit tensors of a safetensors file by name, as views of a memory map.

    Layout: 8 bytes with the length of a JSON header, the header, the raw tensors. Only the
    rows of the vocabulary that a text needs are ever read from disk.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    raw = np.asarray(np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length))
    tensors = {}
    for name, tensor in header.items():
        if tensor.get("dtype") == "F32":
            start, stop = tensor["data_offsets"]
            tensors[name] = raw[start:stop].view("<f4").reshape(tensor["shape"])
    return tensors
