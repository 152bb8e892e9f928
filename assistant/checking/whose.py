"""Whose a sentence is: the items that it speaks of, and whether what it says is theirs."""

from __future__ import annotations

import itertools
import re

from assistant.catalog import Concept
from assistant.checking.evidence import Evidence, Match
from assistant.checking.lines import Line
from assistant.checking.owners import IT, Owners
from assistant.checking.units import Unit
from assistant.checking.vocabulary import denies
from assistant.text.characters import view
from assistant.world import World

_ASKS = re.compile(r"\b(?:you|your|question|ask(?:s|ed)?|wish)\b", re.I)
_ROW = "; "  # between facts in a row
_EARLY = 40  # characters within which a sentence names whom it is about


class Whose:
    """The items of one world as sentences speak of them, by their places among the provided."""

    def __init__(self, world: World, owners: Owners, evidence: Evidence) -> None:
        self._owners, self._evidence = owners, evidence
        self._items = world.provided
        self._tasks = world.catalog.vocabulary.tasks
        self._places = {id(p): n for n, p in enumerate(world.provided)}

    def about_one(self, unit: Unit) -> bool:
        """Whether a sentence is about an item by name, and not only compares with it or asks."""
        return any(
            m.strong and not m.compared and m.start < _EARLY
            for m in self._owners.mentions(unit.text)
            if not any(isinstance(p.entry, Concept) for p in m.items)
        )

    def given(self, read: Unit, bare: str, items: frozenset[int]) -> list[Line]:
        """The facts of whom it speaks that a sentence is as they stand, one or some in a row."""
        if whole := self._said(read.text, bare, items):
            return [whole]
        parts = bare.split(_ROW)
        if len(parts) == 1:
            return []
        found, at = [], 0
        for part in parts:
            own = Unit(read.text[at : at + len(part)], read.before, read.above)
            at += len(part) + len(_ROW)
            if (line := self._said(own.text, part, self.about(own))) is None:
                return []
            found.append(line)
        return found

    def _said(self, text: str, bare: str, items: frozenset[int]) -> Line | None:
        """The fact that a text is as it stands, the same items named in the same places."""
        said = self._named(text)

        def same(line: Line) -> bool:
            told = self._named(view(line.fact.text))
            both = [names[1:] if names and line.owner in names[0] else names
                    for names in (told, said)]  # fmt: skip
            return told == said or both[0] == both[1]

        return next(filter(same, self._evidence.said(bare, items)), None)

    def unowned(self, text: str, bare: str, items: frozenset[int], match: Match) -> str | None:
        """What a sentence says of items though it is another one's, or nobody's."""
        task = None if match.repeated else self._foreign_task(text, bare, items)
        if task:
            return f"no fact says that it is for {task}"
        for figure in () if match.repeated else match.figures:  # what a fact gives is its item's
            beside = self._owners.beside(text, figure.start) if figure.kind == "value" else []
            own = frozenset(self._places[id(p)] for group in beside for p in group)
            if own and not self._evidence.credits(figure, own):
                return f"{text[figure.start : figure.end]} is another item's"
        return None if self._compared(text, match) else "no fact compares these items"

    def _foreign_task(self, text: str, bare: str, items: frozenset[int]) -> str | None:
        """The task that a sentence gives to items by name though it is only another one's, or what
        was asked for: "Take EDT for image denoising"."""
        lower = bare.lower()
        if denies(bare) or _ASKS.search(bare) or not self._owners.named(text):
            return None
        own = {self._items[n].offer.task for n in items}
        for task in self._tasks:
            if task.phrase in lower and task.id not in own:
                return None if self._evidence.says(task.phrase, items) else task.phrase
        return None

    def _compared(self, text: str, match: Match) -> bool:
        """Whether the facts speak of every item that a sentence compares with."""
        told = [m for line in match.lines for m in self._owners.mentions(view(line.fact.text))]
        known = {id(p) for m in told for p in m.items}
        known |= {id(self._items[line.owner]) for line in match.lines if line.owner is not None}
        compared = [m for m in self._owners.mentions(text) if m.strong and m.compared]
        return all(any(id(p) in known for p in m.items) for m in compared)

    def stands_for(self, text: str, line: Line) -> bool:
        """Whether a fact says something of the items of a text: one of an item, or one of the
        question that names the same ones in the same order."""
        if line.owner is not None or line.fact.place != "question":
            return line.owner is not None
        told = self._named(view(line.fact.text))
        return bool(told) and told == self._named(text)

    def _named(self, text: str) -> list[tuple[int, ...]]:
        """The items that a text names, in order; an item named twice in a row once."""
        named = (tuple(self._places[id(p)] for p in m.items) for m in self._owners.mentions(text))
        return [items for items, _ in itertools.groupby(named)]

    def about(self, unit: Unit) -> frozenset[int]:
        """The items that a sentence speaks of: named in it, else before or above it, else the
        subject of the answer."""
        named = [m for m in self._owners.mentions(unit.text) if m.strong and not m.compared]
        groups = [m.items for m in named] or self._owners.of(unit, 0)
        if named and IT.match(unit.text):
            groups += self._owners.of(Unit("", unit.before, unit.above), 0)
        return frozenset(self._places[id(p)] for group in groups for p in group)
