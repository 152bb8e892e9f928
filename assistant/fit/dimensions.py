"""Task, scale, subject, degradation and device: what nearly every question states."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.catalog import Term, Vocabulary
from assistant.fit.inputs import called_for
from assistant.fit.offer import Offer
from assistant.fit.said import Findings, Said, Verdict, listing, times
from assistant.question import Wish

_PURPOSE = 2.0  # points for each damage that is to go: it is what the picture is handed in for
_TRAINED = 2.0  # points for weights of the very factor, before one network for any factor
_USUAL = 4.0  # the largest factor that networks for photos are usually trained for
_HEAVY = 4.0  # points against what a weak device cannot run, more than speaks for any record
_NEARLY = 1.15  # a model may fall this much short of an odd factor such as 2.25


def task(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """The task asked for against the task it performs, or what it is made to remove."""
    asked, has = vocabulary.task(wish.task), vocabulary.task(offer.task)
    subjects = wish.subjects if asked == has else ()
    has = has and called_for(has, offer.takes, subjects, offer.handles)
    asked = asked and called_for(asked, "", wish.subjects, wish.degradations)
    same_size = has.keeps_size if has else offer.scales == (1,)
    if wish.keeps_size and offer.source != "nothing" and not same_size and has:
        return [Said("mismatch", f"the size is to stay; {offer.name} enlarges")]
    damage = vocabulary.degradations if wish.degradations else ()
    special = {term.id for term in damage if term.special and term.id in wish.degradations}
    wanted = special or set(
        asked.removes if asked else ()
    )  # damage of its own says more than a task
    removed = wanted & set(offer.handles) if same_size else set()
    if removed and (asked is None or has is None or asked.id != has.id):
        what = listing([vocabulary.phrase(term) for term in sorted(removed)])
        verdict: Verdict = "partly" if has else "fits"
        return [Said(verdict, f"{offer.name} is made to remove {what}", 1)]
    if has is None and asked and not asked.keeps_size and same_size:
        return [Said("mismatch", f"{offer.name} keeps the picture's size and does not enlarge")]
    if has is None and offer.source == "record" and not (asked or wish.odds):
        return []  # what is asked has no name as a task; what it does is told by its record
    if has is None:
        return [Said("partly", f"nothing provided says which task {offer.name} performs")]
    if asked is None:
        named = f"the question names no task, and {offer.name} is for {has.phrase}"
        return [Said("partly", named)]
    if asked.id == has.id:
        if has.kinds and has.phrase != asked.phrase:  # another kind, or of none it was spoken
            has = vocabulary.task(has.id) or has
        return [Said("fits", f"{offer.name} is for {has.phrase}, as asked", 1)]
    size = ""
    if not asked.keeps_size and has.keeps_size and has.pictures:
        size = " and keeps the picture's size"
    return [
        Said(
            "mismatch",
            f"the question is about {asked.phrase}; {offer.name} is for {has.phrase}{size}",
        )
    ]


def scale(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """The factors asked for against the trained ones; unsaid is unknown, not wrong."""
    task = vocabulary.task(offer.task)
    if task is None or wish.task not in (None, offer.task):
        return []
    asked, has = wish.scales, offer.scales
    if task.keeps_size:
        if not asked:
            return []
        return [Said("partly", f"{offer.name} keeps the picture's size and does not enlarge")]
    if offer.any_scale:
        return _any_factor(offer, asked) if asked else []
    if not asked and len(has) == 1:
        points = -_TRAINED if has[0] > _USUAL else 0.0  # 8x is for those who ask for it
        return [Said("fits", f"it enlarges {times(has[0])}; the question names no factor", points)]
    if not asked:
        return []
    wanted = listing([times(s) for s in asked], "or")
    if not has:
        return [Said("partly", f"nothing provided confirms that {offer.name} enlarges {wanted}")]
    met = [times(s) for s in asked if s in has]
    if not met:
        fixed = listing([times(s) for s in has], "or")
        if wish.size and not asked[0].is_integer() and max(has) * _NEARLY >= asked[0]:
            return [Said("partly", f"{offer.name} enlarges {fixed}, not exactly {wanted}")]
        told = f"the question asks for {wanted}; {offer.name} enlarges {fixed}"
        return [Said("mismatch", told + _detour(asked[0], has))]
    if len(met) < len(asked):
        some = f"{offer.name} enlarges {listing(met)}; the question names {wanted}"
        return [Said("partly", some)]
    return [Said("fits", f"its scale is the {listing(met)} asked for", _TRAINED)]


def _any_factor(offer: Offer, asked: Sequence[float]) -> Findings:
    """One network for any factor is sure only of those that it saw in training."""
    beyond = [times(s) for s in asked if s > (offer.trained_to or _USUAL)]
    if not beyond or offer.source != "record":
        named = listing([times(s) for s in asked])
        return [Said("fits", f"it takes any factor, {named} included", -_TRAINED)]
    much = listing(beyond, "or")
    if offer.trained_to:
        most = f"{offer.name} takes any factor, but was trained up to {times(offer.trained_to)}"
        return [Said("partly", f"{most}; {much} is extrapolation")]
    if offer.scale_limit:
        return [Said("partly", offer.scale_limit.rstrip("."))]
    return [Said("partly", f"nothing provided says that {offer.name} was trained for {much}")]


def _detour(asked: float, has: Sequence[float]) -> str:
    """How models of other factors still reach the one asked for."""
    larger = [factor for factor in has if factor > asked]
    if larger:
        return f" (enlarge {times(min(larger))}, then reduce the result to {times(asked)})"
    if any(factor * factor == asked for factor in has):
        return f" (two passes of {times(math.sqrt(asked))} give {times(asked)})"
    return ""


def subject(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """What the picture shows against what the model is limited to. General ones take all; that
    one was made for what needs its own models (video, drawings, medical images) has to be said."""
    if not wish.subjects:
        return []
    asked = [term for term in vocabulary.subjects if term.id in wish.subjects]
    met = [term for term in asked if term.id in offer.subjects]
    made_for = listing([vocabulary.phrase(one) for one in offer.subjects])
    limits = {t.id: t for t in vocabulary.subjects if t.id in offer.subjects and not t.medium}
    like = {one for term in asked for one in (term.id, *term.near)}
    if met and limits and not like & {*limits}:  # it is of the medium, but for one sort alone
        only = listing([term.phrase for term in limits.values()])
        told = f"{offer.name} is made for {only}, of which the question does not speak"
        return [Said("partly", told, -1)]
    if met:
        return [Said("fits", f"it is made for {made_for}", 1 + len(met))]
    sourced = vocabulary.sources & {*wish.tags}  # which `source` speaks of
    special = [term.phrase for term in asked if term.special and not sourced]
    unsaid = f"nothing provided says that {offer.name} is made for {listing(special, 'or')}"
    task = vocabulary.task(offer.task) if offer.task == wish.task else None
    pictures = task if task and task.pictures else None
    unmet = [Said("partly", unsaid)] if special and pictures and offer.source == "record" else []
    asked = [term for term in asked if not term.medium]
    own = pictures and all(one in pictures.phrase for one in offer.subjects)  # the task says it
    if not offer.subjects or offer.general or own or not asked:
        return unmet
    wanted = listing([term.phrase for term in asked], "or")
    if any(near in offer.subjects for term in asked for near in term.near):
        return [Said("partly", f"{offer.name} is made for {made_for}, close to {wanted}", 1)]
    return [Said("mismatch", f"{offer.name} is made for {made_for}, not for {wanted}")]


def source(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """Where the picture comes from: what is made for one sensor, scanner or pair of views neither
    takes a single photo nor what comes from another."""
    if offer.source != "record" or not (wish.tags or offer.tags):
        return []
    sources = [trait for trait in vocabulary.traits if trait.source]
    asked = [trait for trait in sources if trait.id in wish.tags]
    needs = [trait for trait in sources if trait.id in offer.tags]
    if any(trait in needs for trait in asked):
        return [Said("fits", "", _TRAINED)]
    made_for = f"{offer.name} is made for {listing([trait.phrase for trait in needs])}"
    if asked and not all(trait.medium for trait in needs):
        wanted = listing([trait.phrase for trait in asked], "or")
        return [Said("mismatch", f"{made_for}, not for {wanted}")]
    if needs:  # a medium limits no model
        verdict: Verdict = "fits" if all(trait.medium for trait in needs) else "partly"
        return [Said(verdict, made_for, -1 if verdict == "fits" else -_PURPOSE)]
    task = vocabulary.task(offer.task)
    special = [trait.phrase for trait in asked if not trait.medium]
    if not special or offer.task != wish.task or not (task and task.pictures):
        return []
    unsaid = f"nothing provided says that {offer.name} is made for {listing(special, 'or')}"
    return [Said("partly", unsaid)]


def level(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """How strong the damage is said to be against what the weights are trained for; where it is not
    said, weights for one strength may be for another one."""
    task = vocabulary.task(offer.task)
    named = [wish.levels[one] for one in task.removes if one in wish.levels] if task else []
    if offer.task != wish.task:
        return []
    if not named:
        return [Said("fits", "", -_TRAINED)] if offer.level is not None else []
    if offer.any_level:
        return [Said("fits", "it is told how strong the damage is", _TRAINED)]
    if offer.level is None:
        return []
    if offer.level == named[0]:
        return [
            Said("fits", f"it is trained for the level {named[0]:g} that is named", 2 * _TRAINED)
        ]
    own = f"{offer.name} is trained for the level {offer.level:g}; the question names {named[0]:g}"
    return [Said("partly", own, -abs(offer.level - named[0]) / 10)]


def degradation(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """Only what the question names: an old photo implies damage but does not ask for repair."""
    if not wish.degradations:
        return []
    terms = [term for term in vocabulary.degradations if term.id in wish.degradations]
    kinds = {term.id for term in terms if term.kind_of}
    named = [d for d in wish.degradations if d not in ("real-world", *kinds)]
    met = _PURPOSE * sum(d in offer.handles for d in named)
    met += _PURPOSE * bool(wish.degradations and offer.blind)  # whatever else is wrong with it
    if wish.task != "super-resolution" or offer.task != wish.task or offer.source != "record":
        apart = _apart(wish, offer, terms, vocabulary)
        return [Said("fits", "", met), *apart] if met else apart
    missing = [vocabulary.phrase(d) for d in named if d not in offer.handles]
    if not missing and met:
        what = listing([vocabulary.phrase(d) for d in named])
        told = f"pictures with {what}" if what else "pictures whose damage is not known"
        return [Said("fits", f"it is made for {told}", met)]
    if not missing:
        return []
    what = listing(missing, "or")
    return [Said("partly", f"{offer.name} enlarges; it is not trained to remove {what}", met)]


def _apart(wish: Wish, offer: Offer, damage: Sequence[Term], vocabulary: Vocabulary) -> Findings:
    """Of damage that comes in kinds the kind that weights are made for, and damage that only
    what is made for it takes away."""
    task = vocabulary.task(offer.task)
    if offer.source != "record" or offer.task != wish.task or not task:
        return []
    if not (task.pictures or task.spare):  # new frames are no picture, yet made from them
        return []
    kinds = [term for term in damage if term.kind_of and term.id not in offer.handles]
    met = _PURPOSE * sum(bool(term.kind_of) and term.id in offer.handles for term in damage)
    found: Findings = [Said("fits", "", met)] if met else []
    for term in kinds:
        own = [k for k in vocabulary.kinds([term.kind_of or ""]) if k in offer.handles]
        if own and not met:
            removed = listing([vocabulary.phrase(one) for one in own])
            told = f"{offer.name} is made to remove {removed}, not {term.phrase}"
            found.append(Said("partly", told, -1))
    unmet = [t.phrase for t in damage if t.special and t.id not in (*offer.handles, *task.removes)]
    if unmet:
        told = f"nothing provided says that {offer.name} removes {listing(unmet, 'or')}"
        found.append(Said("partly", told))
    return found


def device(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:  # noqa: ARG001 - every dimension takes the three
    """A weak device, or speed, against whether the model is built light."""
    if wish.device is None:
        fast = "efficiency" in wish.aspects and offer.efficient
        return [Said("fits", "", 1)] if fast else []
    if offer.task != wish.task or offer.source == "nothing":
        return []
    if offer.efficient:
        return [Said("fits", "it is built to need little computing power", 1)]
    if offer.efficient is False or offer.needs_gpu:
        return [
            Said("partly", f"{offer.name} is a heavy network, slow without a strong GPU", -_HEAVY)
        ]
    return [Said("partly", f"nothing provided says that {offer.name} needs little computing power")]
