"""What decides from the fields and figures of their records which of the compared to take."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.catalog import Figure, allows, spoken
from assistant.fit import listing, times
from assistant.world.compared import Side, field_of, inside, it_clause

_COSTS = (
    "parameters|computation|memory|time|energy|operations|FLOPs"  # less of other things is none
)
_SECONDS = re.compile(r"takes ([\d.]+) seconds")
_LOWER_IS_BETTER = re.compile(r"LPIPS|DISTS|NIQE|FID|MSE|MAE", re.I)


class Pick(NamedTuple):
    """What ranks the compared: the side to take and the clause that says why."""

    side: Side
    why: str


def _least(sides: Sequence[Side], value: Callable[[Side], float | None], told: str) -> Pick | None:
    """The side with the smallest number, where at least two have one and they differ."""
    found = sorted(((v, n) for n, s in enumerate(sides) if (v := value(s)) is not None))
    if len(found) < 2 or found[0][0] == found[1][0]:
        return None
    first, *others = [(sides[n], f"{v:,.10g}") for v, n in found]
    rest = ", ".join(f"{side.name} {v}" for side, v in others)
    return Pick(first[0], f"{told.format(first[1])}, {rest}")


def measured_speed(side: Side) -> str:
    """The sentence on the seconds that were measured of an item; empty where none were."""
    return next((f.text for f in side.entry.measured if _SECONDS.search(f.text)), "")


def _quickest(sides: Sequence[Side]) -> Pick | None:
    told = [
        (float(m[1]), n) for n, s in enumerate(sides) if (m := _SECONDS.search(measured_speed(s)))
    ]
    if len(told) < 2:
        return None
    first, second = (sides[n] for _, n in sorted(told)[:2])
    return Pick(
        first,
        f"{it_clause(measured_speed(first), first.name)}; {measured_speed(second).rstrip('.')}",
    )


def cheapest(sides: Sequence[Side], question: str) -> Pick | None:
    """By what was measured, by parameters, by files, by what a record calls light or heavy."""
    counted = _least(sides, lambda s: getattr(s.entry, "parameters", None), "it has {} parameters")
    light = [s for s in sides if s.entry.efficient]
    if re.search(r"\b(?:parameters?|params|smallest|size|mb|compact)\b", question, re.I):
        found = counted or _quickest(sides)
    else:
        found = _quickest(sides) or counted
    files = _least(sides, lambda s: getattr(s.entry, "size_mb", None), "its weights file has {} MB")
    if found or files or len(light) != 1:
        return found or files or _reported(sides)
    others = [s for s in sides if s is not light[0]]
    heavy = next(filter(None, (field_of(s, "needs_gpu") for s in others)), "")
    open_ones = f"nothing like it is recorded of {listing([s.name for s in others])}"
    against = heavy.rstrip(".") or open_ones
    return Pick(light[0], f"it is built for weak devices; {against}")


def _reported(sides: Sequence[Side]) -> Pick | None:
    """One whose record says that it costs less than another of them."""
    for side in sides:
        others = "|".join(re.escape(s.name) for s in sides if s.name != side.name)
        less = (
            rf"\b(?:(?:fewer|less) (?:{_COSTS})|faster|quicker|smaller|lighter)\b"
            rf".*(?<![\w-])(?:{others})(?![\w-])"
        )
        for fact in side.entry.facts:
            if fact.kind == "result" and re.search(less, fact.text):
                return Pick(side, it_clause(fact.text, side.name))
    return None


def free(sides: Sequence[Side], _: str) -> Pick | None:
    """One whose license allows what is asked where another's does not."""
    free = [
        s for s in sides
        if allows(s.entry.license, "commercial")
        and allows(s.entry.weights_license or s.entry.license, "commercial")
    ]  # fmt: skip
    bound = [s for s in sides if s not in free]
    if not free or not bound:
        return None
    said = next((f.text for s in bound for f in s.entry.facts_of("license")), "")
    said = (
        said or field_of(bound[0], "license") or f"the license of {bound[0].name} is not recorded"
    )
    return Pick(free[0], f"its code is under {spoken(free[0].entry.license or '')}; {inside(said)}")


def newest(sides: Sequence[Side], question: str) -> Pick | None:
    """The one that was published last, or first where the question wants the oldest."""
    dated = [s for s in sides if s.entry.year]
    old = re.search(r"\bold(?:er|est)\b", question, re.I) is not None
    dated.sort(key=lambda s: s.entry.year or 0, reverse=not old)
    if len(dated) < 2 or dated[0].entry.year == dated[1].entry.year:
        return None
    rest = ", ".join(f"{s.name} in {s.entry.year}" for s in dated[1:])
    return Pick(dated[0], f"it was published in {dated[0].entry.year}, {rest}")


def published(sides: Sequence[Side], _: str) -> Pick | None:
    """By a figure that is recorded of two of them with one protocol."""
    by: dict[tuple[object, ...], list[tuple[float, Side, Figure]]] = {}
    for side in sides:
        for f in side.entry.figures:
            key = (f.metric, f.dataset, f.scale, f.protocol)
            by.setdefault(key, []).append((f.value, side, f))
    for found in by.values():
        low = bool(_LOWER_IS_BETTER.search(found[0][2].metric))
        ranked = sorted(found, key=lambda one: one[0], reverse=not low)
        if len(ranked) > 1 and ranked[0][0] != ranked[1][0]:
            f = ranked[0][2]
            scale = f" at {times(f.scale)}" if f.scale else ""
            rest = ", ".join(f"{side.name} with {value:g}" for value, side, _ in ranked[1:])
            return Pick(
                ranked[0][1],
                f"it is published with {f.metric} {f.value:g} on {f.dataset}{scale} "
                f"({f.protocol}), {rest}",
            )
    return None


def faithful(sides: Sequence[Side], _: str) -> Pick | None:
    """One that invents nothing where another may."""
    true = [s for s in sides if getattr(s.entry, "invents", None) is False]
    free = [s for s in sides if getattr(s.entry, "invents", None)]
    if not true or not free:
        return None
    said = it_clause(field_of(true[0], "faithful"), true[0].name)
    return Pick(true[0], f"{said}; {inside(field_of(free[0], 'invents'))}")


def blind(sides: Sequence[Side], _: str) -> Pick | None:
    """One made for unknown damage where another is for clean or for known input."""
    blind = [s for s in sides if getattr(s.entry, "blind", None)]
    known = [s for s in sides if getattr(s.entry, "blind", None) is False]
    if not blind or not known:
        return None
    limits = (f.text for f in known[0].entry.facts_of("limit", "degradation"))
    said = next(limits, f"{known[0].name} is not")
    return Pick(
        blind[0], f"{it_clause(field_of(blind[0], 'blind'), blind[0].name)}; {said.rstrip('.')}"
    )
