"""What to do when something looks wrong, and how something is done with this program: both from
its own documentation (docs/run.md shows the same text)."""

from __future__ import annotations

from assistant.catalog import Concept
from assistant.generation.bearing import BEARS, Bearing
from assistant.generation.forms.entries import bearing_most, concepts, described, stated, strangers
from assistant.generation.glossary import explaining, of_concept
from assistant.question import wonders
from assistant.world import World
from assistant.world.facts import COUNTS

_CATALOG = "catalog-contents"  # the entry that needs the counts of the catalog


def trouble(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """The remedy first, then its cause and what else bears on it; who asks for the cause is told
    that before."""
    why = wonders(world.request.question)
    first, rest = [*strangers(world), *(explaining(world, bearing)[:1] if why else [])], []
    for n, p in enumerate(concepts(world)[:2]):
        means, does = stated(p, "means"), stated(p, "does")
        own = isinstance(p.entry, Concept) and p.entry.topic in ("trouble", "usage")
        facts = [f.text for f in p.entry.facts] if own and p.entry else bearing_most(p, bearing, 2)
        if n == 0 and own:
            if p.entry and p.entry.id == _CATALOG:
                first += [fact.text for fact in world.facts if fact.id == COUNTS]
            first += means
            rest += [" ".join([*does, *facts])]
        elif n == 0:  # what it means speaks of it as "it"
            first += [*does, *means]
            rest += [" ".join(facts)]
        elif bearing.of(" ".join(does)) >= BEARS:
            rest += [" ".join([*does, *means])]
    rest += [described(p) for p in world.provided if not isinstance(p.entry, Concept) and p.entry]
    return first, rest


def outside(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:  # noqa: ARG001 - all forms take both
    """That the question lies outside, and what lies inside."""
    said = of_concept(world, "coverage", "contribution"), of_concept(world, "coverage", "use")
    return [said[0]], [said[1]]
