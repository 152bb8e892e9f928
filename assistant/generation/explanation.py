"""Part 2: the workflow of the item that answers, what the others add to it, and what limits it."""

from __future__ import annotations

from typing import Any

from assistant.catalog import Model, Statement
from assistant.errors import InputError
from assistant.generation.bearing import ENOUGH, Bearing, called, own
from assistant.generation.glossary import of_concept
from assistant.generation.opening import task_of
from assistant.generation.quotable import telling
from assistant.references import title_text
from assistant.workflow import Station, Workflow, plan
from assistant.world import Provided, World

MAX_ADDS = 3  # items beside the answering one of which something is told
MAX_LIMITS = 2
MAX_BRANCHES = 3
_INVENTING = {  # subjects where a made-up detail does harm, and the entry that says so
    "face": "identity-drift",
    "document": "text-in-pictures",
    "medical": "medical-enlargement",
    "cytology": "medical-enlargement",
    "satellite": "satellite-super-resolution",
}


def explanation(world: World, bearing: Bearing) -> tuple[dict[str, Any], Workflow | None]:
    """The values that the wording of part 2 needs, and the workflow they show."""
    branches, workflow = _branches(world)
    told = {id(p): _told(p, bearing) for p in world.provided if p is not world.answering}
    adds = [(p, lines) for p in _near_first(world, bearing) if (lines := told.get(id(p)))]
    used = {id(p) for p, _ in adds[:MAX_ADDS]}
    view = {
        "branches": branches,
        "adds": [" ".join(lines) for _, lines in adds[:MAX_ADDS]],
        "limits": limits(world, bearing),
        "unused": [
            title_text(p.item.name) for p in world.related
            if id(p) not in used and p is not world.answering
        ],
    }  # fmt: skip
    return view, workflow


def workflow_of(world: World) -> Workflow | None:
    """The workflow that the records give."""
    return _branches(world)[1]


def _branches(world: World) -> tuple[list[dict[str, str]], Workflow | None]:
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
        return [{"title": "", "text": series.text, "after": ""}], series
    stations = [_station(world, p) for p in shown]
    workflow = plan([[station] for station in stations], vocabulary, world.wish.size)
    branches = []
    for p, station in zip(shown, stations, strict=True):
        alone = plan([[station]], vocabulary, world.wish.size)
        title = ""
        if len(shown) > 1 or world.fit.verdict == "mismatch":
            title = "Closest provided item" if p is world.closest else "Recommended model"
        branches.append({"title": title, "text": alone.text, "after": _after(world, p)})
    return branches, workflow


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
    return Station(
        name=title_text(p.name),
        task=p.offer.task,
        scale=scale,
        steps=_steps(p) if p is world.answering else _short(p),
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
        return entry.id if entry and entry.network else None
    same = (m for m in world.catalog.models if m.network and m.name == entry.name)
    return next((m.id for m in same if scale in m.scales), None)


def _steps(p: Provided) -> tuple[str, ...]:
    """Inner steps from the record, or a quotation of the given text."""
    if p.entry is not None:
        return p.entry.steps or (p.entry.does,)
    quotes = telling(p.item.summary, None)[:1] if p.item.summary else []
    return tuple(f"Its given text says: “{quote}”" for quote in quotes)


def _short(p: Provided) -> tuple[str, ...]:
    return (p.entry.does,) if p.entry else _steps(p)


def _after(world: World, p: Provided) -> str:
    """What a model that does not fit could still be good for, where its record says so."""
    if p is world.answering or p.fit.verdict != "mismatch" or p.entry is None:
        return ""
    return next((f.text for f in p.entry.facts_of("limit", "scale")), "")


def _near_first(world: World, bearing: Bearing) -> list[Provided]:
    """The provided items beside the recommended ones, those that bear most on the question first."""
    others = [p for p in world.provided if not p.recommended and p is not world.answering]
    best = {id(p): max((bearing.of(f.text, f.aspect) for f in p.facts), default=0) for p in others}
    return sorted(others, key=lambda p: -best[id(p)])


def _told(p: Provided, bearing: Bearing) -> list[str]:
    """One sentence of mechanism and one of result that bear on the question; none where nothing
    of an item does."""
    if p.recommended:
        return []
    if p.entry is None:
        quotes = telling(p.item.summary, bearing) if p.item.summary else []
        name = title_text(p.item.name)
        return [f"{name}: {' '.join(f'“{quote}”' for quote in quotes)}"] if quotes else []
    facts = [f for f in p.facts if "step-" not in f.id and f.place != "given"]
    does = [f for f in facts if f.kind in ("mechanism", "contribution") and f.id[-5:] != ":does"]
    found = [_bears(does, bearing), _bears([f for f in facts if f.kind == "result"], bearing)]
    lines = [f.text for f in found if f]
    return lines if p.role != "shares-word" or len(lines) > 1 else []


def _bears(facts: list[Statement], bearing: Bearing) -> Statement | None:
    best = bearing.best([f for f in facts if not f.text.startswith(f"{f.owner}: ")])
    return best if best and bearing.of(best.text, best.aspect) >= ENOUGH else None


def limits(world: World, bearing: Bearing) -> list[str]:
    """What can go wrong here: invention where it does harm first, then what the record states of
    the device, the damage and the words of the question; else its first limit."""
    p = world.answering
    if p is None or p.entry is None:
        return []
    task, wish = task_of(world), world.wish
    found = []
    if task is not None and task.pictures:
        entries = [_INVENTING[s] for s in wish.subjects if s in _INVENTING]
        found += [of_concept(world, entry, "limit") for entry in entries[:1]]
        found += [own(p, "invents")] if entries or wish.form == "feasibility" else []
    wanted = {"efficiency": bool(wish.device), "degradation": bool(wish.degradations)}
    stated = [f for f in p.entry.facts_of("limit")]
    weigh = {f: bearing.of(f.text, f.aspect) + ENOUGH * wanted.get(f.aspect, False) for f in stated}
    stated.sort(key=lambda f: -weigh[f])
    near = [f.text for f in stated if weigh[f] >= ENOUGH]
    found += near or ([f.text for f in stated[:1]] if not any(found) else [])
    return list(dict.fromkeys(filter(None, found)))[:MAX_LIMITS]
