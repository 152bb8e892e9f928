"""Part 2: the workflow of the item that answers, what the others add to it, and what limits it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from assistant.catalog import Fact, Model, mentioned
from assistant.errors import InputError
from assistant.generation.bearing import ENOUGH, Bearing, inert, own
from assistant.generation.glossary import of_concept
from assistant.generation.quotable import telling
from assistant.references import title_text
from assistant.workflow import Station, Workflow, plan
from assistant.workflow.weights import available
from assistant.world import Provided, World

MAX_ADDS = 3  # items beside the answering one of which something is told
MAX_LIMITS = 2
MAX_BRANCHES = 3
_OF_FIELD = 0.25  # how near a sentence of an item of the same field has to be
_INVENTING = {  # subjects where a made-up detail does harm, and the entry that says so
    "face": "identity-drift",
    "document": "text-in-pictures",
    "medical": "medical-enlargement",
    "cytology": "medical-enlargement",
    "satellite": "satellite-super-resolution",
}
_HARMFUL = ("evidence", *_INVENTING.values())  # entries that warn where a question names them


def explanation(world: World, bearing: Bearing) -> tuple[dict[str, Any], Workflow | None]:
    """The values that the wording of part 2 needs, and the workflow they show."""
    branches, workflow = _branches(world, bearing)
    told = {id(p): _told(p, bearing) for p in world.provided if p is not world.answering}
    adds = [(p, lines) for p in _near_first(world, bearing) if (lines := told.get(id(p)))]
    view = {
        "branches": branches,
        "adds": [" ".join(lines) for _, lines in adds[:MAX_ADDS]],
        "limits": limits(world, bearing),
        "covered": of_concept(world, "coverage", "use"),
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
        return [{"title": "", "text": _told_series(series), "after": ""}], series
    stations = [_station(world, p) for p in shown]
    workflow = plan([[station] for station in stations], vocabulary, world.wish.size)
    branches = []
    for p, station in zip(shown, stations, strict=True):
        told = station.model_copy(update={"steps": joined(station.steps)})
        text = plan([[told]], vocabulary, world.wish.size).text
        title = ""
        if len(shown) > 1 or world.fit.verdict == "mismatch":
            title = "Closest provided item" if p is world.closest else "As recommended"
        branches.append({"title": title, "text": text, "after": _after(p, bearing)})
    return branches, workflow


def joined(steps: Sequence[str]) -> tuple[str, ...]:
    """Inner steps in sentences of two, the last of an odd number of three."""
    cuts = [*range(0, len(steps) - 1, 2), len(steps)] if len(steps) > 1 else [0, len(steps)]
    return tuple(_sentence(steps[a:b]) for a, b in itertools.pairwise(cuts) if b > a)


def _sentence(steps: Sequence[str]) -> str:
    told = steps[0]
    for step in steps[1:]:
        joins = "“" not in step and _plain_start(step)
        told = f"{told.rstrip('.')}; {step[:1].lower()}{step[1:]}" if joins else f"{told} {step}"
    return told


def _plain_start(text: str) -> bool:
    """Whether a sentence begins with an everyday word, not with a name."""
    return text.split(maxsplit=1)[0].istitle()


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


def _told_series(series: Workflow) -> str:
    nodes = [n.model_copy(update={"steps": joined(n.steps)}) for n in series.nodes]
    return series.model_copy(update={"nodes": tuple(nodes)}).text


def _station(world: World, p: Provided) -> Station:
    entry, task = p.entry, world.catalog.vocabulary.task(p.offer.task)
    scale: float | None = 1.0
    if task is not None and not task.keeps_size:
        wanted = [s for s in world.wish.scales if s in p.offer.scales or p.offer.any_scale]
        known = wanted or (list(p.offer.scales) if len(p.offer.scales) == 1 else [])
        scale = known[0] if known else None
    return Station(
        name=title_text(p.name),
        task=p.offer.task,
        scale=scale,
        steps=_steps(p),
        input=entry.input
        if isinstance(entry, Model) and entry.task in ("super-resolution", p.offer.task)
        else None,
        output=entry.output if isinstance(entry, Model) else None,
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
    """Inner steps from the record, or a quotation of the given text."""
    if p.entry is not None:
        return p.entry.steps or (p.entry.does,)
    quotes = telling(p.item.name, p.item.summary, None)[:1] if p.item.summary else []
    return tuple(f"Its given text says: “{quote}”" for quote in quotes)


def _after(p: Provided, bearing: Bearing) -> str:
    """What a model that does not fit could still be good for, where that bears on the question;
    of one without record and text that nothing is stated."""
    if p.entry is None and not p.item.summary:
        return inert(f"How {title_text(p.item.name)} works inside is not stated.")
    if p.fit.verdict != "mismatch" or p.entry is None:
        return ""
    facts = [f for f in p.entry.facts if f.kind in ("use", "limit")]
    best = max(facts, key=lambda f: bearing.of(f.text), default=None)
    return best.text if best and bearing.of(best.text) >= ENOUGH else ""


def _near_first(world: World, bearing: Bearing) -> list[Provided]:
    """The items beside the recommended ones, those that bear most on the question first."""
    others = [p for p in world.provided if not p.recommended and p is not world.answering]
    return sorted(others, key=lambda p: (p.role == "shares-word", -bearing.of(p.item.name)))


def _told(p: Provided, bearing: Bearing) -> list[str]:
    """One sentence of mechanism and one of result that bear on the question; none where nothing
    of an item does."""
    if p.recommended:
        return []
    field = _OF_FIELD if p.offer.scope != "application" else ENOUGH
    near = {"shares-word": ENOUGH, "supports": 0.0}.get(p.role, field)
    if p.entry is None:
        quotes = telling(p.item.name, p.item.summary, bearing, near) if p.item.summary else []
        name = title_text(p.item.name)
        return [f"{name}: {' '.join(f'“{quote}”' for quote in quotes)}"] if quotes else []
    if p.role == "shares-word":
        return []
    does = [f for f in p.entry.facts if f.kind in ("mechanism", "contribution")]
    found = [_bears(does, bearing, near)]
    results = [f for f in p.entry.facts if f.kind == "result"]
    found.append(_bears(results, bearing, max(near, ENOUGH)))
    return [f.text for f in found if f]


def _bears(facts: list[Fact], bearing: Bearing, near: float) -> Fact | None:
    best = max(facts, key=lambda f: bearing.of(f.text, f.aspect), default=None)
    return best if best and bearing.of(best.text, best.aspect) >= near else None


def limits(world: World, bearing: Bearing) -> list[str]:
    """What can go wrong here: invention where it does harm first, then what the record states of
    the device, the damage and the words of the question; else its first limit."""
    p = world.answering
    if p is None or p.entry is None:
        return []
    task, wish = world.task, world.wish
    found: list[str] = []
    if task is not None and task.pictures:
        said = [c.id for c in mentioned(world.request.question, world.catalog)]
        entries = [c for c in said if c in _HARMFUL]
        entries += [_INVENTING[s] for s in wish.subjects if s in _INVENTING]
        found += [of_concept(world, entry, "limit") for entry in entries[:1]]
        found += [own(p, "invents")] if entries or wish.form == "feasibility" else []
    wanted = {"efficiency": bool(wish.device), "degradation": bool(wish.degradations)}
    stated = list(p.entry.facts_of("limit"))
    weigh = {f: bearing.of(f.text, f.aspect) + wanted.get(f.aspect, False) for f in stated}
    stated.sort(key=lambda f: -weigh[f])
    near = [f.text for f in stated if weigh[f] >= ENOUGH]
    found += near or [f.text for f in stated[:1] if not any(found) and weigh[f] >= _OF_FIELD]
    found = list(dict.fromkeys(filter(None, found)))[:MAX_LIMITS]
    return [*needed_beside(p), *found]


def needed_beside(p: Provided) -> list[str]:
    """What a model needs beside the picture, in one line."""
    told = [fact.text for fact in p.facts if "#beside-" in fact.id]
    return [" ".join(told)] if told else []
