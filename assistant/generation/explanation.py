"""Part 2: the workflow of the item that answers, what the others add to it, and what limits it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from assistant.catalog import Entry, Fact, Model, statements
from assistant.errors import InputError
from assistant.fit import faithful
from assistant.generation.bearing import BEARS, SURELY, Bearing, called, inert, own
from assistant.generation.glossary import of_concept, recorded
from assistant.generation.prose import flowing, in_bold
from assistant.generation.quotable import telling
from assistant.generation.stakes import at_stake
from assistant.prompts import Item
from assistant.question import DOUBT
from assistant.references import title_text
from assistant.text.reported import following, reported
from assistant.text.titles import known_as
from assistant.workflow import Station, Workflow, plan
from assistant.workflow.weights import available
from assistant.world import Provided, World
from assistant.world.facts import CANNOT, SPARED

MAX_ADDS = 3  # items beside the answering one of which something is told
MAX_LIMITS = 2
_IDEAS = ("mechanism", "contribution")  # kinds of facts that tell what a work is
MAX_BRANCHES = 3
_UNDRAWN = "What is provided names no model for this, so no workflow is drawn."
_CLOSEST, _GIVEN = "Closest provided item", "What the recommended model does"
_ONE_CHANNEL = re.compile(r"(?:^|[\W_])(?:MRI?|CT|X-?ray|ultrasound)(?=$|[\W_])", re.I)
_OF_FIELD = 0.13  # how near a limit has to be to be told where no other is nearer
_NEAREST = 0.4  # and one of the task that is told beside those of the model
_OF_TASK = 0.07  # how near a sentence of an item on the same task has to be
_DRAWS = re.compile(
    r"\b(?:GANs?\b|adversarial|discriminator|diffusion|generative|perceptual|synthesiz|hallucinat"
    r"|invents?\b)", re.I
)  # fmt: skip
_MORE = 0.1  # how much more a paper's sentence bears on the question than on its task alone
_SEEN = re.compile(r"\b(?:imag|pictur|photo|video|visual|vision|pixel|frame)", re.I)


def explanation(
    world: World, bearing: Bearing, before: str = ""
) -> tuple[dict[str, Any], Workflow | None]:
    """The values that the wording of part 2 needs, and the workflow they show; no limit that
    stands in ``before``, what was said until then, is said again."""
    branches, workflow = _branches(world, bearing)
    tasks = {*world.wish.steps, world.task.id if world.task else ""}
    near = _OF_TASK if world.parts else BEARS  # what came with the question bears on it
    others = [p for p in world.provided if p is not world.answering]
    pictured = world.task is not None and world.task.pictures
    if faithful(world.wish):
        others = [p for p in others if not _draws(p, world)]
    told = {id(p): _told(p, bearing, tasks, near, pictured=pictured) for p in others}
    if not world.parts:
        told = {key: _of_question(lines, world, bearing) for key, lines in told.items()}
    adds = [(p, lines) for p in _near_first(world, bearing) if (lines := told.get(id(p), []))]
    view = {
        "branches": branches,
        "adds": [_added(p, lines, world) for p, lines in adds[:MAX_ADDS]],
        "limits": [
            *_limits(world, bearing, before),
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


def _added(p: Provided, lines: list[str], world: World) -> str:
    """What an item adds, with its name in bold."""
    names = (called(p), title_text(_known(p.item)))
    name = next((one for one in names if one.casefold() in lines[0].casefold()), names[0])
    told = flowing(lines, name, [called(other) for other in world.provided])
    return " ".join([in_bold(told[0], name), *told[1:]])


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
        ports = [
            entry.input or None,
            entry.output or None,
        ]
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
    return tuple(_reported(quotes, p.item))


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


def _near_first(world: World, bearing: Bearing) -> list[Provided]:
    """The items beside the recommended ones, those that bear most on the question first."""
    shown = (world.answering, world.whole)
    others = [p for p in world.provided if not p.recommended and p not in shown]
    return sorted(others, key=lambda p: (p.role == "shares-word", -bearing.of(p.item.name)))


def _draws(p: Provided, world: World) -> bool:
    """Whether a work makes up detail: as its record or that of a model of its name says, or its
    facts by the losses and priors they name."""
    entry = p.entry
    if entry is None or isinstance(entry, Model):
        return p.offer.invents is True
    family = [m for m in world.catalog.called(entry.name) if isinstance(m, Model)]
    told = " ".join((entry.does, *(fact.text for fact in entry.facts)))
    return any(m.invents for m in family) or bool(_DRAWS.search(told))


def _told(
    p: Provided, bearing: Bearing, tasks: Collection[str], near: float, *, pictured: bool
) -> list[str]:
    """One sentence of mechanism and one of result that bear on the question; none where nothing
    of an item does."""
    if p.recommended or p.role == "shares-word":
        return []
    if p.entry is not None and (told := _recorded(p, p.entry, bearing, tasks, near)):
        return told
    silent = p.entry is None or not any(f.kind in _IDEAS for f in p.entry.facts)
    if silent:  # a record of ideas that do not bear says more than its summary would
        if pictured and not _SEEN.search(p.text):
            return []  # a work on sound or text says nothing of pictures, whatever words it shares
        quotes = telling(p.item.name, p.item.summary, bearing, BEARS) if p.item.summary else []
        return list(_reported(quotes, p.item))
    return []


def _of_question(lines: list[str], world: World, bearing: Bearing) -> list[str]:
    """Those that bear on this very question and not as much on any for a model of its task."""
    plain = f"Which model is for {world.task.phrase}?" if world.task else ""
    return [
        line
        for line in lines
        if bearing.of(line) >= BEARS and (not plain or bearing.beyond(line, plain) >= _MORE)
    ]


def _recorded(
    p: Provided, entry: Entry, bearing: Bearing, tasks: Collection[str], near: float
) -> list[str]:
    """The same from the facts of its record."""
    field = near if p.offer.task in tasks and p.offer.scope != "application" else BEARS
    near = 0.0 if p.role == "supports" else field
    does = [f for f in entry.facts if f.kind in _IDEAS]
    found = [_bears(does, bearing, near)]
    results = [f for f in entry.facts if f.kind == "result"]
    found.append(_bears(results, bearing, max(near, BEARS)))
    return [f.text for f in found if f]


def _reported(quotes: list[str], item: Item) -> Iterator[str]:
    """Sentences of a given text told of the work; one that cannot be told so is quoted."""
    for n, quote in enumerate(quotes):
        told = (following if n else reported)(quote, item.name, _known(item))
        yield title_text(told) if told else f"{title_text(item.name)}: “{quote}”"


def _known(item: Item) -> str:
    """What an item without a record is called."""
    return known_as(item.name, " ".join((item.summary or "").split()))


def _bears(facts: list[Fact], bearing: Bearing, near: float) -> Fact | None:
    best = bearing.best(facts)
    return best if best and bearing.of(best.text) >= near else None


def _limits(world: World, bearing: Bearing, before: str) -> list[str]:
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
    near = [f.text for f in own_ones if weigh[f] >= BEARS]
    if len(near) < MAX_LIMITS:
        near += _of_task(world, bearing, _NEAREST, before)
    if not (near or found):
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
