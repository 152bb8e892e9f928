"""Which of several: the one to take for this wish or that nothing recorded ranks them, and what
tells them apart."""

from __future__ import annotations

import re

from assistant.generation.bearing import Bearing, called
from assistant.generation.forms.concept import concept
from assistant.generation.forms.entries import (
    bearing_most,
    concepts,
    described,
    models,
    stands_alone,
    stated,
    strangers,
)
from assistant.generation.prose import flowing
from assistant.world import Provided, World
from assistant.world.choice import APART, CHOICE
from assistant.world.compared import it_clause


def compare(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """The advice, then each of the compared by what it does; the table shows the rest."""
    found = models(world)
    beside = concepts(world)
    if not found:
        advised = advice([], world, bearing) if beside and len(world.sides) > 1 else []
        first, rest = concept(world, bearing)
        return [*strangers(world), *advised, *first], rest
    first = [*strangers(world), *advice(found, world, bearing)]
    plain = [text for p in beside[:1] for text in stands_alone(p, stated(p, "means", "does"))]
    told = []
    for p in found[:4]:
        near = bearing_most(p, bearing, 1 if len(found) > 2 else 2)
        lines = [text for text in (described(p), *near) if text not in " ".join(first)]
        told.append(" ".join(flowing(lines, called(p), [called(other) for other in found])))
    papers = [described(p) for p in world.related if p.entry and p not in beside]
    return first, [*told, " ".join(text for text in plain if text not in first), *papers[:3]]


def advice(found: list[Provided], world: World, bearing: Bearing | None = None) -> list[str]:
    """Which one to take for what the question asks, as far as the records say it; what one record
    says of another; where nothing ranks them what tells them apart and bears most."""
    facts = world.told
    chosen = [fact.text for fact in facts if fact.id.startswith(CHOICE)]
    if not chosen:
        return [described(p) for p in found[:1]]
    bearing = bearing or Bearing(world)
    said = bearing.best(
        fact for p in found for fact in p.facts if fact.text in _of_others(p, found)
    )
    told = [said.text] if said and not any(_same(said.text, p, chosen[0]) for p in found) else []
    if chosen[0].startswith("Take"):
        return [*chosen, *told]
    apart = bearing.best(fact for fact in facts if fact.id.startswith(APART))
    return [*chosen, *told, *([apart.text] if apart and apart.text not in chosen else [])]


def _same(text: str, p: Provided, chosen: str) -> bool:
    """Whether a choice says a sentence on an item already."""
    return it_clause(text, called(p)) in chosen


def _of_others(p: Provided, found: list[Provided]) -> list[str]:
    """What the record of one says of another of the compared."""
    others = [q.entry.name for q in found if q.entry and p.entry and q.entry.name != p.entry.name]
    names = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in others) or "$^"
    )
    facts = p.entry.facts if p.entry else ()
    return [
        f.text for f in facts if names.search(f.text.replace(p.entry.name if p.entry else "", ""))
    ]
