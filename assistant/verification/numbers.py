"""Numbers: every figure of an answer must be given, and given by the item it is credited to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.world import Provided, World

_TIMES = {"two": "2x", "three": "3x", "four": "4x", "five": "5x", "eight": "8x", "ten": "10x"}
_HEDGES = ("up to", "more than", "less than", "at least", "at most", "about", "over", "nearly")
_TOKEN = re.compile(r"(?<![\w.])\d++(?:\.\d++)?+")
_UNIT = re.compile(r"(?:x|px|db|p|m|k|mb|gb|ms|s)(?!\w)")
_JOINT = re.compile(r"\s?[-/]\s?")


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as written in one place: its value, or values of a range or pair, and hedge."""

    values: tuple[str, ...]
    hedge: str
    text: str


def numbers(text: str) -> list[Number]:
    """The figures of a text after normalizing dashes, thousands, LaTeX and written factors.

    Digits that are part of a name (Set5, 3D, SUN80) are no figures.
    """
    text = normal(text)
    found: list[Number] = []
    end = 0
    for match in _TOKEN.finditer(text):
        after = text[match.end() : match.end() + 3]
        if (after[:1].isalnum() or after[:1] == "_") and not _UNIT.match(after):
            continue
        value, before = _canonical(match.group()), text[max(0, match.start() - 12) : match.start()]
        if found and _JOINT.fullmatch(text[end : match.start()]):
            last = found[-1]
            found[-1] = Number((*last.values, value), last.hedge, f"{last.text}-{match.group()}")
        else:
            hedge = next((h for h in _HEDGES if before.rstrip().endswith(h)), "")
            found.append(Number((value,), hedge, match.group()))
        end = match.end()
    return found


def normal(text: str) -> str:
    """Lower case, one kind of dash and space, ``3x`` for all spellings of a factor."""
    text = text.lower().replace("\u00a0", " ").replace("−", "-")
    text = re.sub(r"[‐‑‒–—]", "-", text)
    text = re.sub(r"\$?\s*([\d.]+)\s*\\times\s*\$?", r"\1x ", text).replace("×", "x")
    text = re.sub(r"\b(two|three|four|five|eight|ten) times\b", lambda m: _TIMES[m.group(1)], text)
    text = re.sub(r"(\d)\s?(?:times|-?fold)\b", r"\1x", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"(\d)\s?percent\b", r"\1%", text)
    text = re.sub(r"(\d)\s+to\s+(\d)", r"\1-\2", text)
    return re.sub(r"(\d) and (\d)", r"\1-\2", text)


def _canonical(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value.lstrip("0") or "0"


class Figures:
    """All figures of a world: by item, the user's own, and what arithmetic derives from them."""

    def __init__(self, world: World) -> None:
        self._own = {id(p): numbers(p.text) for p in world.provided}
        self._free = set(_derived(world))
        for number in numbers(world.request.question):
            self._free.update(number.values)

    def missing(self, text: str, owners: Iterable[Provided]) -> tuple[Number, str] | None:
        """The first figure of ``text`` that its owners do not carry, with the kind of finding."""
        carried = [number for p in owners for number in self._own[id(p)]]
        everywhere = [number for found in self._own.values() for number in found]
        for number in numbers(text):
            if all(value in self._free for value in number.values):
                continue
            known = [n for n in carried if set(number.values) <= set(n.values)]
            if not known:
                elsewhere = any(set(number.values) <= set(n.values) for n in everywhere)
                return number, "number_wrong_owner" if elsewhere else "number_absent"
            if not any(len(n.values) == len(number.values) for n in known):
                return number, "number_qualifier_lost"
            if all(n.hedge and n.hedge != number.hedge for n in known):
                return number, "number_qualifier_lost"
        return None


def _derived(world: World) -> set[str]:
    """Factors of the question and of provided items, their pixel counts, and sizes."""
    factors = {*world.wish.scales, *(s for p in world.provided for s in p.offer.scales)}
    factors |= {2 * s for s in world.wish.scales}
    values: set[float] = {1.0}
    for factor in factors:
        values |= {factor, round(factor**2, 4), round(factor**2) - 1}
        if world.wish.size:
            values |= {round(side * factor) for side in world.wish.size}
    values |= set(world.wish.size or ())
    return {f"{value:g}" if value < 1e5 else str(int(value)) for value in values}
