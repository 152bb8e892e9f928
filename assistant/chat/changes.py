"""Replies to a changed wish: what fits now, whether the model does this too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalog import Entry, Model
from assistant.chat.figures import growth
from assistant.chat.replies import Draft, current, facts_of, limits_of, sentence, verdict_of
from assistant.fit import Fit, times
from assistant.generation.bearing import called
from assistant.generation.forms.entries import stated
from assistant.generation.forms.fact import told_of
from assistant.world import Provided, World
from assistant.world.asked import asked

_OWN_TASK = re.compile(r" is for .*, as asked$")


def recommendation(world: World, *, weight: bool = False) -> Draft:
    """The model for a changed wish: name, verdict with reasons, its ``weight`` or first fact."""
    best = current(world)
    task = world.task
    against = "; ".join(best.fit.against)
    if best.fit.verdict == "mismatch":
        return Draft(f"No, {called(best)} does not fit: {against}.", (best,))
    wanted = f" for {asked(world.wish, task, world.catalog.vocabulary)}" if task else ""
    text = f"Take {full(best)}{wanted}."
    told = [r for r in best.fit.reasons if not (task is None or _OWN_TASK.search(r))]
    text = " ".join([text, *(f"{r[:1].upper()}{r[1:]}." for r in told)])
    if world.wish.size and world.wish.scales:
        text = f"{text} {growth(best, world)}".strip()
    weighs = stated(best, "parameters") if weight else []
    facts = weighs or _license(best, world) or facts_of(best.entry, world.wish.aspects)[:1]
    return Draft(" ".join([text, *facts]), (best,))


def instead(old: Provided, fit: Fit) -> list[str]:
    """Why the model of before has to go on the device that is named: what its record says of its
    cost, else what speaks against it."""
    costs = [f.text for f in old.entry.facts_of("limit", "efficiency")] if old.entry else []
    return (
        costs[:1] or [sentence(reason) for reason in fit.against[:1]] or stated(old, "parameters")
    )


def full(p: Provided) -> str:
    """The name of a model with its id, where that is another."""
    return called(p) if called(p) == p.item.name else f"{called(p)} ({p.item.name})"


def _license(best: Provided, world: World) -> list[str]:
    if not world.wish.license or best.entry is None or not best.entry.license:
        return []
    return told_of(best, "license")[:1]


def _is_open(reason: str) -> bool:
    """Whether a reason says that something is not stated, rather than how it is."""
    return reason.startswith(("nothing provided", "it is not stated"))


def check(model: Provided, fit: Fit, before: Fit, world: World, changed: bool) -> Draft:
    """Whether the model of before does this too; where it does not, which one does.

    ``fit`` is that of the model asked about for the new wish, ``before`` that for the old one.
    """
    fresh = [reason for reason in fit.reasons if reason not in before.reasons]
    stated = not fresh or not all(map(_is_open, fresh))
    reasons = verdict_of(fit, before)
    if changed:  # "it" would be the other one
        reasons = re.sub(r"\b[Ii]t\b", called(model), reasons, count=1)
    lead = {"fits": "Yes. ", "mismatch": f"No, {model.offer.name} does not fit. "}
    verdict = f"{lead.get(fit.verdict, '')}{reasons}" if stated else reasons
    if changed:
        other = recommendation(world)
        return Draft(f"{verdict} {other.text}", other.cite)
    limits = limits_of(model.entry, world.wish.device)[:1] if stated else []
    return Draft(" ".join([verdict, *limits]), (model,))


def offered(
    model: Provided, fit: Fit, before: Fit, other: Provided, terms: Sequence[str] = ()
) -> Draft:
    """That a model does not do what is asked of it, with its ``terms``, and one that would; the
    model stays."""
    lead = "No. " if fit.verdict == "mismatch" else ""
    told = terms or [verdict_of(fit, before)]
    would = f"{full(other)} would do: {'; '.join(other.fit.reasons)}."
    return Draft(f"{lead}{' '.join(told)} {would}", (model, other))


def no_other(model: Provided, *, larger: bool) -> Draft:
    """What it weighs, and that none with fewer (or more) parameters is recorded."""
    weight = stated(model, "parameters") or stated(model, "no-parameters")
    than = "more" if larger else "fewer"
    none = f"No model with {than} parameters is recorded for this wish, so it stays."
    return Draft(" ".join(weight[:1]), (model,), drawn=none)


def nothing_left(world: World) -> Draft:
    """That the one step of a plan cannot be left out."""
    task = world.task
    step = task.phrase if task else "that step"
    left = f"Without {step} nothing of the plan is left, so it stays. Say what to do in its place."
    return Draft("", (current(world),), lead=left)


def drawing(models: Sequence[Provided]) -> str:
    """Which of some models draw what was not there, by the field of their records."""
    marked = {
        True: "may draw detail that was not there",
        False: "is recorded as one that draws no new detail",
        None: "has no record of whether it draws what was not there",
    }
    return " ".join(
        f"{called(p)} {marked[p.entry.invents]}." for p in models if isinstance(p.entry, Model)
    )


def unstated(model: Provided, subject: str, world: World, changed: bool) -> Draft:
    """A subject that nothing provided says the model was made for."""
    said = f"Nothing provided says that {called(model)} was made for {subject}."
    if changed:
        other = recommendation(world)
        return Draft(f"{said} {other.text}", other.cite)
    return Draft(
        f"{said} A network may gain less, or disappoint, on pictures that are unlike its training "
        "pictures. Try it on a small crop first."
    )


def plan(world: World, fresh: Sequence[Entry]) -> Draft:
    """The models of a changed plan in their order; of those that are ``fresh`` what speaks for
    them. A plan of one step is a recommendation."""
    if len(world.recommended) < 2 or len(world.series) < 2:
        return recommendation(world)
    told = _reasons([p for p in world.recommended if not fresh or p.entry in fresh], world)
    return Draft(" ".join([order(world), *told]), world.recommended)


def order(world: World) -> str:
    """The steps of a plan in one sentence, with the factor where it is named."""
    said = []
    for p, task in world.series:
        factor = (
            f" at {times(world.wish.scale)}" if world.wish.scale and not task.keeps_size else ""
        )
        said.append(f"{task.phrase}{factor}" + (f" with {full(p)}" if p else ""))
    return f"First {', then '.join(said)}."


def each(world: World) -> Draft | None:
    """Whether the models of a series meet what was asked of them, each with its reasons."""
    told = _reasons(world.recommended, world)
    return Draft(" ".join(told), world.recommended) if told else None


def _reasons(models: Sequence[Provided], world: World) -> list[str]:
    """What speaks for or against each of several models but its task, the model named."""
    told = []
    for p in models:
        for reason in p.fit.reasons:
            if not _OWN_TASK.search(reason):
                owned = re.sub(r"^its\b", f"{called(p)}'s", reason)
                told.append(sentence(re.sub(r"^it\b", called(p), owned)))
        told += [] if told else facts_of(p.entry, world.wish.aspects)[:1]
    return list(dict.fromkeys(told))
