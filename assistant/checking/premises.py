"""What is read beside a sentence: the nearest facts, with names of items as letters."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from assistant.checking.evidence import Evidence, Match
from assistant.checking.lines import Line
from assistant.checking.owners import Owners
from assistant.checking.vocabulary import spelled
from assistant.encoder.minilm import Floats
from assistant.encoder.words import Nearness
from assistant.text.characters import view
from assistant.world import World

LETTERS = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta")
NEAREST = 6  # facts that are read beside a sentence
_WORDS = 40  # of a fact or a question
_LIKE = 0.35  # cosine from which on a word stands for another one
_SHORT = 8  # words beside which the length of a fact hardly matters


class Premises:
    """The facts of one world as they are read beside a sentence."""

    def __init__(
        self, world: World, owners: Owners, evidence: Evidence, nearness: Nearness
    ) -> None:
        self._owners, self._evidence, self._nearness = owners, evidence, nearness
        self._places = {id(p): n for n, p in enumerate(world.provided)}
        self._asked = f"Asked: {_short(view(world.request.question))}"
        self._lines = [line for line in evidence.lines if line.words]

    def of(self, text: str, bare: str, match: Match, items: frozenset[int]) -> tuple[str, tuple[str, ...]]:
        """A sentence (a view) about ``items`` as it is read, and what is read beside it."""
        named = [self._places[id(p)] for m in self._owners.mentions(text) for p in m.items]
        order = list(dict.fromkeys([*named, *sorted(items)]))
        letters = {n: LETTERS[min(k, len(LETTERS) - 1)] for k, n in enumerate(order)}
        said = self._lettered(text, letters)
        if said == text and items:
            said = f"{letters[min(items, key=order.index)]}: {said}"
        facts = [self._told(line, letters) for line in self._nearest(bare, match, frozenset(order))]
        return said, (*facts, self._asked)

    def _told(self, line: Line, letters: Mapping[int, str]) -> str:
        fact = _short(self._lettered(view(line.fact.text), letters))
        owner = letters.get(line.owner) if line.owner is not None else None
        return f"{owner}: {fact}" if owner and owner not in fact else fact

    def _lettered(self, text: str, letters: Mapping[int, str]) -> str:
        """``text`` with the names of items as letters."""
        pieces, at = [], 0
        for m in self._owners.mentions(text):
            known = [letters[n] for n in (self._places[id(p)] for p in m.items) if n in letters]
            if m.strong and known:
                pieces += [text[at : m.start], known[0]]
                at = m.end
        return "".join([*pieces, text[at:]])

    def _nearest(self, bare: str, match: Match, items: frozenset[int]) -> list[Line]:
        """The facts that were matched, then those whose words are nearest."""
        found = list(match.lines)
        said = spelled(bare)
        if not said or not self._lines:
            return found
        weight = np.array([self._evidence.weight(word) for word in said])
        near = self._nearness.vectors(list(said.values())) @ self._table[0].T
        near = np.where(near < _LIKE, 0.0, near)
        best = np.maximum.reduceat(near, self._table[1], axis=1)
        same = [[float(word in line.words) for line in self._lines] for word in said]
        scores = weight @ np.maximum(best, same) / self._table[2]
        for n in np.argsort(-scores, kind="stable"):
            line = self._lines[n]
            if len(found) >= NEAREST:
                break
            if line not in found and (line.owner is None or line.owner in items):
                found.append(line)
        return found

    @functools.cached_property
    def _table(self) -> tuple[Floats, list[int], Floats]:
        """The vectors of the facts' words, where each fact begins, and what it is divided by."""
        words = [list(spelled(line.text).values()) for line in self._lines]
        starts = np.cumsum([0, *map(len, words)])[:-1].tolist()
        length = np.sqrt([float(_SHORT + len(one)) for one in words]).astype(np.float32)
        return self._nearness.vectors([w for one in words for w in one]), starts, length


def _short(text: str) -> str:
    return " ".join(text.split()[:_WORDS])
