"""Whether something runs somewhere, and how long it takes there: the verdict or the estimate of the
world first, then what is recorded beside it."""

from __future__ import annotations

from assistant.generation.forms.entries import described, kinds, models, stated, strangers
from assistant.generation.limits import needed_beside
from assistant.question import pictures_in, runs_where
from assistant.world import Provided, World
from assistant.world.duration import ELSEWHERE, TIME
from assistant.world.hardware import VERDICT

_MOST = 2  # models of which it is told


def on_hardware(world: World) -> tuple[list[str], list[str]] | None:
    """What answers a question for hardware or for time; None where it asks for neither, or where
    nothing is provided that may run."""
    question, able = world.request.question, models(world)[:_MOST]
    there = runs_where(question) is not None
    counted = pictures_in(question) or any(_with(p, TIME) for p in able)
    if not able or not (there or counted):
        return None
    first = [text for p in able for text in (_there(p) if there else _time(p))]
    rest = [t for p in able for t in [*needed_beside(p), described(p)]]
    return [*strangers(world), *first], rest


def _time(p: Provided) -> list[str]:
    """The estimate, or what else is recorded of the speed."""
    told = [*_with(p, TIME), *_with(p, ELSEWHERE)]
    if told or (told := kinds(p, "speed")[:1]):
        return told
    return stated(p, "no-efficient", "no-speed", "needs_gpu", "parameters", "size_mb")


def _there(p: Provided) -> list[str]:
    """The verdict and what is recorded of the cost; without either, that nothing is."""
    verdict = _with(p, VERDICT)
    told = [*stated(p, "needs_gpu", "efficient", "parameters", "size_mb"), *kinds(p, "speed")[:1]]
    told = [text for text in told if text not in " ".join(verdict)]
    if told or not any(" is not recorded" in text for text in verdict):
        return [*verdict, *told]
    return [*verdict, *stated(p, "no-parameters", "no-size_mb", "no-efficient", "no-speed")]


def _with(p: Provided, key: str) -> list[str]:
    """What the world says of an item under a key."""
    return [f.text for f in p.facts if p.entry and f.id == f"{p.entry.id}{key}"]
