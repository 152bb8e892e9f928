"""Whether a result can be trusted: warnings, limits, and what in it is inferred."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Entry
from assistant.chat.replies import Draft, current, limits_of, near_to, sentence
from assistant.fit import listing
from assistant.generation.bearing import called
from assistant.world import Provided, World

UNSAID = "The records of what was recommended do not say."
_BEARS = 0.2  # likelihood from which on a sentence of a record bears on a message


def bearing(message: str, warned: Sequence[Entry], world: World, *, own: bool = False) -> Draft:
    """What is known that bears on a question about the models in force: a warning of the glossary,
    their limits, what their records say; nothing where nothing does. What is asked of the model
    itself (``own``) is answered by its record first, or by that it says nothing of it."""
    near = near_to(message, world)
    if own:
        bears = [f.text for p in world.recommended for f in p.facts if near.of(f.text) >= _BEARS]
        bears = sorted(bears, key=lambda text: -near.of(text))[:3]
        rest = [*_inferred(world), *limits_of(current(world).entry, world.wish.device)[:1]]
        text = " ".join(dict.fromkeys(map(sentence, (*bears, *rest))))
        names = listing([called(p) for p in world.recommended])
        unsaid = "" if bears else f"The record of {names} does not say."
        return Draft(text, world.recommended, lead=unsaid)
    told = [
        text
        for p in world.provided
        if p.entry in warned
        for text in [f.text for f in p.facts if f.id.endswith(("#does", "#means"))]
    ]
    told += _inferred(world)
    told += limits_of(current(world).entry, world.wish.device)[:1]
    for p in world.recommended:
        said = sorted(p.facts, key=lambda f: -near.of(f.text))
        told += [f.text for f in said if near.of(f.text) >= _BEARS][:2]
    return Draft(" ".join(dict.fromkeys(map(sentence, told))) or UNSAID, world.recommended)


def between(message: str, items: Sequence[Provided], world: World) -> Draft:
    """Of some entries of the glossary, each by its name, what bears most on a message."""
    near, told = near_to(message, world), []
    for p in items:
        said = [f.text for f in p.facts if f.id.endswith(("#does", "#means", "#use"))]
        told += sorted(said or [f.text for f in p.facts], key=lambda text: -near.of(text))[:2]
    return Draft(" ".join(dict.fromkeys(map(sentence, told))), tuple(items))


def limits(world: World) -> Draft:
    """What the records say can go wrong."""
    best = current(world)
    found = [*limits_of(best.entry, world.wish.device), *_inferred(world)]
    if not found:
        return Draft("Nothing provided states failure cases, so none is claimed here.")
    return Draft("\n".join(f"- {text}" for text in found), (best,))


def _inferred(world: World) -> list[str]:
    """That what the current model adds to a picture is inferred."""
    best = current(world)
    task = world.catalog.vocabulary.task(best.offer.task)
    if task is None or not task.pictures:
        return []
    if not task.keeps_size:
        return [
            "The added detail is inferred from training pictures, not recovered; it is no evidence "
            "of what was there."
        ]
    if task.removes or best.offer.scope == "photo":
        return [
            "What the damage hid is inferred from how pictures mostly look, not recovered; it is "
            "no evidence of what was there."
        ]
    return []
