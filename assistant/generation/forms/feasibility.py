"""Whether something can be done: the warning first where one is due, then what can be done."""

from __future__ import annotations

import re

from assistant.catalog import statements
from assistant.fit import called_for
from assistant.generation.bearing import BEARS, ENOUGH, Bearing, called, ended
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
from assistant.generation.forms.hardware import on_hardware
from assistant.generation.glossary import recorded
from assistant.generation.prose import flowing
from assistant.question import DOUBT, asks_amount
from assistant.world import Provided, World
from assistant.world.printing import enough

_OPEN = "rights"  # an entry that says neither yes nor no
NEVER = {  # entries whose first sentence denies what is asked for
    "evidence",
    "medical-enlargement",
    "text-in-pictures",
    "identity-drift",
    "hallucination",
    "face-identity",
    "lost-detail",
    "very-small-source",
    _OPEN,
}
_ALIKE = re.compile(r"\b(?:same|different|differen\w+|instead|versus|vs)\b", re.I)
_COST = re.compile(
    r"\b(?:gpu|vram|memory|ram|laptop|phone|raspberry|cpu|gb|battery|device)\b", re.I
)


def feasibility(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """A warning of the glossary first; else the model that does it, or that none does."""
    if told := on_hardware(world):
        return told
    found, able = concepts(world), models(world)
    if len(found) > 1 and _ALIKE.search(world.request.question):
        return concept(world, bearing)
    never = NEVER - ({_OPEN} if DOUBT in world.wish.aspects else set())
    warned = [p for p in found if p.entry and p.entry.id in never]
    costs = DOUBT not in world.wish.aspects and bool(_COST.search(world.request.question))
    first, rest = strangers(world), []
    if warned and not costs:
        p = warned[0]
        said = stated(p, "does")
        denied = f"No: {said[0][:1].lower()}{said[0][1:]}" if said else ""
        first += said if p.entry and p.entry.id == _OPEN else [denied]
        rest.append(" ".join([*stated(p, "means"), *bearing_most(p, bearing, 2)]))
    elif able and not enough(world.wish):
        first += _by_model(able[0], world, costs=costs) or _how_far(able[0], world, bearing)
        rest += needed_beside(able[0])
    elif not able and world.fit.verdict == "mismatch":
        first += [ended(reason) for reason in world.fit.reasons]
    for p in found:
        if (p not in warned[:1] or costs) and bearing.of(" ".join(stated(p, "does"))) >= BEARS:
            rest.append(" ".join([*stated(p, "does"), *stated(p, "means")]))
    if not warned or costs or world.wish.named or world.wish.architectures:
        for p in able[:2]:
            limit = bearing.best(p.entry.facts_of("limit") if p.entry else ())
            lines = [limit.text] if limit and limit.text not in first else []
            rest.append(" ".join(flowing([described(p), *lines], called(p))))
    if not first:
        first = [text for p in found[:1] for text in stated(p, "does")]
    return first, rest


def _by_model(p: Provided, world: World, *, costs: bool) -> list[str]:
    """What the record of the nearest model says of what it costs, or why it does not do; nothing
    where it does."""
    if costs:
        told = [*stated(p, "efficient", "needs_gpu", "size_mb", "parameters"), *kinds(p, "speed")]
        if told:
            amount = asks_amount(world.request.question)
            lead = (
                ""
                if amount
                else "No"
                if stated(p, "needs_gpu")
                else "Yes"
                if stated(p, "efficient")
                else ""
            )
            return [f"{lead}: {told[0]}" if lead else told[0], *told[1:3]]
    if p.fit.verdict == "mismatch":
        if world.wish.named or world.wish.architectures:  # of the others nothing is said
            return [f"No, {called(p)} does not fit.", *map(ended, p.fit.against)]
        return [f"Not with the models of this catalog: {'; '.join(p.fit.against)}."]
    if p.fit.against:
        told = (
            [f"In part: {_made_for(p, world)}"] if p.offer.task else []
        )  # else that is against it
        return [*told, *map(ended, p.fit.against)]
    return []


def _how_far(p: Provided, world: World, bearing: Bearing) -> list[str]:
    """How far a task can be done: the use or limit of the glossary that bears on the question most;
    where none does and the result is doubted, what of it was recorded; and the model for it."""
    task = world.task
    how = world.catalog.get(f"how-{task.id}") if task else None
    entries = filter(None, (how, *(p.entry for p in concepts(world) if p.entry)))
    told = [f for e in entries for f in statements(e) if f.kind in ("use", "limit")]
    best = bearing.best(f for f in told if not f.id.startswith(_OPEN))
    doubted = DOUBT in world.wish.aspects
    if best and bearing.of(best.text) >= (ENOUGH if doubted else BEARS):
        said = best.text
    elif doubted:
        said = recorded(world)
    else:
        usual = next((f for f in told if f.kind == "use"), best) if how else best
        said = usual.text if usual else ""
    made = _made_for(p, world)
    if said:
        return [said, ended(made)]
    return [made if asks_amount(world.request.question) else f"Yes: {made}"]


def _made_for(p: Provided, world: World) -> str:
    task = world.catalog.vocabulary.task(p.offer.task)
    task = task and called_for(task, p.offer.takes, (), p.offer.handles)
    return f"{called(p)} is for {task.phrase}." if task else f"{called(p)} fits."
