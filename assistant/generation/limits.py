"""What can go wrong with the item that answers, and what it needs beside the picture."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.catalog import statements
from assistant.generation.bearing import BEARS, OF_ONE, SURELY, Bearing, own
from assistant.generation.glossary import recorded
from assistant.generation.stakes import at_stake
from assistant.question import DOUBT
from assistant.world import Provided, World

MAX_LIMITS = 2
_OF_FIELD = 0.13  # how near a limit has to be to be told where no other is nearer
_NEAREST = 0.4  # and one of the task that is told beside those of the model


def limits(world: World, bearing: Bearing, before: str) -> list[str]:
    """What can go wrong here and was not said ``before``: invention where it does harm first, then
    what the record states of the device, the damage and the words of the question; else its first
    limit."""
    p = world.answering
    found = _unsaid(at_stake(world), before)
    if p is None or p.entry is None:
        return found
    task, wish = world.task, world.wish
    if task is not None and task.pictures:
        if not found and wish.form == "feasibility":
            found += _unsaid([own(p, "invents")], before)
        if DOUBT in wish.aspects and not found:
            found += _unsaid([recorded(world)], before)
    wanted = {
        "efficiency": bool(wish.device or wish.vram_gb),
        "degradation": bool(wish.degradations),
    }
    own_ones = [f for f in p.entry.facts_of("limit") if _unsaid([f.text], before)]
    weigh = {f: bearing.of(f.text) + wanted.get(f.aspect, False) for f in own_ones}
    own_ones = sorted(own_ones, key=lambda f: -weigh[f])
    near = [f.text for f in own_ones if weigh[f] >= (OF_ONE if world.unasked else BEARS)]
    if len(near) < MAX_LIMITS:
        near += _of_task(world, bearing, _NEAREST, before)
    if not (near or found or world.unasked):
        near = [f.text for f in own_ones[:1] if weigh[f] >= _OF_FIELD]
        near = near or _of_task(world, bearing, BEARS, before)
    return [*needed_beside(p), *list(dict.fromkeys([*found, *near]))[:MAX_LIMITS]]


def _of_task(world: World, bearing: Bearing, least: float, before: str) -> list[str]:
    """The limit of the task that bears most on the question, if it does as much as that; beside
    one that was said another only if it surely answers."""
    how = world.catalog.get(f"how-{world.task.id}") if world.task else None
    told = [f for f in (statements(how) if how else ()) if f.kind in ("limit", "use")]
    left = [f for f in told if _unsaid([f.text], before)]
    best = bearing.best(left)
    least = least if len(left) == len(told) else max(least, SURELY)
    return [best.text] if best and bearing.of(best.text) >= least else []


def _unsaid(texts: Iterable[str], before: str) -> list[str]:
    """Those that do not stand in what was said before, where "In general," may lead them."""
    said = before.casefold()
    return [text for text in texts if text and text.casefold() not in said]


def needed_beside(p: Provided) -> list[str]:
    """What a model needs beside the picture, in one line."""
    told = [fact.text for fact in p.facts if "#beside-" in fact.id]
    return [" ".join(told)] if told else []
