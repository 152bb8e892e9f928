"""Owners: which provided item a sentence names, and whose a figure or a quotation is."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.catalog import Concept
from assistant.checking.aliases import Group, Name, names_of
from assistant.checking.units import Unit
from assistant.text.characters import view
from assistant.world import World

_BREAK = re.compile(
    r"[;:,()\[\]|]|(?<=[.!?])\s|\s-\s"
    r"|\b(?:while|whilst|whereas|but|although|though|however|which)\b"
)
_CITED_BREAK = re.compile(r"[(,;:](?!\d)|[.!?]\s")
_COMPARED = re.compile(
    r"(?:\b(?:unlike|than|versus|vs\.?|against|instead of|rather than|not|over|beyond|"
    r"compared (?:with|to)|in contrast (?:with|to)|relative to|in the (?:manner|style) of|"
    r"than\b[^,;]{0,30}such as)"
    r"|(?:^|[,;(])\s?like)\s(?:the |that of |those of |what )?$",
    re.I,
)
_AND = re.compile(
    r"\s?(?:,|/|&|,? ?(?:and|or|with|plus|together with|as well as|along with)) ?", re.I
)
_OF = re.compile(r"\b(?:of|by|from|for)\s(?:the\s)?$")
IT = re.compile(r"\s*[-*+ ]*(?:It|Its|They|Their)\b")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text (as `view` gives it) that names an item."""

    start: int
    end: int
    items: Group
    strong: bool
    compared: bool


class Owners:
    """The names of all items of a world, and who is meant at a place of a sentence."""

    def __init__(self, world: World) -> None:
        self.subject: Group = (*world.recommended, *((world.closest,) if world.closest else ()))
        self._names: dict[str, list[Name]] = {}
        for name in names_of(world):
            if first := _WORD.match(name.text):
                self._names.setdefault(first.group().casefold(), []).append(name)
        for known in self._names.values():
            known.sort(key=lambda n: (-len(n.text), not n.strong))
        self._seen: dict[str, list[Mention]] = {}
        self._breaks: dict[str, list[int]] = {}

    def mentions(self, text: str) -> list[Mention]:
        """Every place of ``text`` that names an item, in order."""
        found = self._seen.get(text)
        if found is None:
            self._seen[text] = found = list(self._find(text))
        return found

    def _find(self, text: str) -> Iterator[Mention]:
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end or text[max(0, start - 1) : start] in ("-", "_"):
                continue
            for name in self._names.get(word.group().casefold(), ()):
                if name.stands(text, start):
                    end = start + len(name.text)
                    before = text[max(0, start - 40) : start]
                    compared = bool(_COMPARED.search(before))
                    yield Mention(start, end, name.items, name.strong, compared)
                    break

    def clause(self, text: str, place: int) -> tuple[int, int]:
        """The bounds of the clause of ``text`` around ``place``."""
        breaks = self._breaks.get(text)
        if breaks is None:
            self._breaks[text] = breaks = [m.end() for m in _BREAK.finditer(text)]
        n = bisect.bisect_right(breaks, place)
        return (breaks[n - 1] if n else 0), (breaks[n] - 1 if n < len(breaks) else len(text))

    def named(self, text: str) -> list[Group]:
        """The items that ``text`` speaks of by name, without those it only compares with."""
        return [m.items for m in self.mentions(text) if m.strong and not m.compared]

    def masked(self, text: str, *, weak: bool = False) -> str:
        """``text`` with the names of items blanked: a title may hold any words and figures.

        With ``weak`` also without words of their titles.
        """
        pieces, at = [], 0
        for m in self.mentions(text):
            if m.strong or weak:
                pieces += [text[at : m.start], " " * (m.end - m.start)]
                at = m.end
        return "".join([*pieces, text[at:]])

    def beside(self, text: str, place: int) -> list[Group]:
        """Who is named in the clause of ``place`` itself."""
        here = [m for m in self.mentions(text) if m.strong and not m.compared]
        return _in_clause(text, here, self.clause(text, place), place)

    def explicit(self, unit: Unit, place: int) -> list[Group]:
        """Who is named for a place of ``unit.text``, which is a view: in its clause, sentence,
        paragraph, list items above or heading.

        All groups of the result must own what stands there; empty if nobody is named.
        """
        text = unit.text
        here = [m for m in self.mentions(text) if not m.compared]
        cited = _cited(text, here, place)
        found = _in_clause(text, here, self.clause(text, place), place)
        if found and (not cited or any(m.strong and m.items in found for m in here)):
            return [*found, *cited]
        if cited:
            return cited
        here = [m for m in here if m.strong] or here
        if here and not any(m.strong or " " in text[m.start : m.end] for m in here):
            above = [m for line in unit.above[:1] for m in self.mentions(view(line)) if m.strong]
            if above:  # one word of another title weighs less than the item it stands under
                return [above[0].items]
        if here:
            return [([m for m in here if m.end <= place] or here[:1])[-1].items]
        for earlier in (*unit.before, *unit.above):
            named = [m for m in self.mentions(view(earlier)) if not m.compared]
            own = [m for m in named if not _terms(m.items)]
            if own or (named and not IT.match(earlier)):  # what a term is said of goes on
                named = own or named
                return [([m for m in named if m.strong] or named)[0].items]
        return []

    def of(self, unit: Unit, place: int) -> list[Group]:
        """As `explicit`; whom nobody names is the model that the answer is about."""
        return self.explicit(unit, place) or [self.subject]


def _terms(items: Group) -> bool:
    """Whether a name is that of an entry of the glossary."""
    return all(isinstance(p.entry, Concept) for p in items)


def _cited(text: str, mentions: list[Mention], place: int) -> list[Group]:
    """Who stands in brackets behind a place, as a marker does: "30.24 dB (HiTSR)"."""
    return [
        m.items
        for m in mentions
        if m.strong
        and m.start >= place
        and text[m.start - 1 : m.start] == "("
        and text[m.end : m.end + 1] in (")", ",")
        and not _CITED_BREAK.search(text, place, m.start - 1)
    ][:1]


def _in_clause(
    text: str, mentions: list[Mention], bounds: tuple[int, int], place: int
) -> list[Group]:
    start, end = bounds
    inside = [m for m in mentions if m.start < end and m.end > start]
    inside = [m for m in inside if m.strong] or inside
    before = [m for m in inside if m.end <= place]
    after = [m for m in inside if m.start >= place]
    if after and (not before or _OF.search(text[place : after[0].start][:40])):
        return [after[0].items]  # "the 30.24 dB of HiTSR"
    if not before:
        return [m.items for m in inside[:1]]
    groups = [before[-1].items]
    for left, right in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
        if not _AND.fullmatch(text[left.end : right.start]):
            break
        groups.append(left.items)
    return groups
