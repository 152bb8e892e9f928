"""Which sentences of compared records bear on a question that no criterion decides."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.catalog import Concept
from assistant.generation.bearing import Bearing
from assistant.generation.forms.entries import described, stated
from assistant.question import asks_amount
from assistant.world import Provided, World
from assistant.world.choice import MOST, asked_by
from assistant.world.compared import it_clause
from assistant.world.criteria import CRITERIA

_KINDS = ("contribution", "use", "limit", "mechanism", "result", "speed", "size")
_FIELDS = ("faithful", "video", "blind", "efficient")
_ASKED = 0.25
"""What a sentence of the kind that is asked for gains over one that is as near by its words."""
_LEADS, _BESIDE, _TOUCHES = 0.2, 0.15, 0.1
"""How near the sentence that opens is at least, one that stands beside it, and any of the kind
that is asked for; names are left out, which the likelihoods of `bearing` are not."""
_FOR_IT, _LIMITS = 3, 2  # sentences of one item that are looked at without its name
_SURELY, _AHEAD = 0.3, 0.15  # how near a sentence is that decides alone, and how far ahead
_ALIKE = 0.1  # a limit beside a limit may be this much farther than what else is recorded
_GAIN = re.compile(r"\b(?:gain|pros|advantages?|benefits?|upsides?|trade[- ]?offs?)\b", re.I)
_LOSS = re.compile(r"\b(?:lose|cons|drawbacks?|disadvantages?|downsides?|trade[- ]?offs?)\b", re.I)
_FAILS = re.compile(
    r"\b(?:breaks?|fails?|limits?|weak(?:ness\w*)?|drawbacks?|downsides?|wors[et]|wrong|risks?)\b",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.-])\d")


class _Told(NamedTuple):
    """A sentence on one of the compared, and how much it bears on what is asked of it."""

    near: float
    """As near as it is by its words, and more where it is of the kind that is asked for."""
    text: str
    limits: bool
    plainly: float
    """By its words alone."""


def telling(world: World, bearing: Bearing) -> list[str]:
    """The sentence on one of the compared that bears most on what is asked, then what bears most of
    each other one; which to take, where something speaks for one and something against another.
    Of who weighs gain and loss what speaks for each and what against it. Empty where none bears."""
    compared = [side.entry.id for side in world.sides[:MOST]]
    held = [p for p in world.provided if p.entry and p.entry.id in compared]
    question = world.request.question
    told = [(p, _of(p, world, bearing)) for p in held]
    told = [(p, found) for p, found in told if found]
    if _GAIN.search(question) and _LOSS.search(question):
        halves = (next((t for t in found if t.limits is limits), None)
                  for _, found in told for limits in (False, True))  # fmt: skip
        return [half.text for half in halves if half]
    told.sort(key=lambda one: -one[1][0].near)
    if not told or told[0][1][0].near < _LEADS:
        return []
    ranks = not (asks_amount(question) or _FAILS.search(question))
    if ranks and (taken := _taken(told)):
        return [taken]
    lead = told[0][1][0]
    others = [_beside(lead, found) for _, found in told[1:]]
    return [lead.text, *(other.text for other in others if other.near >= _BESIDE)]


def _beside(lead: _Told, found: list[_Told]) -> _Told:
    """What of another one stands beside what opens: a limit beside a limit."""
    least = max(found[0].near - _ALIKE, _BESIDE)
    alike = (t for t in found if lead.limits and t.limits and t.near >= least)
    return next(alike, found[0])


def _taken(told: list[tuple[Provided, list[_Told]]]) -> str:
    """Which one to take: the one for which something speaks, where a limit of another bears on the
    question and none of its own does as much, or where nothing of any other bears nearly as much;
    empty where there is no such one."""
    limits = {n: next((t for t in found if t.limits), None) for n, (_, found) in enumerate(told)}
    bound = max(limits, key=lambda n: ((found := limits[n]) and found.near) or 0.0)
    against = limits[bound]
    able = (n for n, (_, found) in enumerate(told) if n != bound and not found[0].limits)
    best = next(able, None)
    if best is None or against is None or against.plainly < _LEADS:
        return _alone(told)
    p, found = told[best]
    own = limits[best]
    clear = found[0].plainly >= _LEADS + _ALIKE and (not own or own.near <= against.near - _ALIKE)
    if not clear or p.entry is None:
        return ""
    why = it_clause(found[0].text, p.entry.name)
    return f"Take {p.entry.name}: {why}; {against.text.rstrip('.')}."


def _alone(told: list[tuple[Provided, list[_Told]]]) -> str:
    """The one of which alone something surely bears on the question and is no limit."""
    (p, found), *others = told
    best, limit = found[0], next((t for t in found if t.limits), None)
    rivals = [t[0].plainly for _, t in others] + ([limit.plainly] if limit else [])
    surely = best.plainly >= _SURELY and best.plainly >= max(rivals, default=0.0) + _AHEAD
    if best.limits or not surely or not others or p.entry is None:
        return ""
    return f"Take {p.entry.name}: {it_clause(best.text, p.entry.name)}."


def _of(p: Provided, world: World, bearing: Bearing) -> list[_Told]:
    """The sentences on an item, those first that bear most on what is asked."""
    question = world.request.question
    wanted = [CRITERIA[key] for key in asked_by(question, world.wish) if CRITERIA[key].pro]
    amount, fails = asks_amount(question), bool(_FAILS.search(question))
    limits = _sentences(p)

    def asked(text: str) -> float:
        if (amount and _NUMBER.search(text)) or (fails and limits[text]):
            return 1
        if any(c.favors(text, limit=limits[text]) for c in wanted):
            return 1
        return any(c.opposes(text) for c in wanted) / 2

    names = [side.name for side in world.sides]
    near = [
        one
        for limit, most in ((False, _FOR_IT), (True, _LIMITS))
        for one in bearing.beside(names, [t for t in limits if limits[t] is limit], most)
    ]
    weighed = [
        _Told(value + _ASKED * (value >= _TOUCHES) * asked(text), text, limits[text], value)
        for value, text in near
    ]
    return sorted(weighed, key=lambda told: -told.near)


def _sentences(p: Provided) -> dict[str, bool]:
    """What an item states of itself, and whether it is a limit."""
    if p.entry is None:
        return {}
    own = {f.text: f.kind == "limit" for f in p.entry.facts if f.kind in _KINDS}
    if isinstance(p.entry, Concept):
        return {p.entry.does: False, **own}
    return {described(p): False, **own, **dict.fromkeys(stated(p, *_FIELDS), False)}
