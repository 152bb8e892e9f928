"""The fit of a whole answer: that of its best model, of each of its steps, and what is closest."""

from __future__ import annotations

import re

from assistant.catalog import Entry, Model, Vocabulary
from assistant.fit import Fit, Offer, does_all, judge, listing, times
from assistant.prompts import Item
from assistant.question import ENLARGING, Line, Wish, read_scales
from assistant.roles import Joined

_IMPLIED = ("real-world", "low-resolution")  # damage that no step is asked to remove


def fit_of_step(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Fit:
    """The fit of one item: to the step that it does, where the question needs several. Damage that
    is left over there is asked of the whole series, not of one model."""
    step = offer.task if offer.task in wish.steps else wish.task
    own = wish.of(step, vocabulary)
    if len(wish.steps) > 1:
        handled = tuple(d for d in own.degradations if d in offer.handles)
        own = own.model_copy(update={"degradations": handled})
    return judge(own, offer, vocabulary)


def overall_fit(wish: Wish, joined: list[Joined], vocabulary: Vocabulary) -> Fit:
    """The best fit of the recommended items, no better than that of the worst step; of a mismatch
    with the closest item that fits."""
    fits = [one.fit for one in joined if one.recommended]
    best = min(fits, key=lambda fit: fit.rank, default=None) or _no_model(wish, vocabulary)
    overall = _of_steps(best, wish, joined, vocabulary)
    if fits and overall.verdict == "mismatch":
        return _with_closest(overall, wish, joined)
    return overall


def _no_model(wish: Wish, vocabulary: Vocabulary) -> Fit:
    task = vocabulary.task(wish.task)
    what = task.phrase if task else "what the question is about"
    reason = f"no model is provided for {what}"
    return Fit(verdict="mismatch", reasons=(reason,), against=(reason,))


def _of_steps(overall: Fit, wish: Wish, joined: list[Joined], vocabulary: Vocabulary) -> Fit:
    """The fit of a series: no better than that of its worst step; a step that nothing
    recommended does is named."""
    done = {one.offer.task: one.fit for one in joined if one.recommended}
    fits = [done[step] for step in wish.steps if step in done]
    if len(wish.steps) < 2 or not fits or overall.verdict == "mismatch":
        return overall
    whole = any(one.recommended and does_all(one.offer, wish, vocabulary) for one in joined)
    missing = [] if whole else [step for step in wish.steps if step not in done]
    worst = max((fit.verdict for fit in fits), key=("fits", "partly", "mismatch").index)
    reasons = dict.fromkeys(reason for fit in fits for reason in fit.reasons)
    against = dict.fromkeys(reason for fit in fits for reason in fit.against)
    for step in missing:
        task = vocabulary.task(step)
        against[f"the question also asks for {task.phrase if task else step}"] = None
    if left := _left_over(wish, joined, vocabulary):
        against[f"none of the recommended models removes {listing(left, 'or')}"] = None
    verdict = "partly" if (missing or left) and worst == "fits" else worst
    return Fit(verdict=verdict, reasons=tuple({**reasons, **against}), against=tuple(against))


def _left_over(wish: Wish, joined: list[Joined], vocabulary: Vocabulary) -> list[str]:
    """The damage of a picture to be enlarged that neither a step of a series nor a model of it
    takes away."""
    if ENLARGING not in wish.steps:
        return []
    handled = {damage for one in joined if one.recommended for damage in one.offer.handles}
    named = [d for d in wish.of(ENLARGING, vocabulary).degradations if d not in _IMPLIED]
    return [vocabulary.phrase(d) for d in named if d not in handled]


def _with_closest(overall: Fit, wish: Wish, joined: list[Joined]) -> Fit:
    """Name the closest fitting provided item: task, then scale, device, degradation, order."""
    able = [
        (item, offer, entry)
        for item, entry, _, offer, fit in joined
        if fit.verdict != "mismatch"
        and wish.task is not None
        and offer.task == wish.task
        and offer.scope in ("photo", "degradation")
        and (not offer.subjects or bool(set(wish.subjects) & set(offer.subjects)))
    ]

    def distance(found: tuple[Item, Offer, Entry | None]) -> tuple[bool, bool, bool]:
        _, offer, _ = found
        named = set(wish.scales) & set(offer.scales) or offer.any_scale or not wish.scales
        wanted = {d for d in wish.degradations if d != "real-world"}
        return (
            wish.device == "weak" and not offer.efficient,
            not named,
            bool(wanted - set(offer.handles)),
        )

    if not able:
        return overall.model_copy(
            update={"reasons": (*overall.reasons, "nothing provided fits the question better")}
        )
    item, offer, entry = min(able, key=distance)
    name = entry.name if entry and not isinstance(entry, Model) else item.name
    reasons = [f"the closest provided item is {item.name}"]
    if wish.scales and not _names_scale(item):
        wanted = listing([times(s) for s in wish.scales], "or")
        known = (
            f"; the catalog record lists {listing([times(s) for s in offer.scales])}"
            if offer.scales
            else ""
        )
        reasons.append(
            f"the given text of {name} names no scale, so {wanted} is not confirmed by it{known}"
        )
    return overall.model_copy(
        update={"reasons": (*overall.reasons, *reasons), "closest": item.name}
    )


def _names_scale(item: Item) -> bool:
    """Whether the given text of an item (not its record) names an enlargement factor."""
    text = Line(f"{item.name}. {item.summary or ''}")
    return bool(read_scales(text).factors) or bool(re.search(r"-\d+x$", item.name))
