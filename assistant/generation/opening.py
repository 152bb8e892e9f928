"""Part 1: the task, what it means in pixels, and the mechanism that explains what was seen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from assistant.catalog import Entry, Task
from assistant.fit import listing, times
from assistant.references import title_text
from assistant.world import World

_WHY = {
    "clarity": "Why it looks sharp",
    "texture": "Why texture survives",
    "efficiency": "How it is slimmed down",
    "scale": "Why a moderate factor works so well",
}


def opening(world: World) -> dict[str, Any]:
    """The values that the wording of part 1 needs."""
    task, wish = task_of(world), world.wish
    enlarges = task is not None and not task.keeps_size and task.pictures
    devices = {term.id: term.phrase for term in world.catalog.vocabulary.devices}
    return {
        "task": task if wish.task else None,
        "steps": _steps(world),
        "scales": listing([times(s) for s in wish.scales], "or") if enlarges else "",
        "device": devices.get(wish.device or "") if enlarges else None,
        "growth": _growth(world) if enlarges else "",
        "plain": task.plain if task else None,
        "reason": _reason(world),
    }


def _steps(world: World) -> str:
    """The tasks of a question that needs several, in the order in which they are done."""
    found = map(world.catalog.vocabulary.task, world.wish.steps)
    phrases = [task.phrase for task in found if task]
    return ", then ".join(phrases) if len(phrases) > 1 else ""


def _growth(world: World) -> str:
    """Sizes and pixel counts, from the user's own size where the question gives one."""
    scales = _scales(world)
    if len(scales) != 1:
        return ""
    factor = Fraction(scales[0]).limit_denominator(100)
    count = factor**2
    before, after = "H×W", f"{scales[0]:g}H×{scales[0]:g}W"
    if world.wish.size:
        width, height = world.wish.size
        before, after = f"{width}×{height}", f"{round(width * factor)}×{round(height * factor)}"
    known = f": {count - 1} of every {count} are inferred" if count.denominator == 1 else ""
    more = f"{float(count):g} times as many{known}"
    lead = "" if world.wish.scales else f"At {times(scales[0])}, "
    return f"{lead}{before} pixels become {after}, {more}."


def _reason(world: World) -> str:
    """The mechanism that explains what the user saw, and why the model fits."""
    answering = world.answering
    if answering is None:
        return ""
    sentences = []
    if world.fit.verdict == "fits":
        reasons = "; ".join(answering.fit.reasons)
        sentences.append(f"{title_text(reasons)}.")
    entry = answering.entry
    for aspect in (*world.wish.aspects, "mechanism") if entry else ():
        facts = entry.facts_of("mechanism", aspect) if entry else ()
        if aspect == "scale" and world.wish.scale:
            sentences.append(f"{_WHY[aspect]}: {_moderate(world.wish.scale)}")
        elif entry and facts and aspect in _WHY:
            results = entry.facts_of("result", aspect)
            sentences += [
                f"{_WHY[aspect]}: {_lower(facts[0].text, entry)}",
                *(fact.text for fact in results[:1]),
            ]
        elif facts:
            sentences.append(facts[0].text)
        else:
            continue
        break
    return " ".join(sentences)


def _moderate(scale: float) -> str:
    """Arithmetic on the asked factor beside the double of it."""

    def inferred(s: float) -> str:
        count = round(s * s)
        return f"{count - 1} of {count}"

    return (
        f"at {times(scale)} the network infers {inferred(scale)} output pixels, at "
        f"{times(2 * scale)} it would be {inferred(2 * scale)}, so known pixels stay close to "
        "every new one."
    )


def task_of(world: World) -> Task | None:
    """The task the question names; without one, the task of the item that answers."""
    answering = world.answering
    return world.catalog.vocabulary.task(
        world.wish.task or (answering.offer.task if answering else None)
    )


def _scales(world: World) -> tuple[float, ...]:
    """The factors to speak of: those asked for, else the one the answering model is fixed at."""
    if world.wish.scales:
        return world.wish.scales
    answering = world.answering
    return answering.offer.scales if answering and len(answering.offer.scales) == 1 else ()


def _lower(text: str, entry: Entry) -> str:
    """Lower-case the first letter unless the first word is a name."""
    first = text.split(maxsplit=1)[0]
    plain = first.istitle() and not entry.name.startswith(first.removesuffix("'s"))
    return text[:1].lower() + text[1:] if plain else text
