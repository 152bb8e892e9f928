"""Owners: which provided item a sentence names, and whose a figure or a quotation is."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.references import title_text
from assistant.verification.reading import view
from assistant.verification.units import Unit
from assistant.world import Provided, World

# Names that are also words: they count in their own case only.
ORDINARY = frozenset(
    re.findall(
        r"\w+",
        "hat dat span san art craft pulse maxim hide sam clip radio han red reds compact gemini "
        "claude topaz bert fast light real face photo swin sharp clear vision restormer",
    )
)
_BREAK = re.compile(
    r"[;:,()\[\]|]|(?<=[.!?])\s|\s-\s"
    r"|\b(?:while|whilst|whereas|but|although|though|however|which)\b"
)
_CITED_BREAK = re.compile(r"[(,;:](?!\d)|[.!?]\s")
_COMPARED = re.compile(
    r"(?:\b(?:unlike|than|versus|vs\.?|against|instead of|rather than|not|over|beyond|"
    r"compared (?:with|to)|in contrast (?:with|to)|relative to|than\b[^,;]{0,30}such as)"
    r"|(?:^|[,;(])\s?like)\s(?:the |that of |those of |what )?$",
    re.I,
)
_AND = re.compile(
    r"\s?(?:,|/|&|,? ?(?:and|or|with|plus|together with|as well as|along with)) ?", re.I
)
_OF = re.compile(r"\b(?:of|by|from|for)\s(?:the\s)?$")
_WORD = re.compile(r"[^\W_]+")
_GOES_ON = re.compile(r"\w|-(?!(?:based|style|like|type)\b)\w")
_GENERIC = frozenset(
    re.findall(
        r"[\w-]+",
        "about based using with from into image images picture pictures photo photos super "
        "resolution super-resolution network networks model models learning deep study method "
        "methods efficient feature features structural inference visual performance quality "
        "enhancing technique training vision towards driven your their single real-world",
    )
)

Group = tuple[Provided, ...]
"""Items that one name stands for; one of them must own what is credited to the name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text (as `view` gives it) that names an item."""

    start: int
    end: int
    items: Group
    strong: bool
    compared: bool


def aliases(p: Provided) -> list[str]:
    """What an item may be called in prose: its title, the part before a colon, short names."""
    name = p.item.name
    names = [name, title_text(name), p.name]
    if len(name.split(":")[0]) >= 3:
        names.append(name.split(":")[0])
    if p.recommended and len(name.split("-", 1)[-1]) >= 3:
        names.append(name.split("-", 1)[-1])
    if p.entry:
        names += [p.entry.name, p.entry.title, p.entry.id, *p.entry.aliases]
    elif p.recommended and p.offer.source == "name":
        names += [n for n in name.split("-")[1:2] if len(n) >= 3 and n != n.lower()]
    plain = (re.sub(r"^[\W_]+", "", view(n)) for n in names)
    return [n for n in dict.fromkeys(plain) if len(n) >= 3]


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    items: Group
    strong: bool
    loose: bool

    def stands(self, text: str, start: int) -> bool:
        """Whether the name stands at ``start`` as a whole; a compound such as X-based counts."""
        end = start + len(self.text)
        piece = text[start:end]
        if piece != self.text and not (self.loose and piece.casefold() == self.text.casefold()):
            return False
        return not _GOES_ON.match(text, end)


class Owners:
    """The names of all items of a world, and who is meant at a place of a sentence."""

    def __init__(self, world: World) -> None:
        self.subject: Group = (*world.recommended, *((world.closest,) if world.closest else ()))
        names: dict[str, list[Provided]] = {}
        for p in world.provided:
            for alias in aliases(p):
                same = next(
                    (n for n in names if _loose(n) and n.casefold() == alias.casefold()), alias
                )
                names.setdefault(same, []).append(p)
        if world.recommended:
            for noun in ("model", "network"):
                names[f"the recommended {noun}"] = list(world.recommended)
        if world.closest:
            for noun in ("item", "paper", "model"):
                names[f"the closest provided {noun}"] = [world.closest]
        self._names: dict[str, list[_Name]] = {}
        for name, items in names.items():
            self._learn(_Name(name, tuple(items), strong=True, loose=_loose(name)))
        for name, group in _weak(world).items():
            self._learn(_Name(name, group, strong=False, loose=True))
        for known in self._names.values():
            known.sort(key=lambda n: (-len(n.text), not n.strong))
        self._seen: dict[str, list[Mention]] = {}
        self._breaks: dict[str, list[int]] = {}

    def _learn(self, name: _Name) -> None:
        if first := _WORD.match(name.text):
            self._names.setdefault(first.group().casefold(), []).append(name)

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

    def masked(self, text: str) -> str:
        """``text`` with the names of items blanked: a title may hold any words and figures."""
        pieces, at = [], 0
        for m in self.mentions(text):
            if m.strong:
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
        if here:
            return [([m for m in here if m.end <= place] or here[:1])[-1].items]
        for earlier in (*unit.before, *unit.above):
            named = [m for m in self.mentions(view(earlier)) if not m.compared]
            if named:
                return [([m for m in named if m.strong] or named)[0].items]
        return []

    def of(self, unit: Unit, place: int) -> list[Group]:
        """As `explicit`; whom nobody names is the model that the answer is about."""
        return self.explicit(unit, place) or [self.subject]


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


def _loose(name: str) -> bool:
    """Whether a name is one in any case: long, or shaped like no word."""
    if " " in name:
        return True
    return len(name) >= 4 and name.casefold() not in ORDINARY and sum(map(str.isupper, name)) >= 2


def _weak(world: World) -> dict[str, Group]:
    """Pairs and words of titles that occur in the text of one item only."""
    texts = [(p, f"{view(p.text)} ".casefold()) for p in world.provided]
    found: dict[str, Group] = {}
    for p in world.provided:
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", view(p.item.name).casefold())
        pairs = [
            f"{a} {b}"
            for a, b in itertools.pairwise(words)
            if len(a) > 3 and len(b) > 3 and not {a, b} <= _GENERIC
        ]
        for term in (*pairs, *(w for w in words if len(w) >= 7 and w not in _GENERIC)):
            if [q for q, text in texts if term in text] == [p]:
                found[term] = (p,)
    return found
