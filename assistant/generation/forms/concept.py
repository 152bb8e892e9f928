"""What a term means, and what it means for the user's decision."""

from __future__ import annotations

import re

from assistant.catalog import Concept, statements
from assistant.generation.bearing import ENOUGH, Bearing
from assistant.generation.forms.entries import (
    bearing_most,
    concepts,
    described,
    models,
    stated,
    strangers,
)
from assistant.world import Provided, World

_WHAT = re.compile(
    r"^\W*(?:what(?:'s|’s| is| are| does| do)|define|explain|meaning|tell me)\b", re.I
)
_BARE = 2  # words beside a term that is all a question says


def concept(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """What the entry says that bears on the question, then what follows from it."""
    found = concepts(world)
    if not found:
        told = [described(p) for p in world.provided if p.entry]
        return strangers(world) or told[:1], told
    first, rest = [], []
    if len(found) > 1 and not _WHAT.match(world.request.question):  # how they bear on each other
        best = bearing.best(f for p in found[:3] if p.entry for f in statements(p.entry))
        first += [best.text] if best and bearing.of(best.text) >= ENOUGH else []
    led = bool(first)
    for p in found[:3]:
        does, means = stated(p, "does"), stated(p, "means")
        near = bearing_most(p, bearing, 3)
        named = len(found) > 1 or _WHAT.match(world.request.question) or _bare(p, world)
        if world.wish.form == "fact":
            near = sorted([*does, *means, *near], key=lambda text: -bearing.of(text))
        if not led:
            first += does if named else near[:1] or does
        more = [text for text in dict.fromkeys((*does, *means, *near)) if text not in first]
        rest.append(" ".join(more[: 3 if len(found) == 1 else 2]))
    leads = [described(p) for p in world.provided
             if p.entry and not isinstance(p.entry, Concept)]  # fmt: skip
    return first, [*filter(None, rest), *(leads[:1] if models(world) else [])]


def _bare(p: Provided, world: World) -> bool:
    """Whether a question is little but the name of an entry."""
    entry = p.entry
    names = (entry.name, entry.title, *entry.aliases) if entry else ()
    said = len(re.findall(r"[\w-]+", world.request.question))
    return said <= _BARE + max((len(re.findall(r"[\w-]+", name)) for name in names), default=0)
