"""How near two words are, by the table of MiniLM's tokens: no pass of the network."""

from __future__ import annotations

import functools

import numpy as np

from assistant.encoder.minilm import DIMENSION, Floats, QueryEncoder


class Nearness:
    """Cosines of words over the encoder's table of tokens, its common part taken out."""

    def __init__(self, encoder: QueryEncoder) -> None:
        self._encoder = encoder
        self._common = encoder.table[1000:30_000:50].mean(axis=0)
        self._vector = functools.lru_cache(maxsize=16_384)(self._look_up)

    def nearest(self, words: list[str], others: list[str]) -> list[float]:
        """For each word the cosine with the nearest of the others; 0 where there is none."""
        if not words or not others:
            return [0.0] * len(words)
        one = np.stack([self._vector(word) for word in words])
        two = np.stack([self._vector(word) for word in others])
        best: list[float] = (one @ two.T).max(axis=1).tolist()
        return best

    def _look_up(self, word: str) -> Floats:
        ids = self._encoder.token_ids(word)
        if not ids:
            return np.zeros(DIMENSION, np.float32)
        vector: Floats = self._encoder.table[ids].mean(axis=0) - self._common
        return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6))
