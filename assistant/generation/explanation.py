"""Part 2: the workflow of the item that answers, what the others add to it, and what limits it."""

from __future__ import annotations

import re
from typing import Any

from assistant.catalog import Model
from assistant.errors import InputError
from assistant.generation.added import added, retold
from assistant.generation.bearing import BEARS, Bearing, inert
from assistant.generation.glossary import of_concept
from assistant.generation.limits import limits
from assistant.generation.quotable import telling
from assistant.references import title_text
from assistant.workflow import Station, Workflow, plan
from assistant.workflow.weights import available
from assistant.world import Provided, World
from assistant.world.facts import CANNOT, SPARED

MAX_BRANCHES = 3
_UNDRAWN = "What is provided names no model for this, so no workflow is drawn."
_CLOSEST, _GIVEN = "Closest provided item", "What the recommended model does"
_ONE_CHANNEL = re.compile(r"(?:^|[\W_])(?:MRI?|CT|X-?ray|ultrasound)(?=$|[\W_])", re.I)


def explanation(
    world: World, bearing: Bearing, before: str = ""
) -> tuple[dict[str, Any], Workflow | None]:
    """The values that the wording of part 2 needs, and the workflow they show; no limit that
    stands in ``before``, what was said until then, is said again."""
    branches, workflow = _branches(world, bearing)
    view = {
        "branches": branches,
        "adds": added(world, bearing),
        "limits": [
            *limits(world, bearing, before),
            *(f.text for f in world.told if f.id == SPARED),
        ],
        "covered": _UNDRAWN if world.related else of_concept(world, "coverage", "use"),
    }
    return view, workflow


def workflow_of(world: World) -> Workflow | None:
    """The workflow that the records give."""
    return _branches(world, Bearing(world))[1]


def _branches(world: World, bearing: Bearing) -> tuple[list[dict[str, str]], Workflow | None]:
    """The answering item first, then a recommended model that does not fit, side by side."""
    shown: list[Provided] = []
    if world.answering:
        shown.append(world.answering)
    shown += [p for p in world.recommended if p not in shown]
    shown = shown[:MAX_BRANCHES]
    if not shown:
        return [], None
    vocabulary = world.catalog.vocabulary
    if series := _series(world):
        steps = {"title": "", "text": series.text, "after": ""}
        if world.whole is None or world.whole.recommended:
            return [steps], series
        once = plan([[_station(world, world.whole)]], vocabulary, world.wish.size)
        first = {"title": "In one pass", "text": once.text, "after": ""}
        return [first, {**steps, "title": "Step by step"}], series
    stations = [_station(world, p) for p in shown]
    workflow = plan([[station] for station in stations], vocabulary, world.wish.size)
    branches = []
    for p, station in zip(shown, stations, strict=True):
        same = world.answering is None and p.offer.task == world.wish.task  # another factor, say
        walked = p is world.answering or same
        told = station if walked else station.model_copy(update={"steps": ()})
        text = plan([[told]], vocabulary, world.wish.size).text
        title = ""
        if len(shown) > 1 or world.fit.verdict == "mismatch":
            title = _CLOSEST if p is world.closest else _GIVEN
        branches.append({"title": title, "text": text, "after": _after(p, bearing)})
    return branches, workflow


def _of_role(p: Provided, end: str) -> str:
    """What a fact of this item says that is known by the end of its id."""
    return next((title_text(f.text) for f in p.facts if f.id.endswith(end)), "")


def _series(world: World) -> Workflow | None:
    """The recommended models one after the other, where each does a step of the question and
    takes what the one before gives."""
    steps = world.wish.steps
    by_task = {p.offer.task: p for p in reversed(world.recommended) if p.offer.task in steps}
    if len(by_task) < 2:
        return None
    branch = [_station(world, by_task[step]) for step in steps if step in by_task]
    try:
        return plan([branch], world.catalog.vocabulary, world.wish.size)
    except InputError:  # a sound or a text in between: side by side says it better
        return None


def _station(world: World, p: Provided) -> Station:
    entry, task = p.entry, world.catalog.vocabulary.task(p.offer.task)
    scale: float | None = 1.0
    if task is not None and not task.keeps_size:
        wanted = [s for s in world.wish.scales if s in p.offer.scales or p.offer.any_scale]
        known = wanted or (list(p.offer.scales) if len(p.offer.scales) == 1 else [])
        scale = known[0] if known else None
    ports: list[str | None] = [None, None]
    if isinstance(entry, Model):
        ports = [entry.input or None, entry.output or None]
    if _ONE_CHANNEL.search(p.item.name):  # scanners give gray values, whatever the network saw
        plain = (task.input, task.output) if task else ("", "")
        ports = [
            (port or usual).replace("RGB picture", "gray picture") or None
            for port, usual in zip(ports, plain, strict=True)
        ]
    return Station(
        name=title_text(p.name),
        task=p.offer.task,
        scale=scale,
        does=_does(p),
        steps=_steps(p),
        input=ports[0],
        output=ports[1],
        model=_runnable(world, p, scale),
    )


def _runnable(world: World, p: Provided, scale: float | None) -> str | None:
    """The record that executes a station: the model itself, or the one that a paper describes."""
    entry = p.entry
    if entry is None or isinstance(entry, Model):
        return entry.id if entry and (entry.network or available(entry)) else None
    same = (m for m in world.catalog.models if m.network and m.name == entry.name)
    return next((m.id for m in same if scale in m.scales), None)


def _steps(p: Provided) -> tuple[str, ...]:
    """Inner steps from the record, or what the given text says of it."""
    if p.entry is not None:
        return p.entry.steps
    quotes = telling(p.item.name, p.item.summary, None)[:1] if p.item.summary else []
    return tuple(retold(quotes, p.item))


def _does(p: Provided) -> str:
    """What a model does, as a clause behind its name."""
    does = p.entry.does.rstrip(".") if p.entry else ""
    named = does.split(maxsplit=1)[0].istitle() if does else False
    return f"{does[:1].lower()}{does[1:]}" if named else does


def _after(p: Provided, bearing: Bearing) -> str:
    """Why a model that does not fit cannot do what is asked, and what it could still be good for,
    where that bears on the question; of one without record and text that nothing is stated."""
    if p.entry is None and not p.item.summary:
        return inert(f"How {title_text(p.item.name)} works inside is not stated.")
    if p.fit.verdict != "mismatch":
        return ""
    facts = p.entry.facts_of("use") if p.entry else ()
    best = max(facts, key=lambda f: bearing.of(f.text), default=None)
    use = best.text if best and bearing.of(best.text) >= BEARS else ""
    return " ".join(filter(None, (_of_role(p, CANNOT), use)))
