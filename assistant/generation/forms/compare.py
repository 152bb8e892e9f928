"""Which of several: one sentence of advice for this wish, and what tells them apart."""

from __future__ import annotations

import re

from assistant.catalog import Model
from assistant.generation.bearing import Bearing, called
from assistant.generation.forms.concept import concept
from assistant.generation.forms.entries import (
    bearing_most,
    concepts,
    described,
    kinds,
    models,
    stated,
    strangers,
)
from assistant.table import names_of
from assistant.world import Provided, World

_SECONDS = re.compile(r"takes ([\d.]+) seconds")


def compare(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """The advice, then each of the compared by what it does; the table shows the rest."""
    found = models(world)
    if not found:
        first, rest = concept(world, bearing)
        return [*strangers(world), *first], rest
    first = [*strangers(world), *advice(found, world)]
    plain = [text for p in concepts(world)[:1] for text in stated(p, "means", "does")]
    gains = [text for p in found for text in kinds(p, "result") if plain and "bicubic" in text]
    if plain:
        first = [*strangers(world), *(gains[:1] or plain[:1])]
        plain = [text for text in plain if text not in first]
    told = []
    for p in found[:4]:
        near = bearing_most(p, bearing, 1 if len(found) > 2 else 2)
        told.append(" ".join([described(p), *near]))
    papers = [described(p) for p in world.related if p.entry and p not in concepts(world)]
    return first, [*told, " ".join(plain), *papers[:3]]


def advice(found: list[Provided], world: World) -> list[str]:
    """Which one to take for what the question asks: the one whose record fits best, and why;
    of equal ones the lighter for weak devices."""
    if len(found) == 1:
        return [described(found[0])]
    names = dict(zip(map(id, found), names_of([p.entry for p in found if p.entry]), strict=True))
    quick = sorted((float(m[1]), n) for n, p in enumerate(found)
                   if (m := _SECONDS.search(" ".join(kinds(p, "speed")))))  # fmt: skip
    if quick and (world.wish.device or "efficiency" in world.wish.aspects):
        best = found[quick[0][1]]
        return [f"Take {names[id(best)]}: {kinds(best, 'speed')[0]}"]
    ranks = sorted(found, key=lambda p: p.fit.rank)
    if ranks[0].fit.rank < ranks[1].fit.rank:
        other = next(p for p in ranks if p.fit.rank > ranks[0].fit.rank)
        return [f"Take {names[id(ranks[0])]}: {'; '.join(other.fit.against)}."]
    light = [p for p in found if p.entry and p.entry.efficient]
    if 0 < len(light) < len(found):
        p = light[0]
        return [f"Take {names[id(p)]} for a weak device; {_apart(found)}"]
    return [_apart(found)]


def _apart(found: list[Provided]) -> str:
    """What the compared differ in, in one sentence."""
    told = [f"{called(p)} {p.entry.differs}" for p in found[:4]
            if isinstance(p.entry, Model) and p.entry.differs]  # fmt: skip
    return f"{'; '.join(told)}." if len(told) > 1 else " ".join(described(p) for p in found[:2])
