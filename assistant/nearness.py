"""How likely a sentence answers a question, learned: the cosine of both in a tuned encoder, and
a little for every word in common.

The weights, the vectors of the catalog's own sentences and their card lie in ``catalog/bearing/``;
``training/bearing.py`` made them from ``training/answers``: questions, each with the sentences of
its task that answer it, that are near, and, all others, that are not.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.catalog import Catalog, Concept
from assistant.content import folder
from assistant.encoder.kept import Kept
from assistant.encoder.minilm import Floats
from assistant.encoder.tuned import TunedEncoder
from assistant.errors import CatalogError
from assistant.stored import read_safetensors
from assistant.text.stems import content_words

NAME = "bearing"
SHARED = 0.03
"""What a word in common adds to the cosine."""


class Asked(NamedTuple):
    """What a text is held against: its vector (384) and the beginnings of its words."""

    vector: Floats
    roots: frozenset[str]


@functools.lru_cache(maxsize=8192)
def roots(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning: blurry and blurred are one."""
    return frozenset(word[:4] for word in content_words(text))


class Nearness:
    """The tuned encoder of ``place``, the line that makes a probability of a cosine, and the
    vectors that ship.

    Raises:
        CatalogError: weights or card are missing or do not belong together.
    """

    def __init__(self, place: Path) -> None:
        weights = place / f"{NAME}.safetensors"
        try:
            card = json.loads((place / f"{NAME}.json").read_text("utf-8"))
            self._slope, self._offset = float(card["slope"]), float(card["offset"])
            self.encoder = TunedEncoder(read_safetensors(weights))
            digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CatalogError(
                f"what tells answers in {place} is damaged: {error}", hint="reinstall: make install"
            ) from error
        self.kept = Kept(place / "vectors.json", {"weights": digest})
        self.vector = functools.lru_cache(maxsize=4096)(self._vector)

    def _vector(self, text: str) -> Floats:
        """The unit vector of a text (384)."""
        found = self.kept.get(text)
        return np.asarray(self.encoder.embed_query(text), np.float32) if found is None else found

    def asked(self, question: str) -> Asked:
        """A question, ready to be compared with."""
        return Asked(self.vector(question), roots(question))

    def of(self, text: str, asked: Asked, more: float = 0.0) -> float:
        """How likely ``text`` answers a question or is near it, 0 to 1; ``more`` adds to the
        cosine."""
        near = self.cosine(text, asked) + SHARED * len(roots(text) & asked.roots)
        return self.likelihood(near + more)

    def cosine(self, text: str, asked: Asked) -> float:
        """How near a text is to a question, its words in common left out."""
        return float(self.vector(text) @ asked.vector)

    def likelihood(self, near: float) -> float:
        """How likely a text of this cosine, words in common counted, answers or is near."""
        return 1 / (1 + math.exp(-(self._slope * near + self._offset)))


@functools.cache
def shipped() -> Nearness:
    """What ships, opened once a process."""
    return Nearness(folder("catalog") / NAME)


def told(catalog: Catalog) -> Iterator[str]:
    """The sentences whose vectors ship: what each record does and means, and its facts."""
    for entry in catalog:
        yield entry.does
        if isinstance(entry, Concept) and entry.means:
            yield entry.means
        yield from (fact.text for fact in entry.facts)
