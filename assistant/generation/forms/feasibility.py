"""Whether something can be done: the warning first where one is due, then what can be done."""

from __future__ import annotations

import re

from assistant.generation.bearing import ENOUGH, Bearing, called, ended
from assistant.generation.explanation import needed_beside
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
from assistant.world import Provided, World
from assistant.world.printing import enough

NEVER = {  # entries whose first sentence denies what is asked for
    "evidence",
    "medical-enlargement",
    "text-in-pictures",
    "identity-drift",
    "hallucination",
    "face-identity",
    "lost-detail",
    "very-small-source",
}
_ALIKE = re.compile(r"\b(?:same|different|differen\w+|instead|versus|vs)\b", re.I)
_COST = re.compile(
    r"\b(?:gpu|vram|memory|ram|laptop|phone|raspberry|cpu|gb|battery|device)\b", re.I
)


def feasibility(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """A warning of the glossary first; else the model that does it, or that none does."""
    found, able = concepts(world), models(world)
    if len(found) > 1 and _ALIKE.search(world.request.question):
        return concept(world, bearing)
    warned = [p for p in found if p.entry and p.entry.id in NEVER]
    costs = bool(_COST.search(world.request.question))
    first, rest = strangers(world), []
    if warned and not costs:
        p = warned[0]
        said = stated(p, "does")
        first += [f"No: {said[0][:1].lower()}{said[0][1:]}"] if said else []
        rest.append(" ".join([*stated(p, "means"), *bearing_most(p, bearing, 2)]))
    elif able and not enough(world.wish):
        first += _by_model(able[0], world, costs=costs)
        rest += needed_beside(able[0])
    for p in found:
        if (p not in warned[:1] or costs) and bearing.of(" ".join(stated(p, "does"))) >= ENOUGH:
            rest.append(" ".join([*stated(p, "does"), *stated(p, "means")]))
    if not warned or costs or world.wish.named or world.wish.architectures:
        rest += [
            " ".join(flowing([described(p), *_limits(p, bearing)], called(p))) for p in able[:2]
        ]
    if not first:
        first = [text for p in found[:1] for text in stated(p, "does")]
    return first, rest


def _by_model(p: Provided, world: World, *, costs: bool) -> list[str]:
    """Yes or no by the record of the nearest model, with its reasons."""
    if costs:
        told = [*stated(p, "efficient", "needs_gpu", "size_mb", "parameters"), *kinds(p, "speed")]
        if told:
            lead = "No" if stated(p, "needs_gpu") else "Yes" if stated(p, "efficient") else ""
            return [f"{lead}: {told[0]}" if lead else told[0], *told[1:3]]
    if p.fit.verdict == "mismatch":
        if world.wish.named or world.wish.architectures:  # of the others nothing is said
            return [f"No, {called(p)} does not fit.", *map(ended, p.fit.against)]
        return [f"Not with the models of this catalog: {'; '.join(p.fit.against)}."]
    task = world.catalog.vocabulary.task(p.offer.task)
    what = f" {task.phrase}" if task else ""
    lead = "In part" if p.fit.against else "Yes"
    drawn = stated(p, "invents") if lead == "Yes" else []  # no plain yes to what it makes up
    told = [*drawn, f"{called(p)} is for{what}." if drawn else f"{lead}: {called(p)} is for{what}."]
    return [*told, *(f"{reason[:1].upper()}{reason[1:]}." for reason in p.fit.against)]


def _limits(p: Provided, bearing: Bearing) -> list[str]:
    limits = [f for f in (p.entry.facts if p.entry else ()) if f.kind == "limit"]
    limits.sort(key=lambda f: -bearing.of(f.text, f.aspect))
    return [f.text for f in limits[:1]]
