"""Replies to a changed wish: what fits now, whether the model does this too."""

from __future__ import annotations

import re

from assistant.chat.replies import Draft, current, facts_of, limits_of, reasons_of, sentence
from assistant.fit import Fit
from assistant.generation.bearing import called
from assistant.world import Provided, World
from assistant.world.asked import asked

_YES = {"fits": "Yes: ", "partly": "", "mismatch": "No: "}


def recommendation(world: World) -> Draft:
    """The model for a changed wish: name, verdict with reasons, its first fact."""
    best = current(world)
    task = world.catalog.vocabulary.task(world.wish.task)
    against = "; ".join(best.fit.against)
    if best.fit.verdict == "mismatch":
        return Draft(f"No, {called(best)} does not fit: {against}.", (best,))
    wanted = (
        f" for {asked(world.wish, task, world.catalog.vocabulary, angle=False)}" if task else ""
    )
    name = called(best) if called(best) == best.item.name else f"{called(best)} ({best.item.name})"
    text = f"Take {name}{wanted}."
    told = [
        r
        for r in best.fit.reasons
        if not r.endswith(f"is for {task.phrase}, as asked" if task else "")
    ]
    text = " ".join([text, *(f"{r[:1].upper()}{r[1:]}." for r in told)])
    facts = _license(best, world) or facts_of(best.entry, world.wish.aspects)[:1]
    return Draft(" ".join([text, *facts]), (best,))


def _license(best: Provided, world: World) -> list[str]:
    if not world.wish.license or best.entry is None or not best.entry.license:
        return []
    return [f"Its license is given as {best.entry.license}."]


def _is_open(reason: str) -> bool:
    """Whether a reason says that something is not stated, rather than how it is."""
    return reason.startswith(("nothing provided", "it is not stated"))


def check(model: Provided, fit: Fit, before: Fit, world: World, changed: bool) -> Draft:
    """Whether the model of before does this too; where it does not, which one does.

    ``fit`` is that of the model asked about for the new wish, ``before`` that for the old one.
    """
    fresh = [reason for reason in fit.reasons if reason not in before.reasons]
    stated = not fresh or not all(map(_is_open, fresh))
    reasons = reasons_of(model, fit, before)
    if changed:  # "it" would be the other one
        reasons = re.sub(r"\bit\b", called(model), reasons, count=1)
    verdict = sentence(f"{_YES[fit.verdict]}{reasons}" if stated else reasons)
    if changed:
        other = recommendation(world)
        return Draft(f"{verdict} {other.text}", other.cite)
    limits = limits_of(model.entry, world.wish.device)[:1] if stated else []
    return Draft(" ".join([verdict, *limits]), (model,))


def unstated(model: Provided, subject: str, world: World, changed: bool) -> Draft:
    """A subject that nothing provided says the model was made for."""
    said = f"Nothing provided says that {called(model)} was made for {subject}."
    if changed:
        other = recommendation(world)
        return Draft(f"{said} {other.text}", other.cite)
    return Draft(
        f"{said} This catalog has no model of the task made for that, so try it with care."
    )
