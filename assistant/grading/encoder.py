"""The embedded encoder for grading: a vector for a text, and one for every token in its context."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from assistant.grading.words import sentences, words
from assistant.retrieval import embedding
from assistant.retrieval.minilm import Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Encoder(embedding.QueryEncoder):
    """all-MiniLM-L6-v2 in numpy, with the states of its last layer."""

    def __init__(self) -> None:
        super().__init__()
        self.states = functools.lru_cache(maxsize=768)(self._states)
        self.vector = functools.lru_cache(maxsize=8192)(self._pooled)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer; its vocabulary is sorted by frequency."""
        return self._tokenizer

    def _states(self, text: str) -> Floats:
        """Unit vectors (tokens, 384) of the tokens of ``text``, 254 at most, without marks."""
        ids = self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids
        x = self.contextual(np.array([ids]))[0, 1:-1]
        lengths = np.linalg.norm(x, axis=1, keepdims=True)
        return np.asarray(x / np.maximum(lengths, 1e-9), dtype=np.float32)

    def _pooled(self, text: str) -> Floats:
        return np.asarray(self._embed(text), dtype=np.float32)

    def alignment(self, claim: str, evidence: str) -> float:
        """How well each token of ``claim`` is met by some token of ``evidence``: mean best cosine.

        The recall of BERTScore (Zhang et al., ICLR 2020) over the last layer; 0 without tokens.
        """
        ours, theirs = self.states(claim), self.states(evidence)
        if not len(ours) or not len(theirs):
            return 0.0
        return float((ours @ theirs.T).max(axis=1).mean())

    def similarity(self, one: str, other: str) -> float | None:
        """Cosine of two texts as length-weighted means of their sentences; None without words."""
        a, b = self._mean(one), self._mean(other)
        return None if a is None or b is None else max(0.0, float(a @ b))

    def _mean(self, text: str) -> Floats | None:
        pieces = sentences(text)
        if not pieces:
            return None
        total = np.zeros(384, dtype=np.float64)
        for piece in pieces:
            total += math.sqrt(len(words(piece))) * self.vector(piece).astype(np.float64)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)


@functools.cache
def encoder() -> Encoder:
    """The one encoder of this process; the weights are memory-mapped on first use."""
    return Encoder()
