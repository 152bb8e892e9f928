"""Whether something can be done: the warning first where one is due, then what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.catalog import Entry, statements
from assistant.fit import called_for
from assistant.generation.bearing import BEARS, ENOUGH, Bearing, called, ended
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
from assistant.generation.limits import needed_beside
from assistant.generation.prose import flowing
from assistant.question import DOUBT, Wish, asks_amount
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
_TEXT, _MEDICAL = "text-in-pictures", "medical-enlargement"
_ALIKE = re.compile(r"\b(?:same|different|differen\w+|instead|versus|vs)\b", re.I)
_BESIDE = 0.15  # how near a sentence on a named model is at least, its name left out
_MOST = 5  # of its sentences that are looked at without it
_COST = re.compile(
    r"\b(?:gpu|vram|memory|ram|laptop|phone|raspberry|cpu|gb|battery|device)\b", re.I
)


def denied(entries: Iterable[Entry | None], wish: Wish, question: str) -> list[Entry]:
    """The entries of the glossary whose warning opens the answer; none where a question is about
    what it costs."""
    if DOUBT not in wish.aspects and _COST.search(question):
        return []
    never = NEVER - ({_OPEN} if DOUBT in wish.aspects else set())
    return [entry for entry in entries if entry and entry.id in never]


def feasibility(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """A warning of the glossary first; else the model that does it, or that none does."""
    if told := on_hardware(world):
        return told
    found, able = concepts(world), models(world)
    if len(found) > 1 and _ALIKE.search(world.request.question):
        return concept(world, bearing)
    warned = [p for p in found if p.entry in denied([p.entry], world.wish, world.request.question)]
    costs = DOUBT not in world.wish.aspects and bool(_COST.search(world.request.question))
    first, rest = strangers(world), []
    own = _of_named(able, world, bearing)
    if warned and not (own and warned[0].entry and warned[0].entry.id == _TEXT):
        first += _warning(warned[0], world, bearing)
        said = [*stated(warned[0], "means"), *bearing_most(warned[0], bearing, 2)]
        rest.append(" ".join(text for text in said if text not in first))
    elif own and not enough(world.wish):
        first += own
        rest += needed_beside(able[0])
    elif able and not enough(world.wish):
        first += _by_model(able[0], world, costs=costs) or _how_far(able[0], world, bearing)
        rest += needed_beside(able[0])
    elif not able and world.fit.verdict == "mismatch":
        first += [ended(reason) for reason in world.fit.reasons]
    for p in found:
        if p not in warned[:1] and bearing.of(" ".join(stated(p, "does"))) >= BEARS:
            rest.append(" ".join([*stated(p, "does"), *stated(p, "means")]))
    if not warned or world.wish.named or world.wish.architectures:
        for p in able[:2]:
            limit = bearing.best(p.entry.facts_of("limit") if p.entry else ())
            lines = [limit.text] if limit and limit.text not in first else []
            rest.append(" ".join(flowing([described(p), *lines], called(p))))
    if not first:
        first = [text for p in found[:1] for text in stated(p, "does")]
    return first, rest


def _warning(p: Provided, world: World, bearing: Bearing) -> list[str]:
    """What an entry denies; of one on enlarging, where nothing is to be enlarged, what else of it
    bears most."""
    does = stated(p, "does")
    if p.entry is None or p.entry.id == _OPEN or not does:
        return does
    task = world.catalog.vocabulary.task(world.wish.task)
    if p.entry.id == _MEDICAL and task and task.keeps_size:
        told = [f for f in statements(p.entry) if f.kind in ("use", "limit")]
        best = bearing.best(told)
        return [best.text] if best else does
    return [f"No: {does[0][:1].lower()}{does[0][1:]}"]


def _of_named(able: list[Provided], world: World, bearing: Bearing) -> list[str]:
    """What the record of a model that the question names, in any spelling, says of what is asked:
    the sentence on its use, limits, results or mechanism that bears most, where one does."""
    p = able[0] if able else None
    if p is None or p.entry is None:
        return []
    if p.entry.id not in world.wish.named and p.entry.name not in world.wish.architectures:
        return []
    if p.fit.verdict == "mismatch" or _COST.search(world.request.question):
        return []
    best, text = _nearest(p, bearing)
    return [text] if best >= _BESIDE else []


def _nearest(p: Provided, bearing: Bearing) -> tuple[float, str]:
    """Of what the record of a model says of its use and its limits that which bears most, and how
    much."""
    facts = p.entry.facts if p.entry else ()
    told = [f.text for f in facts if f.kind in ("use", "limit", "result", "mechanism")]
    return next(iter(bearing.beside([called(p)], told, _MOST)), (0.0, ""))


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
    untold = p.fit.against[:1] == (f"nothing provided says which task {p.offer.name} performs",)
    if untold and (world.wish.named or world.wish.architectures):
        return [described(p)]
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
        own = _nearest(p, bearing)
        said = f"{own[1]} {said}" if own[0] >= ENOUGH else said
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
    return f"{called(p)} is for {task.phrase}." if task else described(p)
