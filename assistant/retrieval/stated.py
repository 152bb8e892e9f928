"""How much a record speaks of what a question says: by the fact of it that comes nearest, and by
what it does at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assistant.catalog import Entry
from assistant.encoder.minilm import Floats
from assistant.nearness import SHARED, Asked, roots, shipped

STATED = ("mechanism", "use", "data", "contribution")  # what it cannot do speaks for none
_DOES = 0.7  # what the sentence on what a record does counts beside its facts
_REMEMBERED = 10_000


class _Facts(NamedTuple):
    """The sentences of a record: their vectors, the first that of what it does, and the beginnings
    of their words."""

    vectors: Floats
    roots: tuple[frozenset[str], ...]


class Stated:
    """The facts of records, ready to be held against a question. Only sentences whose vectors ship
    count: to embed those of a whole task takes longer than the search."""

    def __init__(self) -> None:
        self._facts: dict[str, _Facts | None] = {}

    def of(self, question: str, entries: Sequence[Entry]) -> list[float]:
        """For each record how likely its nearest fact answers a question, 0 to 1, and ``_DOES`` of
        how likely the sentence does that says what it is for. A record of which no vectors ship is
        neither better nor worse than the others: it gets their mean."""
        asked = shipped().asked(question)
        found = [self._of(entry, asked) for entry in entries]
        known = [likely for likely in found if likely is not None]
        mean = sum(known) / len(known) if known else 0.0
        return [mean if likely is None else likely for likely in found]

    def _of(self, entry: Entry, asked: Asked) -> float | None:
        if entry.id not in self._facts:
            if len(self._facts) >= _REMEMBERED:
                self._facts.clear()
            self._facts[entry.id] = _read(entry)
        if (kept := self._facts[entry.id]) is None:
            return None
        shared = np.array([len(asked.roots & each) for each in kept.roots])
        does, *facts = kept.vectors @ asked.vector + SHARED * shared
        likely = shipped().likelihood
        return _DOES * likely(float(does)) + (likely(float(max(facts))) if facts else 0.0)


def _read(entry: Entry) -> _Facts | None:
    facts = (fact.text for fact in entry.facts if fact.kind in STATED)
    kept = {text: shipped().kept.get(text) for text in (entry.does, *facts)}
    found = {text: vector for text, vector in kept.items() if vector is not None}
    if entry.does not in found:
        return None
    return _Facts(np.array([*found.values()], np.float32), tuple(map(roots, found)))
