"""What the short forms share: the entries of a world and the sentences of one entry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalog import Concept, Model
from assistant.fit import listing
from assistant.generation.bearing import Bearing, called, ended
from assistant.world import Provided, World

_PRONOUN = re.compile(r"\b(?:it|its|them|they|this)\b", re.I)


def concepts(world: World) -> list[Provided]:
    """The provided entries of the glossary."""
    return [p for p in world.provided if isinstance(p.entry, Concept)]


def models(world: World) -> list[Provided]:
    """The provided models that have a record."""
    return [p for p in world.provided if isinstance(p.entry, Model)]


def strangers(world: World) -> list[str]:
    """A sentence on the names of the question that no record carries; where nothing else is
    provided, that nothing can be said of them."""
    if world.given and not world.short:
        return []
    names = [called(p) for p in world.provided if p.entry is None and not p.links]
    if not names:
        return []
    told = f"{listing(names)} {'is' if len(names) == 1 else 'are'} not in this catalog"
    alone = world.short and len(names) == len(world.provided)
    so = f", so nothing can be said about {'it' if len(names) == 1 else 'them'}" if alone else ""
    return [ended(f"{told}{so}")]


def stated(p: Provided, *fields: str) -> list[str]:
    """What the record of an item states in these fields, in their order."""
    found = {f.id: f.text for f in p.facts}
    ids = [f"{p.entry.id}#{field}" for field in fields] if p.entry else []
    return [found[one] for one in ids if one in found]


def kinds(p: Provided, *wanted: str) -> list[str]:
    """What the record of an item states of these kinds in its facts, in its own order."""
    facts = p.entry.stated if p.entry else ()
    return [f.text for f in facts if f.kind in wanted]


def bearing_most(p: Provided, bearing: Bearing, most: int, skip: Sequence[str] = ()) -> list[str]:
    """The facts of an item that bear most on the question, the nearest first."""
    facts = [f for f in (p.entry.facts if p.entry else ()) if f.text not in skip]
    facts.sort(key=lambda f: -bearing.of(f.text))
    return [f.text for f in facts[:most]]


def described(p: Provided) -> str:
    """What an item does, as a sentence with its name."""
    does = p.entry.does if p.entry else ""
    if not does or isinstance(p.entry, Concept):
        return ended(does) if does else ""
    first = does.split()[0].rstrip(",")
    verb = "is " if first in ("A", "An", "The", "One") else ""
    if not verb and not first.endswith("s"):
        return ended(f"{called(p)}: {does}")
    return ended(f"{called(p)} {verb}{does[:1].lower()}{does[1:]}")


def stands_alone(p: Provided, texts: Sequence[str]) -> list[str]:
    """Sentences of an entry as they may begin an answer: what it is comes before one that speaks
    of it as "it" and does not name it."""
    bare = texts and _PRONOUN.search(texts[0]) and not _names(p, texts[0])
    lead = stated(p, "does") if bare else []
    return list(dict.fromkeys([*lead, *texts]))


def _names(p: Provided, text: str) -> bool:
    names = (p.entry.name, p.entry.title, *p.entry.aliases) if p.entry else ()
    return any(name.casefold() in text.casefold() for name in names)
