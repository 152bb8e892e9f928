"""How much a record speaks of what a question says: by the fact of it that comes nearest, and by
what it does at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assistant.catalog import Entry
from assistant.encoder.minilm import Floats
from assistant.nearness import SHARED, Asked, roots, shipped

STATED = ("mechanism", "use", "data", "contribution")  # what it cannot do speaks for none
_DOES = 0.5  # what the sentence on what a record does counts beside its facts
_REMEMBERED = 10_000


class _Facts(NamedTuple):
    """The sentences of a record: their vectors, the first that of what it does, and the beginnings
    of their words."""

    vectors: Floats
    roots: tuple[frozenset[str], ...]


class Stated:
    """The facts of records, ready to be held against a question. Facts whose vectors do not ship
    count nothing: to embed those of a whole task takes longer than the search."""

    def __init__(self) -> None:
        self._facts: dict[str, _Facts] = {}

    def of(self, entry: Entry, asked: Asked) -> float:
        """How likely the nearest fact of a record answers the question, 0 to 1, and half of how
        likely the sentence does that says what it is for."""
        if entry.id not in self._facts:
            if len(self._facts) >= _REMEMBERED:
                self._facts.clear()
            self._facts[entry.id] = _read(entry)
        vectors, beginnings = self._facts[entry.id]
        if not beginnings:
            return 0.0
        shared = np.array([len(asked.roots & each) for each in beginnings])
        does, *facts = vectors @ asked.vector + SHARED * shared
        likely = shipped().likelihood
        return _DOES * likely(float(does)) + (likely(float(max(facts))) if facts else 0.0)


def _read(entry: Entry) -> _Facts:
    facts = (fact.text for fact in entry.facts if fact.kind in STATED)
    kept = {text: shipped().kept.get(text) for text in (entry.does, *facts)}
    found = {text: vector for text, vector in kept.items() if vector is not None}
    if entry.does not in found:
        return _Facts(np.zeros((0, 0), np.float32), ())
    return _Facts(np.array([*found.values()], np.float32), tuple(map(roots, found)))
