"""Part 1: the answer in a sentence, its meaning in pixels, the mechanism behind what was seen."""

from __future__ import annotations

import re
from typing import Any

from assistant.catalog import Catalog, Fact
from assistant.fit import conditions, listing, times
from assistant.generation.bearing import BEARS, OF_ONE, Bearing, called, ended, inert, without
from assistant.generation.forms.entries import described
from assistant.generation.forms.fact import nearest
from assistant.generation.glossary import explaining, generally, principle, works_that_state
from assistant.generation.prose import flowing
from assistant.references import title_text
from assistant.world import Provided, World
from assistant.world.asked import asked, series
from assistant.world.printing import enough, on_paper
from assistant.world.told import IN_ORDER, UNANSWERED

_INSIDE = 0.4  # how near a sentence of a record has to be to answer a question about its model
_STEPS = 3  # models of a series of which it is told how they do their part
_WHAT_IS = re.compile(r"^\W*(?:what(?:'s|’s| is| are)|explain|tell me about|describe)\b", re.I)


def opening(world: World, bearing: Bearing) -> dict[str, Any]:
    """The values that the wording of part 1 needs."""
    task, wish, take, whole = world.task, world.wish, _taken(world), _whole(world)
    enlarges = task is not None and not task.keeps_size and task.pictures
    lead = " ".join(on_paper(wish)) if enough(wish) else _named(world, bearing)
    if wish.asks_order:  # nothing comes before the order
        lead, enlarges = "", False
    told = ""
    if task:
        told = asked(
            wish,
            task,
            world.catalog.vocabulary,
            goal=":" if world.parts or not take else "",
        )
    reasons = _reasons(world, bearing, [*whole, *filter(None, [lead])])
    return {
        "because": reasons if world.wish.form == "explain" and not (world.parts or lead) else [],
        "series": series([(title_text(name) if name else "", task) for name, task in world.steps]),
        "task": task,
        "lead": lead,
        "take": take,
        "whole": whole,
        "met": _met(world) if take else "",
        "wanted": told,
        "told": _told(world),
        "growth": _growth(world) if enlarges else "",
        "order": " ".join(fact.text for fact in world.told if fact.id.startswith(IN_ORDER)),
        "reasons": reasons,
    }


def _told(world: World) -> str:
    """What the asker did or saw, and which task that is."""
    return next((fact.text for fact in world.told if fact.id == "question-told"), "")


def _whole(world: World) -> list[str]:
    """The model that does all steps of a wish at once, how it comes to, and what speaks for the
    steps one by one; empty where there is none, or where it is what is recommended."""
    p = world.whole
    if p is None or p.recommended or p.entry is None:
        return []
    told = [title_text(f.text) for f in world.told if f.id in ("question-whole", "question-apart")]
    trained = [f.text for f in p.entry.facts if f.kind == "mechanism" and f.aspect == "degradation"]
    return [*flowing([told[0], *trained[:1]], called(p)), *told[1:]]


def _taken(world: World) -> str:
    """The model that a question for one gets, by its name and id; empty where none fits."""
    p = world.answering
    if world.wish.form not in (None, "recommend") or p is None or world.fit.verdict == "mismatch":
        return ""
    name = called(p)
    return inert(name if name == p.item.name else f"{name} ({title_text(p.item.name)})")


def _met(world: World) -> str:
    """What the model that is to be taken meets beside its task and factor; nothing that its
    opening says already by the words of the wish."""
    p = world.answering
    if p is None:
        return ""
    met = conditions(world.wish, p.offer, world.catalog.vocabulary)
    found = [
        reason for reason in met if reason.startswith(("it ", "its ")) and reason in p.fit.reasons
    ]
    if not found:
        return ""
    first = found[0].removeprefix("it ")
    lead = f"{called(p)} {first}" if first != found[0] else found[0]
    return ended(inert(listing([lead, *found[1:]])))


def _named(world: World, bearing: Bearing) -> str:
    """What a model is, or how it does what is asked of it, where a question asks that of one by
    name; empty where it asks something else."""
    p, question = world.answering, world.request.question
    if p is None or p.entry is None or p.entry.name not in question:
        return ""
    if _WHAT_IS.match(question):
        return described(p)
    own = nearest(p, bearing, _INSIDE) if world.wish.form == "explain" else []
    return own[0] if own else ""


def _growth(world: World) -> str:
    """What the paper of a print needs, and what the factor asked for does to the user's own size;
    of several steps in a row, whose sentence names no factor, to each pixel."""
    told = [fact.text for fact in world.told if fact.place == "arithmetic"]
    if world.wish.print or (world.wish.size and world.wish.scales):
        grows = world.wish.size and (t for t in told if " become " in t and "megapixels" in t)
        return " ".join([*on_paper(world.wish), *([*grows][:1] if grows else [])])
    if world.wish.scale is None or len(world.series) < 2:
        return ""
    lead = f"At {times(world.wish.scale)} there are "
    return next((t for t in told if t.startswith(lead)), "")


def _reasons(world: World, bearing: Bearing, before: list[str]) -> list[list[str]]:
    """Why what the user saw happens, as one paragraph: what holds in general and how this model
    does it; who wants a model hears of the model first, who asks of a part of one only of it."""
    p, wants, several = world.answering, world.wish.form == "recommend", len(world.series) > 1
    general = [] if several or before else explaining(world, bearing)[: 1 if wants else None]
    briefly = wants or several
    told: list[str] = []
    steps = [one for one, _ in world.series if one][:_STEPS]
    names = [called(other) for other in world.provided]
    for model in steps if several else filter(None, [p]):
        own = [f.text for f in _mechanisms(model, world.catalog, bearing, 1 if briefly else 2)]
        if world.unasked and not several:
            own = [text for text in own if bearing.of(text) >= OF_ONE]
        own = [line for line in dict.fromkeys(own) if line not in (*general, *before, *told)]
        told += flowing(own[:1] if briefly else own, called(model), names)
    if not (general or told or before):
        general = _unanswered(world)
    if wants:
        told += [generally(line, world) if told else line for line in general]
    else:
        told = [*general, *told]
    return [told] if told else []


def _unanswered(world: World) -> list[str]:
    """What is told where no sentence answers: how the task is done at all, and of who asked why,
    or how, that this is no answer to it."""
    task = world.task
    how = principle(world) or (ended(task.plain) if task and task.plain else "")
    if not world.unasked:
        return [how] if how else []
    return [UNANSWERED, *([generally(how, world)] if how else [])]


def _mechanisms(p: Provided, catalog: Catalog, bearing: Bearing, most: int) -> list[Fact]:
    """The mechanisms that bear most on the question, and a result if it bears, too."""
    facts = p.entry.facts if p.entry else ()
    able = [f for f in facts if f.kind == "mechanism"]
    works = works_that_state(catalog)  # what many works say of themselves tells little of one

    def weight(fact: Fact) -> float:
        return bearing.of(fact.text) / works.get(without(called(p), fact.text), 1)

    chosen = sorted(able, key=lambda f: -weight(f))[:most]
    results = [f for f in facts if f.kind == "result"]
    best = bearing.best(results)
    if best and bearing.of(best.text) >= BEARS:
        chosen.append(best)
    return chosen
