"""all-MiniLM-L6-v2 in numpy: texts to vectors without torch, a question in 0.1 s from cold."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.stored import read_safetensors

Floats = npt.NDArray[np.float32]

DIMENSION = 384
MAX_TOKENS = 256
BATCH_TOKENS = 1024  # what fits into the caches; larger batches are slower
_LONGEST = 50_000  # characters; 256 tokens take fewer, and a million of them take seconds
_LAYERS, _HEADS, _EPSILON = 6, 12, np.float32(1e-12)

# erf(x) = x P(x^2) / Q(x^2) on [-4, 4]: the coefficients of Eigen's and XLA's erf.
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
    2020), 256 tokens at most, mean over the tokens, L2 norm 1. Texts of one length go together,
    hence no padding and no mask. Safe to share between threads.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._weights: dict[str, Floats] = read_safetensors(folder / "model.safetensors")
        # One question is searched for models, for papers and for nothing near it.
        self._vector = functools.lru_cache(maxsize=64)(self._embed)

    @property
    def table(self) -> Floats:
        """The vectors of all tokens (30,522, 384)."""
        return self._weights["embeddings.word_embeddings.weight"]

    def token_ids(self, word: str) -> list[int]:
        """The tokens of a word, without those that begin and end a text."""
        ids: list[int] = self._tokenizer.encode(_utf8(word), add_special_tokens=False).ids
        return ids

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one text, 384 numbers; an empty text has one too."""
        return list(self._vector(text))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of many texts, on every core that this process may use."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(map(_utf8, texts)))]
        vectors = np.empty((len(ids), DIMENSION), np.float32)
        batches = list(_batches([len(one) for one in ids]))
        passes = self.passes(np.array([ids[row] for row in rows]) for rows in batches)
        for rows, made in zip(batches, passes, strict=True):
            vectors[rows] = made
        found: list[list[float]] = vectors.tolist()
        return found

    def passes(self, batches: Iterable[npt.NDArray[np.int64]]) -> Iterator[Floats]:
        """Each batch of token ids (texts, tokens) to unit vectors (texts, 384), in order."""
        with (
            one_blas_thread(),
            ThreadPoolExecutor(_cores()) as pool,
        ):  # numpy's products leave Python's lock
            yield from pool.map(self.forward, batches)

    def _embed(self, text: str) -> tuple[float, ...]:
        ids = np.array([self._tokenizer.encode(_utf8(text)).ids])
        return tuple(self.forward(ids)[0].tolist())

    def forward(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Token ids (texts, tokens) to unit vectors (texts, 384)."""
        texts, tokens = ids.shape
        states = self.contextual(ids.ravel(), [tokens] * texts)
        pooled: Floats = states.reshape(texts, tokens, -1).mean(axis=1)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled

    def contextual(self, ids: npt.NDArray[np.int64], lengths: Sequence[int]) -> Floats:
        """Token ids of texts one after another to the states of the last layer (tokens, 384)."""
        places = np.concatenate([np.arange(length) for length in lengths])
        x = self._weights["embeddings.word_embeddings.weight"][ids]
        x += self._weights["embeddings.position_embeddings.weight"][places]
        x += self._weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        with one_blas_thread():
            for layer in range(_LAYERS):
                x = self._transformed(x, lengths, f"encoder.layer.{layer}")
        return x

    def _transformed(self, x: Floats, lengths: Sequence[int], at: str) -> Floats:
        """The states (tokens, 384) after one layer."""
        attended = self._linear(self._attend(x, lengths, at), f"{at}.attention.output.dense")
        x = self._norm(x + attended, f"{at}.attention.output.LayerNorm")
        wide = gelu(self._linear(x, f"{at}.intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _attend(self, x: Floats, lengths: Sequence[int], at: str) -> Floats:
        """Multi-head self-attention within each text of ``x`` (tokens, 384), before its output."""
        projected = [self._linear(x, f"{at}.attention.self.{n}") for n in ("query", "key", "value")]
        mixed, start = np.empty_like(x), 0
        for length, same in itertools.groupby(lengths):  # texts of one length go together
            texts = len(list(same))
            rows = slice(start, start + texts * length)
            queries, keys, values = (p[rows].reshape(texts, -1, _HEADS, 32) for p in projected)
            mixed[rows] = _mix(queries, keys, values).reshape(texts * length, -1)
            start = rows.stop
        return mixed

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPSILON)
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _mix(queries: Floats, keys: Floats, values: Floats) -> Floats:
    """Each head's values, weighed by its scores; all four (texts, tokens, heads, 32)."""
    scores: Floats = queries.transpose(0, 2, 1, 3) @ keys.transpose(0, 2, 3, 1)
    scores *= np.float32(1 / np.sqrt(queries.shape[3]))
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed: Floats = scores @ values.transpose(0, 2, 1, 3)
    return mixed.transpose(0, 2, 1, 3)


def _utf8(text: str) -> str:
    """What can be tokenized of a text in bounded time.

    A terminal in another encoding passes lone surrogates, which the tokenizer refuses.
    """
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of equal length, about ``BATCH_TOKENS`` tokens at a time, the longest first."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    for length, rows in itertools.groupby(order, key=lengths.__getitem__):
        same = list(rows)
        size = max(1, BATCH_TOKENS // length)
        yield from (same[start : start + size] for start in range(0, len(same), size))


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """One BLAS thread within, and what there was before afterwards.

    The threads of OpenBLAS wait for each other by spinning: beside two busy processes on two
    cores a question takes 359 ms with two of them and 61 ms with one, alone 30 and 14 ms.
    """
    if not _limiting.acquire(blocking=False):
        yield  # the limit is the whole process's: whoever set it lifts it, nobody else
        return
    try:
        with _pools().limit(limits=1, user_api="blas"):
            yield
    finally:
        _limiting.release()


_limiting = threading.Lock()


@functools.cache
def _pools() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def erf(x: Floats) -> Floats:
    """The error function, to 5e-7."""
    x = np.clip(x, np.float32(-4), np.float32(4))
    square = x * x
    x *= _polynomial(_P, square)
    x /= _polynomial(_Q, square)
    return x


def gelu(x: Floats) -> Floats:
    """``x`` times the exact normal distribution, in place; the tanh form would break the parity."""
    for start in range(0, len(x), 64):  # rows that stay in the cache for all 30 passes
        rows = x[start : start + 64]
        normal = erf(rows * np.float32(np.sqrt(0.5)))
        normal += np.float32(1)
        normal *= np.float32(0.5)
        rows *= normal
    return x


def _polynomial(coefficients: Sequence[float], x: Floats) -> Floats:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += np.float32(coefficient)
    return total
