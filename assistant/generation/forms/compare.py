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
from assistant.generation.prose import flowing
from assistant.table import names_of
from assistant.world import Provided, World

_SIZE = re.compile(r"\b(?:small\w*|parameters?|params|compact|size|light\w*|fewest|mb)\b", re.I)
_FREE = re.compile(r"MIT|BSD|Apache|ISC|Unlicense|CC0|WTFPL")
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
        lines = [text for text in (described(p), *near) if text not in " ".join(first)]
        told.append(" ".join(flowing(lines, called(p), [called(other) for other in found])))
    papers = [described(p) for p in world.related if p.entry and p not in concepts(world)]
    return first, [*told, " ".join(plain), *papers[:3]]


def advice(found: list[Provided], world: World) -> list[str]:
    """Which one to take for what the question asks, as far as the records say it, then what they
    differ in: what one record says of another, the measured speed, the fit, the weight, the
    license."""
    if len(found) == 1:
        return [described(found[0])]
    names = dict(zip(map(id, found), names_of([p.entry for p in found if p.entry]), strict=True))
    said = [text for p in found for text in _of_others(p, found)][:1]
    quick = sorted((float(m[1]), n) for n, p in enumerate(found)
                   if (m := _SECONDS.search(" ".join(kinds(p, "speed")))))  # fmt: skip
    if quick and (world.wish.device or "efficiency" in world.wish.aspects):
        best = found[quick[0][1]]
        open_ones = [text for p in found if p is not best and not kinds(p, "speed")
                     for text in stated(p, "needs_gpu", "no-efficient")[:1]]  # fmt: skip
        return [f"Take {names[id(best)]}. {kinds(best, 'speed')[0]}", *open_ones, *said]
    small = [p for p in found if isinstance(p.entry, Model) and p.entry.parameters]
    if _SIZE.search(world.request.question) and small:
        best = min(small, key=lambda p: getattr(p.entry, "parameters", 0) or 0)
        return [f"Take {names[id(best)]}. {stated(best, 'parameters')[0]}", *said]
    ranks = sorted(found, key=lambda p: p.fit.rank)
    names_only = re.compile(r"its architecture is")  # all of them are asked for by name
    others = [
        p for p in ranks
        if p.fit.rank > ranks[0].fit.rank
        and p.fit.against and not names_only.match(p.fit.against[0])
    ]  # fmt: skip
    if others:
        why = others[0].fit.against[0]
        if why.startswith("the question refuses"):  # no fact of the one to take
            lead = [f"{called(ranks[0])} is the recommended model."]
            return [*(lead if ranks[0].recommended else ()), *said, _apart(found)]
        return [f"Take {names[id(ranks[0])]}: {why}.", *said, _apart(found)]
    light = [p for p in found if p.entry and p.entry.efficient]
    free = [p for p in found if p.entry and _FREE.match(p.entry.license or "")]
    told = [*said, _apart(found)]
    if 0 < len(light) < len(found):
        told += stated(light[0], "efficient")
    if 0 < len(free) < len(found):
        told += stated(free[0], "license")
    return told


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


def _with_verb(name: str, differs: str) -> str:
    """A hint such as ``made for anime`` or ``enlarges with care`` as a clause about a name."""
    first = differs.split(maxsplit=1)[0]
    if first in ("a", "an", "the", "made", "built") or first.endswith("ed"):
        return f"{name} is {differs}"
    verb = first.endswith("s") and not first.endswith("ss")
    return f"{name} {differs}" if verb else f"{name}: {differs}"


def _apart(found: list[Provided]) -> str:
    """What the compared differ in, in one sentence."""
    told = [_with_verb(called(p), p.entry.differs) for p in found[:4]
            if isinstance(p.entry, Model) and p.entry.differs]  # fmt: skip
    alike = len({text.split(" ", 1)[1] for text in told}) < len(told)
    if len(told) < len(found[:4]) or alike:
        return " ".join(described(p) for p in found[:2])
    return f"{'; '.join(told)}."
