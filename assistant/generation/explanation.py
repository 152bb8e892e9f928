"""Part 2: the workflow of the item that answers, what others add, and honest limits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from assistant.catalog import Entry, Model, source
from assistant.errors import InputError
from assistant.fit import listing
from assistant.generation.opening import task_of
from assistant.generation.quotable import best
from assistant.references import title_text
from assistant.workflow import Station, Workflow, plan
from assistant.world import Provided, World

MAX_ADDS = 3
MAX_LIMITS = 3
MAX_BRANCHES = 3
COVERED = 5


def explanation(world: World) -> tuple[dict[str, Any], Workflow | None]:
    """The values that the wording of part 2 needs, and the workflow they show."""
    branches, workflow = _branches(world)
    view = {
        "lead": _lead(world),
        "branches": branches,
        "adds": _adds(world),
        "limits": _limits(world),
    }
    return view, workflow


def _lead(world: World) -> str:
    if not world.recommended:
        return (
            "No model is recommended, so no workflow can be drawn. The models of this catalog are "
            f"mostly for {_covered(world)}."
        )
    answering = world.answering
    if answering is not None and answering.offer.task is None:
        return (
            f"Nothing provided says what {title_text(answering.name)} takes and gives, so only an "
            "outline can be drawn."
        )
    if world.fit.verdict == "mismatch" and world.closest is None:
        return (
            "No provided item does what is asked; the workflow below is that of the recommended "
            "model and does not answer the question."
        )
    return ""


def _covered(world: World) -> str:
    """The picture tasks that most models of the catalog perform."""
    counts = Counter(model.task for model in world.catalog.models)
    tasks = [world.catalog.vocabulary.task(task) for task, _ in counts.most_common()]
    return listing([task.phrase for task in tasks if task and task.pictures][:COVERED])


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
    stations = [_station(world, p) for p in shown]
    if series := _series(world):
        return [{"title": "", "text": series.text, "after": ""}], series
    workflow = plan([[station] for station in stations], vocabulary, world.wish.size)
    branches = []
    for p, station in zip(shown, stations, strict=True):
        alone = plan([[station]], vocabulary, world.wish.size)
        title = ""
        if len(shown) > 1:
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
    """Inner steps from the record; a quotation of the given text; or that there is neither."""
    if p.entry is not None and p.entry.steps:
        return p.entry.steps
    if p.entry is not None:
        return (p.entry.does,)
    quote = best(p.item.summary, "") if p.item.summary else None
    if quote:
        return (f"Its given text says: “{quote}”",)
    says = " Its name states the task." if p.offer.source == "name" else ""
    return (
        "The prompt gives no description of this model, so how it works inside is not "
        f"stated.{says}",
    )


def _short(p: Provided) -> tuple[str, ...]:
    return (p.entry.does,) if p.entry else _steps(p)


def _after(world: World, p: Provided) -> str:
    entry = p.entry
    if isinstance(entry, Model) and entry.figures and p is world.answering:
        figure = entry.figures[0]
        return (
            f"Published for it: {figure.metric} {figure.value:g} on {figure.dataset} "
            f"({figure.protocol}; {source(figure.place)})."
        )
    if p is not world.answering and p.fit.verdict == "mismatch" and entry is not None:
        return next((f.text for f in entry.facts_of("limit", "scale")), "")
    return ""


def _adds(world: World) -> list[str]:
    """One line an item beside the answering one: a fact of its record, or a quotation."""
    lines = []
    shown = world.answering
    for role in ("supports", "related", "shares-word"):
        for p in world.by_role()[role]:
            foreign = role == "shares-word" and p.entry is None
            if p is shown or p.recommended or foreign:
                continue
            line = _add(world, p)
            if line:
                lines.append(line)
    return lines[:MAX_ADDS]


def _add(world: World, p: Provided) -> str:
    if p.entry is not None:
        return _fact(world, p, p.entry)
    quote = best(p.item.summary, world.request.question) if p.item.summary else None
    return f"{title_text(p.item.name)}: “{quote}”" if quote else ""


def _fact(world: World, p: Provided, entry: Entry) -> str:
    if p.role == "shares-word":
        return f"{_capital(title_text(p.name))} shares at most the term: it is {_different(entry)}."
    facts = [f for f in entry.facts if f.kind != "limit"]
    wanted = [f for f in facts if f.aspect in world.wish.aspects] or facts
    text = wanted[0].text if wanted else entry.does
    return _capital(text)


def _different(entry: Entry) -> str:
    return entry.differs or "about something else"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _limits(world: World) -> list[str]:
    """What applies here, the nearest first: device, degradation, scale, inference."""
    answering, task = world.answering, task_of(world)
    limits: list[str] = []
    shown = answering or next(iter(world.recommended), None)
    entry = shown.entry if shown else None
    if entry is not None:
        limits += [f.text for f in entry.facts_of("limit", "efficiency")]
        limits += [f.text for f in entry.facts_of("limit", "degradation")]
        if not world.wish.scales:
            limits += [f.text for f in entry.facts_of("limit", "scale")]
    helper = next((p for p in world.related if p.offer.scope == "degradation"), None)
    same = helper is not None and helper.offer.task == world.wish.task
    if helper and same and helper is not answering and world.wish.degradations:
        limits.append(
            f"Of the provided items, {title_text(helper.name)} is the one about complex "
            "degradation."
        )
    if task is not None and not task.keeps_size and task.pictures and answering is not None:
        limits.append(
            "The added detail is inferred from training pictures, not recovered; it is no "
            "evidence of what was there."
        )
    if not limits and world.provided:
        limits.append(
            "Nothing provided states accuracy, cost or failure cases, so none is claimed here."
        )
    return limits[:MAX_LIMITS]
