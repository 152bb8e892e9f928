"""What a message that no rule knows wants: the kind of the nearest of ``catalog/turns.yaml``.

The examples are ours; a kind is a route, or ``record: X`` for a question of what a record states.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import yaml

from assistant import stored
from assistant.content import folder
from assistant.encoder.embedding import Encoder, all_minilm
from assistant.question import plain
from assistant.retrieval.build import digests, recalled
from assistant.retrieval.index import SHIPPED, encoder_of
from assistant.retrieval.store import directions, embed, unit

FILE = "turns.yaml"
RECORD = "record: "
_NEAREST, _NEXT = 0.7, 0.3  # what the nearest example of a kind weighs beside the second


class Kind(NamedTuple):
    """A kind of message, how near (cosine) it is to its examples, and how far the next kind lies
    behind."""

    name: str
    near: float
    ahead: float


@functools.cache
def sayings() -> dict[str, tuple[str, ...]]:
    """The examples of each kind."""
    text = (folder("catalog") / FILE).read_text("utf-8")
    return {kind: tuple(said) for kind, said in yaml.safe_load(text).items()}


class Kinds:
    """The examples as vectors of one encoder; those that ship are not embedded again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kinds = [kind for kind, said in sayings().items() for _ in said]
        texts = [text for said in sayings().values() for text in said]
        model = all_minilm()
        shipped = stored.read(folder("catalog") / SHIPPED, encoder_of(model))
        known = [shipped] if shipped else []
        vectors, missing = recalled(digests(texts), known, model.identity.dimension)
        new = [text for text, lacks in zip(texts, missing, strict=True) if lacks]
        if new:
            vectors[missing] = directions(embed(encoder, new))
        self._vectors = unit(vectors)

    def of(self, text: str) -> Kind:
        """The kind of a message by its nearest two examples."""
        near = self._vectors @ np.asarray(self._encoder.embed_query(plain(text)), np.float32)
        scores = {}
        for kind in sayings():
            mine = np.sort(near[[one == kind for one in self._kinds]])
            scores[kind] = float(_NEAREST * mine[-1] + _NEXT * mine[-2:].mean())
        best, behind = sorted(scores, key=lambda kind: -scores[kind])[:2]
        return Kind(best, scores[best], scores[best] - scores[behind])
