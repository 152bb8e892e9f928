"""Figures as written: value, unit, hedge and place, one for a range or a pair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from assistant.text.characters import NUMBER_WORDS

Kind = Literal["value", "size", "shape", "share"]
_SIDE = r"(\d{0,3}(?:\.\d{1,3})?)"
_NUMBER = re.compile(
    rf"""(?<![\w.]) (?:
      (?P<shape>
        (?:\d{{1,2}}\s?x\s?){{0,2}} {_SIDE}\s?[Hh]\s?x\s?{_SIDE}\s?[Ww] (?:\s?x\s?\d)?
      ) (?!\w)
    | (?P<side> \d{{1,3}}(?:\.\d{{1,3}})?[HW] ) (?!\w)
    | (?P<size> (\d{{1,6}})\s?(?:x|by)\s?(\d{{1,6}}) (?:\s?x\s?\d{{1,2}})? ) (?![\d.]*\d|\s?x\b)
    | (?P<share>
        (\d{{1,4}})\s(?:of|out\sof|in)\s(?:(?:every|the|each|all)\s)?(\d{{1,4}})
      ) (?![\w.%]*\w|%)
    | [xX]? (?P<value> \d++(?:\.\d++)?+ | \.\d++ )
    )
    | \b(?P<verb> [Tt](?:w|hr)ice | (?:[Dd]oubl|[Tt]ripl|[Qq]uadrupl|[Hh]alv)(?:es|ed|ing)
      | [Oo]rders?\sof\smagnitude )\b""",
    re.X,
)
_LICENSE = re.compile(
    r"\b(?:Apache|[AL]?GPL|MPL|EPL|EUPL|BSD|CC0|CC-BY(?:-[A-Z]{2}){0,2})-\d(?:\.\d)?\b"
)
_VERBS = {"tw": 2.0, "th": 3.0, "do": 2.0, "tr": 3.0, "qu": 4.0, "ha": 0.5, "or": 10.0}
_SUFFIX = re.compile(r"(%|[A-Za-z]{1,20})|([ -])([A-Za-z]{1,20})")
_JOINT = re.compile(r"\s?(-|/|to|through|and)\s?")
_NO_FIGURE = frozenset({"d", "st", "nd", "rd", "th"})  # 3D, 2nd
_UNITS = {
    "x": "x", "times": "x", "fold": "x", "%": "%", "db": "db", "decibel": "db", "decibels": "db",
    "px": "px", "pixel": "px", "pixels": "px", "ms": "ms", "milliseconds": "ms", "s": "s",
    "sec": "s", "second": "s", "seconds": "s", "min": "min", "minutes": "min", "hours": "h",
    "kb": "kb", "mb": "mb", "gb": "gb", "fps": "fps", "mp": "mp", "megapixel": "mp",
    "megapixels": "mp", "bit": "bit", "bits": "bit", "gflops": "gflops", "flops": "flops",
    "macs": "macs", "gmacs": "gmacs", "watts": "w", "mah": "mah",
}  # fmt: skip
_MULTIPLES = {"million": 1e6, "billion": 1e9, "thousand": 1e3, "m": 1e6, "b": 1e9}
_HEDGES = {
    "max": "up to|as much as|as many as|at most|a maximum of|no more than|≤",
    "more": "more than|over|above|at least|exceeding|greater than|beyond|>|≥",
    "less": "less than|under|below|fewer than|<",
    "about": "about|around|approximately|roughly|nearly|almost|circa|ca\\.|≈",
}
_HEDGE = re.compile(
    "(?:" + "|".join(rf"(?P<{name}>(?<!\w)(?:{words}))" for name, words in _HEDGES.items()) + ")"
    r"\s?(?:an? |the |another |extra |additional )?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in one place of a text: a value, or the values of a range, pair, size or share."""

    values: tuple[float, ...]
    unit: str
    hedge: str
    start: int
    end: int
    kind: Kind = "value"
    joint: str = ""
    """``-`` for a range, ``/`` for a pair, else empty."""
    step: float = 0.0
    """What one unit of the last digit stands for."""


def numbers(text: str) -> list[Number]:
    """The figures of ``text``, as `view` gives it; digits of a name (Set5, 3D, Apache-2.0) are
    none."""
    found: list[Number] = []
    licenses = [match.span() for match in _LICENSE.finditer(text)]
    for number in _numbers(text):
        if any(start < number.start < end for start, end in licenses):
            continue
        last = found[-1] if found else None
        gap = text[last.end : number.start] if last else ""
        joint = _JOINT.fullmatch(gap) if last and len(gap) < 12 else None
        if last and joint and _joins(last, number, joint.group(1), text):
            sign = "/" if joint.group(1) == "/" else "-"
            found[-1] = replace(
                last, values=last.values + number.values, unit=number.unit or last.unit,
                end=number.end, joint=sign, step=number.step,
            )  # fmt: skip
        else:
            found.append(number)
    return found


def _joins(last: Number, number: Number, sign: str, text: str) -> bool:
    if last.kind != "value" or number.kind != "value" or (last.joint and sign != last.joint):
        return False
    if last.unit and number.unit and last.unit != number.unit:
        return False
    return sign != "and" or text[: last.start].rstrip().endswith(("between", "Between"))


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        hedge = _hedge(text[max(0, start - 26) : start])
        if match["verb"]:
            yield Number((_VERBS[match["verb"][:2].lower()],), "x", hedge, start, end)
        elif match["shape"] or match["side"]:
            sides = match.group(2, 3) if match["shape"] else (match["side"][:-1],)
            values = tuple(float(side or 1) for side in sides)
            yield Number(values, "x", "", start, end, "shape")
        elif match["size"]:
            values = (float(match.group(6)), float(match.group(7)))
            end += 2 if text.startswith("px", end) else 0
            yield Number(values, "px", hedge, start, end, "size")
        elif match["share"]:
            values = (float(match.group(9)), float(match.group(10)))
            yield Number(values, "", hedge, start, end, "share")
        elif not text.startswith("^", end):
            yield from _value(text, match, hedge)


def _value(text: str, match: re.Match[str], hedge: str) -> Iterator[Number]:
    digits, end = match["value"], match.end()
    factor, unit = 1.0, "x" if match.group()[0] in "xX" else ""
    for _ in range(2):  # "15.6 million parameters": a multiple, then the unit
        suffix = _SUFFIX.match(text, end)
        word = (suffix[1] or suffix[3]).lower() if suffix else ""
        if suffix and suffix[1] and word in _NO_FIGURE:
            return
        if suffix and word in _MULTIPLES and (suffix[1] or len(word) > 1):
            factor *= _MULTIPLES[word]
            end = suffix.end()
            continue
        if suffix and word in _UNITS:
            unit, end = unit or _UNITS[word], suffix.end()
        elif suffix and suffix[1]:
            unit, end = unit or word, suffix.end()
        break
    decimals = len(digits.partition(".")[2])
    value = round(float(digits[:400]) * factor, 9)
    yield Number(
        (value,), unit, hedge, match.start(), end, step=factor * 10.0 ** -min(decimals, 300)
    )


def _hedge(before: str) -> str:
    found = _HEDGE.search(before)
    return str(found.lastgroup) if found else ""


def word_values(text: str) -> Iterator[Number]:
    """Numbers written as words (``ten groups``), for what a source gives."""
    for match in re.finditer(r"[A-Za-z]+", text):
        if value := NUMBER_WORDS.get(match.group().lower()):
            yield Number((float(value),), "", "", match.start(), match.end(), step=1.0)
