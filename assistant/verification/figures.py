"""Figures: each is given by the item it is credited to, by the user, or follows by arithmetic."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from assistant.text.characters import view
from assistant.verification.aliases import Group
from assistant.verification.given import given_by, same
from assistant.verification.numbers import Number, numbers
from assistant.verification.owners import Owners
from assistant.verification.qualifiers import comparison, lost
from assistant.verification.units import Unit
from assistant.world import Provided, World

_STRUCTURE = re.compile(
    r"\b(?:step|part|stage|section|item|point|question|no\.|option|reference|ref\.?)\s?#?$", re.I
)
_COUNTED = re.compile(
    r"\s?(?:(?:provided|listed|given|related|recommended|supporting|other)\s)?"
    r"(?:items?|papers?|models?|references?|sources?|parts?|links?)\b"
)
_EXAMPLE = re.compile(
    r"\b(?:for example|for instance|e\.g\.|such as|say,|as an example|example:|suppose|imagine)",
    re.I,
)
_BLOCK = re.compile(r"\bpixels? (?:becomes?|turns? into|is replaced|stands? for)\b|\bblocks? of\b")
_SCALE_BEFORE = re.compile(r"\b(?:factor|scale|ratio)(?: factor)?(?: of| is|:)? ?$", re.I)
_THAN = re.compile(r"\b(?:than|over|versus|vs\.?|against|beyond)\s(?:\w+\s){0,2}$", re.I)
_ELSEWHERE = re.compile(
    r"\b(?:not|no|never|cannot|asks?|asked|question|wants?|wanted|needs?|instead|another|other|"
    r"would|twice|you)\b|n't\b",
    re.I,
)


class Figures:
    """All figures of a world, by item."""

    def __init__(self, world: World, owners: Owners) -> None:
        self.owners = owners
        self._own = {id(p): given_by(p.text) for p in world.provided}
        self._asked = numbers(view(world.request.question))
        self._wish = world.wish
        self._provided = world.provided
        tasks = {p.offer.task: world.catalog.vocabulary.task(p.offer.task) for p in world.provided}
        self._same_size = {t.id for t in tasks.values() if t and t.keeps_size and t.pictures}
        self._scales = {*world.wish.scales, *(s for p in world.provided for s in p.offer.scales)}

    def problem(self, unit: Unit, bare: str) -> tuple[str, str, str] | None:
        """The first figure of a sentence that nobody it is credited to gives.

        ``unit`` holds the view of the sentence, ``bare`` the same with names blanked. Returns
        kind of finding, figure, and whom it was credited to.
        """
        found = numbers(bare)
        for number in found:
            kind = self._judge(unit, bare, number, found)
            if kind:
                group = self.owners.of(unit, number.start)[0]
                credited = group[0].name if group else "any item"
                return kind, bare[number.start : number.end][:60], credited
        return None

    def _judge(self, unit: Unit, bare: str, number: Number, found: list[Number]) -> str | None:
        if number.kind == "share" and self._is_share(number, found):
            return None
        if number.kind == "size" and self._is_size(unit, number, found):
            return None
        if number.kind == "shape":
            if len(set(number.values)) > 1:
                return "number_absent"
            return self._scale(unit, bare, number, found)
        if number.kind == "value":
            before = bare[max(0, number.start - 30) : number.start]
            if number.unit == "x" or (not number.unit and _SCALE_BEFORE.search(before)):
                return self._factor(unit, bare, number, found)
            if self._is_plain(bare, number):
                return None
        return self._owned(unit, bare, number, found)

    def _factor(self, unit: Unit, bare: str, number: Number, found: list[Number]) -> str | None:
        """A number of times: an enlargement, a count of pixels, or a comparison to be given."""
        compared = comparison(bare, number)
        if not compared:
            return self._scale(unit, bare, number, found)
        sides = {*self._scales, *_factors(found)}
        if compared == "area" and _is_square(number.values[-1], sides):
            return None
        return self._owned(unit, bare, number, found)

    def _scale(self, unit: Unit, bare: str, number: Number, found: list[Number]) -> str | None:
        """An enlargement: asked for, what the named item offers, or shown by its arithmetic."""
        beside = self.owners.beside(unit.text, number.start)
        start, end = self.owners.clause(unit.text, number.start)
        named = [p for group in self.owners.of(unit, number.start) for p in group]
        for value in set(number.values) - {1.0}:
            asked = value in self._wish.scales or self._is_asked(number)
            if any(all(self._excludes(p, value) for p in group) for group in beside):
                if not (asked and _ELSEWHERE.search(bare[start:end])):
                    return "variant_outside"
            elif not asked and not any(self._offers(p, value) for p in named):
                if not beside and _is_shown(bare, value, found):
                    continue
                elsewhere = any(self._offers(p, value) for p in self._provided)
                return "number_wrong_owner" if elsewhere else "number_absent"
        return None

    def _excludes(self, p: Provided, value: float) -> bool:
        """Whether an item is fixed at other scales, or keeps the size."""
        if p.offer.any_scale or self._offers(p, value):
            return False
        return bool(p.offer.scales) or p.offer.task in self._same_size

    def _offers(self, p: Provided, value: float) -> bool:
        return (
            p.offer.any_scale
            or value in p.offer.scales
            or any(
                value in given.number.values
                and given.number.unit == "x"
                and not comparison(given.text, given.number)
                for given in self._own[id(p)]
            )
        )

    def _is_share(self, number: Number, found: list[Number]) -> bool:
        """Whether "8 of 9" is what an enlargement by an integer factor infers or keeps."""
        part, whole = number.values
        return part in (1, whole - 1) and _is_square(whole, {*self._scales, *_factors(found)})

    def _is_size(self, unit: Unit, number: Number, found: list[Number]) -> bool:
        """The user's size, that size enlarged, or an example whose sizes obey the arithmetic."""
        if self._wish.size and any(
            _close(number.values, self._wish.size, factor) for factor in {1.0, *self._scales}
        ):
            return True
        if len(set(number.values)) == 1 and number.values[0] in self._scales:
            return bool(_BLOCK.search(unit.text))
        if min(number.values) < 32 or not _EXAMPLE.search(" ".join((unit.text, *unit.before[:1]))):
            return False
        named = [p for group in self.owners.of(unit, number.start) for p in group]
        scales = {1.0, *self._wish.scales, *(s for p in named for s in p.offer.scales)}
        sizes = [n.values for n in found if n.kind == "size"]
        return all(
            any(_close(after, before, scale) for scale in scales)
            for before, after in itertools.pairwise(sizes)
        )

    def _is_plain(self, bare: str, number: Number) -> bool:
        """A number of the text itself (step 2, 4 papers), or of plain arithmetic on pixels."""
        if number.unit or len(number.values) > 1:
            return False
        value = number.values[0]
        before, after = bare[max(0, number.start - 20) : number.start], bare[number.end :][:40]
        if value in (0, 1) or (value == 3 and "channels" in bare):  # gray or RGB
            return True
        if value <= 20 and before.endswith("(") and after.startswith(")"):
            return True
        if value <= 20 and _STRUCTURE.search(before):
            return True
        if value <= max(3, len(self._provided)) and _COUNTED.match(after):
            return True
        pixels = "pixel" in bare.lower() or "=" in bare
        return pixels and (value in self._scales or _is_square(value, self._scales, 0, 1))

    def _is_asked(self, number: Number) -> bool:
        return any(
            set(number.values) <= set(n.values) and n.unit == number.unit for n in self._asked
        )

    def _owned(self, unit: Unit, bare: str, number: Number, found: list[Number]) -> str | None:
        """A figure that an item must give, with everything that belongs to it."""
        clause = self.owners.clause(unit.text, number.start)
        compared = comparison(bare, number)
        if self._is_asked(number) and (
            not compared or (compared == "cost" and _ELSEWHERE.search(bare[slice(*clause)]))
        ):
            return None
        words = self.owners.masked(bare, weak=True)
        problem = None
        for group in self.owners.of(unit, number.start):
            given = [g for p in group for g in self._own[id(p)] if same(number, g.number)]
            if not given:
                everything = (g for own in self._own.values() for g in own)
                elsewhere = any(same(number, g.number) for g in everything)
                return "number_wrong_owner" if elsewhere else "number_absent"
            if self._is_recompared(unit, number, clause[1], group) or all(
                lost(words, clause, number, found, given=g.number, source=g.text) for g in given
            ):
                problem = "number_qualifier_lost"
        return problem

    def _is_recompared(self, unit: Unit, number: Number, end: int, group: Group) -> bool:
        """Whether a figure compares with a provided item that its owner does not speak of."""
        return any(
            m.compared
            and _THAN.search(unit.text[max(0, m.start - 30) : m.start])
            and number.end <= m.start < end
            and not any(p in group for p in m.items)
            and not any(q in m.items for p in group for g in self.owners.named(p.text) for q in g)
            for m in self.owners.mentions(unit.text)
        )


def _factors(found: list[Number]) -> set[float]:
    return {v for n in found if n.unit == "x" and n.kind in ("value", "shape") for v in n.values}


def _is_square(value: float, sides: set[float], *less: int) -> bool:
    """Whether ``value`` is the square of a side, or that less one of ``less``."""
    return any(abs(value - (s * s - n)) < 1e-3 for s in sides for n in less or (0,))


def _is_shown(bare: str, value: float, found: list[Number]) -> bool:
    """Whether the sentence itself says what a factor does to the number of pixels."""
    return any(
        abs(n.values[-1] - value * value) < 1e-3
        and (n.kind == "share" or comparison(bare, n) == "area")
        for n in found
    )


def _close(after: tuple[float, ...], before: Sequence[float], factor: float) -> bool:
    return all(abs(a - b * factor) < 1 for a, b in zip(after, before, strict=False))
