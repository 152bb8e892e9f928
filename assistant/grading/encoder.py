"""The embedded encoder for grading: every token of a sentence in its context, and word vectors.

Alignment needs the whole network, so it is kept for what words leave open (`support`). For the
similarity of whole texts the network's own word vectors do as well on the labelled half of
RAGChecker's meta-evaluation and cost nothing: see docs/benchmarks.md.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from assistant.encoder import embedding
from assistant.encoder.minilm import Floats, one_blas_thread
from assistant.grading.words import FREQUENT
from assistant.text.sentences import statements

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WORDS = "embeddings.word_embeddings.weight"
_SMOOTH = 1e-3  # the constant of SIF (Arora et al., ICLR 2017), as published
_MARKS = 0.02  # the frequency taken for single characters and marks, which have no rank
Integers = npt.NDArray[np.int64]


class Encoder(embedding.QueryEncoder):
    """all-MiniLM-L6-v2 in numpy, with the states of its last layer and the words of its first."""

    def __init__(self) -> None:
        super().__init__()
        self._evidence = functools.lru_cache(maxsize=768)(lambda text: self.states([text])[0])
        self._meaning = functools.lru_cache(maxsize=4096)(self._sum)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer; its vocabulary is sorted by frequency."""
        return self._tokenizer

    def states(self, texts: Sequence[str]) -> list[Floats]:
        """Unit vectors (tokens, 384) of the tokens of each text, 254 at most, without marks.

        Together they take half the time. The last bits depend on what goes together, so only
        what always goes together may be kept.
        """
        ids = [self._ids(text) for text in texts]
        lengths = [len(one) for one in ids]
        x = self.contextual(np.concatenate(ids), lengths)
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), np.float32(1e-9))
        ends = np.cumsum(lengths).tolist()
        return [x[end - size + 1 : end - 1] for size, end in zip(lengths, ends, strict=True)]

    def _ids(self, text: str) -> Integers:
        return np.array(self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids)

    def alignments(self, claims: Sequence[tuple[str, Sequence[str]]]) -> list[list[float]]:
        """How well each token of a claim is met by some token of each of its pieces of evidence.

        The recall of BERTScore (Zhang et al., ICLR 2020) over the last layer: the mean over the
        claim's tokens of the best cosine; 0 without tokens.
        """
        if not claims:
            return []
        with one_blas_thread():
            ours = self.states([claim for claim, _ in claims])
            return [
                [_recall(states, self._evidence(piece)) for piece in pieces]
                for states, (_, pieces) in zip(ours, claims, strict=True)
            ]

    def similarity(self, one: str, other: str) -> float | None:
        """Cosine of the words of two texts, 0 to 1, each word once; None without words.

        SIF: the sum of the word vectors, frequent words weighing less, without its part along
        the direction that frequent words share. Frequencies are those of the vocabulary's ranks
        (Zipf), so no corpus is needed.
        """
        a, b = self._meaning(one), self._meaning(other)
        return None if a is None or b is None else max(0.0, float(a @ b))

    def _sum(self, text: str) -> Floats | None:
        pieces = [self._ids(piece)[1:-1] for piece in statements(text)]
        if not pieces:
            return None
        weights, common = self._frequency
        ids = np.unique(np.concatenate(pieces))
        total = (self._weights[_WORDS][ids] * weights[ids, None]).sum(axis=0)
        total -= (total @ common) * common
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)

    @functools.cached_property
    def _frequency(self) -> tuple[Floats, Floats]:
        """The weight of each entry of the vocabulary, and what frequent words share (unit)."""
        vectors = self._weights[_WORDS]
        rank = np.maximum(2.0, np.arange(len(vectors)) - FREQUENT + 6.0)
        frequency = 1 / (rank * (np.log(len(vectors)) + np.euler_gamma))
        frequency[:FREQUENT] = _MARKS
        weights = (_SMOOTH / (_SMOOTH + frequency)).astype(np.float32)
        share = (weights * frequency)[FREQUENT:].astype(np.float32)
        common = (vectors[FREQUENT:] * share[:, None]).sum(axis=0)
        return weights, np.asarray(common / np.linalg.norm(common), dtype=np.float32)


def _recall(ours: Floats, theirs: Floats) -> float:
    return float((ours @ theirs.T).max(axis=1).mean()) if len(ours) and len(theirs) else 0.0


@functools.cache
def encoder() -> Encoder:
    """The one encoder of this process; the weights are memory-mapped on first use."""
    return Encoder()
