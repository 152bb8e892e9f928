"""Replies to a changed wish: what fits now, whether the model does this too."""

from __future__ import annotations

import re

from assistant.chat.replies import Draft, current, facts_of, limits_of, reasons_of, sentence
from assistant.fit import Fit
from assistant.references import title_text
from assistant.world import Provided, World

_YES = {"fits": "Yes", "partly": "In part", "mismatch": "No"}


def recommendation(world: World) -> Draft:
    """The model for a changed wish: name, verdict with reasons, its first fact."""
    best = current(world)
    reasons = reasons_of(best) or "nothing speaks against it"
    verdict = {"fits": "fits", "partly": "fits in part", "mismatch": "is the nearest, but no fit"}
    text = f"{title_text(best.name)} {verdict[best.fit.verdict]}: {reasons}."
    facts = _license(best, world) or facts_of(best.entry, world.wish.aspects)[:1]
    return Draft(" ".join([text, *facts]), (best,))


def kept(before: Fit, world: World) -> Draft:
    """The recommendation that stays for a changed wish, and what is new about its fit."""
    best = current(world)
    if best.fit.verdict == "mismatch":
        return recommendation(world)
    said = f"{title_text(best.name)} stays the recommendation"
    fresh = [reason for reason in best.fit.reasons if reason not in before.reasons]
    if world.wish.refused and not fresh:
        said += "; its record names nothing of what you refuse"
    else:
        less = best.fit.rank > before.rank or any(map(_is_open, fresh))
        joint = ", though " if less else ": "
        said += joint + reasons_of(best, best.fit, before)
    return Draft(" ".join([f"{said}.", *_license(best, world)]), (best,))


def _license(best: Provided, world: World) -> list[str]:
    if not world.wish.license or best.entry is None or not best.entry.license:
        return []
    return [f"Its license is given as {best.entry.license}."]


def _is_open(reason: str) -> bool:
    """Whether a reason says that something is not stated, rather than how it is."""
    return reason.startswith(("nothing provided", "it is not stated"))


def check(asked: Provided, fit: Fit, before: Fit, world: World, changed: bool) -> Draft:
    """Whether the model of before does this too; where it does not, which one does.

    ``fit`` is that of the model asked about for the new wish, ``before`` that for the old one.
    """
    fresh = [reason for reason in fit.reasons if reason not in before.reasons]
    stated = not fresh or not all(map(_is_open, fresh))
    reasons = reasons_of(asked, fit, before)
    if changed:  # "it" would be the other one
        reasons = re.sub(r"\bit\b", title_text(asked.name), reasons, count=1)
    verdict = f"{_YES[fit.verdict]}: {reasons}." if stated else sentence(reasons)
    if changed:
        other = recommendation(world)
        return Draft(f"{verdict} {other.text}", other.cite)
    limits = limits_of(asked.entry, world.wish.device)[:1] if stated else []
    return Draft(" ".join([verdict, *limits]), (asked,))


def unstated(asked: Provided, subject: str, world: World, changed: bool) -> Draft:
    """A subject that nothing provided says the model was made for."""
    said = f"Nothing provided says that {title_text(asked.name)} was made for {subject}."
    if changed:
        other = recommendation(world)
        return Draft(f"{said} {other.text}", other.cite)
    return Draft(
        f"{said} This catalog has no model of the task made for that, so try it with care."
    )
