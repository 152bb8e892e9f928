"""Aliases: what the provided items may be called in prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.references import title_text
from assistant.text.characters import view
from assistant.world import Provided, World

# Names that are also words: they count in their own case only.
ORDINARY = frozenset(
    re.findall(
        r"\w+",
        "hat dat span san art craft pulse maxim hide sam clip radio han red reds compact gemini "
        "claude topaz bert fast light real face photo sharp clear vision restormer kind repaint "
        "lama weatherproof tenet",
    )
)
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
class Name:
    """A name with its items; weak ones are only words of a title, loose ones stand in any case."""

    text: str
    items: Group
    strong: bool
    loose: bool

    def stands(self, text: str, start: int) -> bool:
        """Whether the name stands at ``start`` as a whole; a compound such as X-based counts."""
        end = start + len(self.text)
        piece = text[start:end]
        begins = self.text[:1].upper() + self.text[1:]  # as the first word of a sentence
        if piece not in (self.text, begins) and not (
            self.loose and piece.casefold() == self.text.casefold()
        ):
            return False
        return not _GOES_ON.match(text, end)


def names_of(world: World) -> Iterator[Name]:
    """All names of the provided items; what several items are called stands for them all."""
    names: dict[str, list[Provided]] = {}
    spelled: dict[str, str] = {}
    for p in world.provided:
        for alias in aliases(p):
            key = alias.casefold() if _loose(alias) else alias
            names.setdefault(spelled.setdefault(key, alias), []).append(p)
    if world.recommended:
        for noun in ("model", "network"):
            names[f"the recommended {noun}"] = list(world.recommended)
    if world.closest:
        for noun in ("item", "paper", "model"):
            names[f"the closest provided {noun}"] = [world.closest]
    for text, items in names.items():
        yield Name(text, tuple(items), strong=True, loose=_loose(text))
    for text, group in _weak(world).items():
        yield Name(text, group, strong=False, loose=True)


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
