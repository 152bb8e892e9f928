"""What a term means, and what it means for the user's decision."""

from __future__ import annotations

import re

from assistant.catalog import Concept, statements
from assistant.generation.bearing import SURELY, Bearing
from assistant.generation.forms.entries import (
    bearing_most,
    concepts,
    described,
    models,
    stands_alone,
    stated,
    strangers,
)
from assistant.question import asks
from assistant.world import Provided, World
from assistant.world.asked import on_same

_WHAT = re.compile(
    r"^\W*(?:(?:can|could|would|will) (?:you|someone|somebody|anyone) |please )*"
    r"(?:what(?:'s|’s|s| is| are| does| do)|define|describe|explain|meaning|(?:tell|give) me)\b",
    re.I,
)
_TOLD = re.compile(rf"{_WHAT.pattern}|\W*(?:how|why)\b", re.I)  # asks that decide nothing
_LINKS = ("#paper", "#github", "#huggingface")  # statements of where something stands
_BARE = 2  # words beside a term that is all a question says


def concept(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """What the entry says that bears on the question, then what follows from it; who asks for a
    term and then for a decision gets both."""
    found = concepts(world)
    if not found:
        told = [described(p) for p in world.provided if p.entry]
        return strangers(world) or told[:1], told
    if world.wish.form == "fact":  # the entry that states it first
        found.sort(key=lambda p: -max(bearing.of(text) for text in stated(p, "does")))
    question = world.request.question
    first, rest = reached(world), []
    defines, decision = _WHAT.match(question), decision_of(question)
    decides = not defines and decision
    if not first and defines and decision:
        first = _decided(found[0], bearing, decision)
    if not first and len(found) > 1 and not defines:  # how they bear on each other
        stating = (f for p in found if p.entry for f in statements(p.entry))
        best = bearing.best(f for f in stating if not f.id.endswith(_LINKS))
        first += [best.text] if best and bearing.of(best.text) >= SURELY else []
    led = bool(first)
    for p in found:
        does, means = stated(p, "does"), stated(p, "means")
        near = bearing_most(p, bearing, 3)
        named = not decides and (len(found) > 1 or defines or _bare(p, world))
        if world.wish.form == "fact":
            near = sorted([*does, *means, *near], key=lambda text: -bearing.of(text))
        if not led:
            first += does if named else stands_alone(p, [_nearest(p, bearing, decision)])
        said = " ".join(first).casefold()
        more = [text for text in dict.fromkeys((*does, *means, *near))
                if text.rstrip(".").casefold() not in said]  # fmt: skip
        rest.append(" ".join(more[: 3 if len(found) == 1 else 2]))
    leads = [described(p) for p in world.provided
             if p.entry and not isinstance(p.entry, Concept)]  # fmt: skip
    return first, [*filter(None, rest), *(leads[:1] if models(world) else [])]


def decision_of(question: str) -> str:
    """What of a question is to be decided: its asks but for a definition, a cause or a way; empty
    where there is none."""
    return " ".join(ask for ask in asks(question) if not _TOLD.match(ask))


def _nearest(p: Provided, bearing: Bearing, decision: str) -> str:
    """The sentence of an entry that surely answers a question, else what it is."""
    if decision and isinstance(p.entry, Concept) and p.entry.topic == "measure" and p.entry.means:
        return p.entry.means
    told = [
        *bearing_most(p, bearing, 3),
        *stated(p, "means"),
        *([] if decision else stated(p, "does")),
    ]
    asked = decision or bearing.question
    best = max(told or stated(p, "does"), key=lambda text: bearing.toward(asked, text))
    return best if bearing.toward(asked, best) >= SURELY else (stated(p, "does") or [best])[0]


def _decided(p: Provided, bearing: Bearing, asked: str) -> list[str]:
    """What a term is and, behind it, what of it bears most on the decision that is asked for; empty
    where nothing does."""
    does = stated(p, "does")
    told = [f for f in statements(p.entry) if f.kind in ("use", "limit")] if p.entry else []
    best = max(told, key=lambda f: bearing.toward(asked, f.text), default=None)
    if not does or best is None or best.text in does:
        return []
    return [does[0], best.text]


def reached(world: World) -> list[str]:
    """The published figures beside which a value that the question states can be set: those on the
    test set, by the measure and at the factor that it names."""
    question, scales = world.request.question, world.wish.scales
    ids = [
        f"{p.entry.id}#figure-{n}"
        for p in world.provided if p.entry
        for n, f in enumerate(p.entry.figures, 1)
        if on_same(question, scales, f)
    ]  # fmt: skip
    return [fact.text for fact in world.facts if fact.id in ids][:2]


def _bare(p: Provided, world: World) -> bool:
    """Whether a question is little but the name of an entry."""
    entry = p.entry
    names = (entry.name, entry.title, *entry.aliases) if entry else ()
    said = len(re.findall(r"[\w-]+", world.request.question))
    return said <= _BARE + max((len(re.findall(r"[\w-]+", name)) for name in names), default=0)
