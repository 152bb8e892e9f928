"""Two or more items side by side, and which of them serves the wish."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Concept, Model
from assistant.chat.replies import Draft, current, reasons_of, sentence
from assistant.fit import listing, times
from assistant.generation.bearing import called
from assistant.generation.forms.compare import advice
from assistant.generation.forms.entries import kinds, stated
from assistant.generation.forms.fact import told_of, topics
from assistant.provision import PLAIN
from assistant.world import Provided, World

UNRANKED = "Figures of different papers have different settings, so they are not ranked here."
_SHORT = {"fits": "fits", "partly": "fits in part", "mismatch": "no fit"}


def compare(items: Sequence[Provided], world: World) -> Draft:
    """The advice, then the items side by side: fit, scales, size and what each does."""
    lines = []
    for p in items:
        entry = p.entry
        if entry is None:
            lines.append(f"- **{called(p)}**: nothing but its entry is known.")
            continue
        said = [sentence(entry.does)]
        if entry.scales:
            said.append(f"{called(p)} enlarges {listing([times(s) for s in entry.scales])}.")
        if isinstance(entry, Model) and entry.parameters:
            said.append(f"{called(p)} has {entry.parameters:,} parameters.")
        verdict = _SHORT[p.fit.verdict]
        reasons = reasons_of(p)
        said.append(f"For your wish: {verdict}{f' ({reasons})' if reasons else ''}.")
        lines.append(f"- **{called(p)}**: {' '.join(said)}")
    told = [*dict.fromkeys(advice(list(items), world)), UNRANKED]
    return Draft(f"{' '.join(told)}\n\n" + "\n".join(lines), tuple(items))


def beside_plain(world: World) -> Draft:
    """The current model beside plain interpolation: what it gains where that was measured."""
    best = current(world)
    plain = [p for p in world.provided if isinstance(p.entry, Concept) and p.entry.id in PLAIN]
    gains = [text for text in kinds(best, "result") if "bicubic" in text]
    told = [*gains, *(text for p in plain for text in stated(p, "does", "means"))]
    if not gains:
        told.append(f"No figure of {called(best)} beside it is recorded.")
    return Draft(" ".join([*told, sentence(best.entry.does) if best.entry else ""]), (best, *plain))


def better(message: str, items: Sequence[Provided], world: World) -> Draft:
    """Which of the compared items serves the wish, or what their records state of what is asked,
    without the whole comparison again."""
    asked = topics(message)
    timed = [p for p in items if kinds(p, "speed")]
    if asked == ["speed"] and len(timed) < len(items):
        asked = ["speed", "size"]  # what is nearest to a speed that nobody measured
    said = [text for p in items for topic in asked for text in told_of(p, topic, message)]
    return Draft(" ".join(dict.fromkeys(said or advice(list(items), world))), tuple(items))


def alternatives(others: Sequence[Provided]) -> Draft:
    """Other models for the same wish, and how each fits."""
    if not others:
        return Draft("This catalog has no other model for that.")
    reasons = [reasons_of(p).split("; ") for p in others]
    shared = set[str].intersection(*map(set, reasons))
    lines = []
    for p, told in zip(others, reasons, strict=True):
        said = [sentence(p.entry.does)] if p.entry else []
        if own := [reason for reason in told if reason not in shared]:
            said.append(sentence("; ".join(own)))
        lines.append(f"- **{called(p)}**: {' '.join(said)}")
    return Draft("Also for this wish:\n\n" + "\n".join(lines), tuple(others))
