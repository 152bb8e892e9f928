"""Which of several: the one to take for this wish or that nothing recorded ranks them, and what
tells them apart."""

from __future__ import annotations

import re

from assistant.generation.bearing import BEARS, Bearing, called
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
from assistant.generation.forms.telling import telling
from assistant.generation.prose import flowing
from assistant.world import Provided, World
from assistant.world.choice import APART, CHOICE, RECORDED, UNRANKED
from assistant.world.compared import it_clause

_VAGUE = re.compile(r"\b(?:may draw|draws no)\b")  # true of most of a kind


def compare(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """The advice, then each of the compared by what it does; the table shows the rest."""
    found = models(world)
    beside = concepts(world)
    if not found:
        advised = advice([], world, bearing) if beside and len(world.sides) > 1 else []
        first, rest = concept(world, bearing)
        return [*strangers(world), *(advised or first)], [*(first if advised else ()), *rest]
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
    """Which one to take for what the question asks, as far as the records say it, or the sentences
    that bear on it most; what one record says of another; that nothing ranks them only where no
    sentence bears on the question."""
    told = {key: [f.text for f in world.told if f.id.startswith(key)]
            for key in (CHOICE, RECORDED, UNRANKED, APART)}  # fmt: skip
    bearing = bearing or Bearing(world)
    if not any(told.values()):
        return telling(world, bearing) or [described(p) for p in found[:1]]
    said = bearing.best(
        fact for p in found for fact in p.facts if fact.text in _of_others(p, found)
    )
    beside = [said.text] if said and bearing.of(said.text) >= BEARS else []
    if told[CHOICE]:
        known = any(_same(text, p, told[CHOICE][0]) for text in beside for p in found)
        return [*told[CHOICE], *([] if known else beside), *told[RECORDED]]
    if told[RECORDED] and not _VAGUE.search(told[RECORDED][0]):  # the very thing that was asked
        return list(dict.fromkeys([*told[RECORDED], *beside]))
    if deciding := telling(world, bearing):
        return list(dict.fromkeys([*deciding, *told[RECORDED], *beside]))
    apart = max(told[APART], key=bearing.of)
    return list(dict.fromkeys([*told[RECORDED], *beside, apart, *told[UNRANKED]]))


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
