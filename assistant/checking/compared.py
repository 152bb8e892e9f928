"""A sentence compared with its facts token by token: a small network over the encoder's states.

Each token of the sentence is set beside what it finds in the facts, and both are judged together
(compare and aggregate, Parikh et al. 2016), over the fourth layer of MiniLM as it ships. Trained by
``python -m training.checker``; the weights lie in ``catalog/checker``.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from assistant.content import folder
from assistant.encoder.embedding import QueryEncoder
from assistant.encoder.minilm import Floats
from assistant.stored import Arrays, read_safetensors

LAYER = 4  # of six; later ones say what a whole text means, not what a word does
TOKENS = 40  # of a sentence
SHARP = 20.0  # what cosines are multiplied by before they are shared out
_LONGEST = 64  # tokens of a fact
_KEPT = 1024  # facts whose states are kept, some 40 kB each


class Comparer:
    """The network of ``arrays`` over the encoder; opening takes as long as the encoder does."""

    def __init__(self, arrays: Arrays, encoder: QueryEncoder) -> None:
        self._w = {name: array.astype(np.float32) for name, array in arrays.items()}
        self._encoder = encoder
        self._states = functools.lru_cache(maxsize=_KEPT)(self._read)

    def carries(self, said: str, facts: Sequence[str], counted: Sequence[float]) -> float:
        """How far the facts (at least one) carry a sentence, as log odds; ``counted`` is what
        `verdict.features` counts of it."""
        pairs = aligned(self._states(said)[:TOKENS], [self._states(fact) for fact in facts])
        w, (own, found, near) = self._w, pairs
        one, two = ((part - w["mean"]) @ w["basis"] / w["scale"] for part in (own, found))
        x = np.concatenate([one, two, one * two / 2, abs(one - two), 2 * near[:, None]], axis=1)
        hidden = np.maximum(x @ w["token.weight"].T + w["token.bias"], 0)
        counts = (np.array(counted, np.float32) - w["middle"]) / w["spread"]
        counts = np.maximum(w["counted.weight"] @ counts + w["counted.bias"], 0)
        both = np.concatenate([hidden.mean(axis=0), hidden.max(axis=0), counts])
        both = np.maximum(w["joined.weight"] @ both + w["joined.bias"], 0)
        return float(w["out.weight"][0] @ both + w["out.bias"][0])

    def _read(self, text: str) -> Floats:
        return states(self._encoder, text)


def states(encoder: QueryEncoder, text: str) -> Floats:
    """The states (tokens, 384) of a text in layer `LAYER`, without the marks of begin and end."""
    ids = encoder.tokens(text, _LONGEST)
    return encoder.contextual(np.array(ids), [len(ids)], LAYER)[1:-1]


def aligned(own: Floats, facts: Sequence[Floats]) -> tuple[Floats, Floats, Floats]:
    """The tokens of a sentence (tokens, 384), what each finds in the facts, and its best cosine."""
    there = np.concatenate(facts)
    cosines = _unit(own) @ _unit(there).T
    shares = np.exp(SHARP * (cosines - cosines.max(axis=1, keepdims=True)))
    shares /= shares.sum(axis=1, keepdims=True)
    return own, shares @ there, cosines.max(axis=1)


@functools.cache
def comparer() -> Comparer:
    """The network that ships, opened once a process."""
    arrays = read_safetensors(folder("catalog") / "checker" / "comparer.safetensors")
    return Comparer(arrays, QueryEncoder())


def _unit(x: Floats) -> Floats:
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), np.float32(1e-9))
