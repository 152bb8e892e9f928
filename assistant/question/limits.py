"""Limits in numbers: the size of a weights file, and the years a model may come from."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNIT = {"kb": 1e-3, "kib": 1e-3, "mb": 1.0, "mib": 1.0, "gb": 1e3, "gib": 1e3}
_NUMBER = r"(?P<{0}>\d{{1,4}}(?:\.\d{{1,3}})?)\s?(?P<{0}u>[kmg]i?b)(?:ytes)?\b"
_MEMORY = r"(?!\s*(?:of )?(?:v?ram|memory|gpu|card|graphics|video|photo|picture|image|jpe?g|scan))"
_SIZE = re.compile(
    r"(?:under|below|less than|at most|max(?:imum|imal)?\.?|no more than|not more than|smaller than"
    r"|lighter than|up to|within|no(?:t)? (?:larger|bigger) than|not over|<=?|≤)\W{0,2}"
    rf"(?:of |about |size )?{_NUMBER.format('a')}{_MEMORY}"
    rf"|{_NUMBER.format('b')}{_MEMORY}\s*(?:or (?:less|smaller|below|under)|max\b"
    r"|maximum|at most|tops|limit)"
)
_YEAR = r"(?P<{}>20[0-4]\d)\b"
_FROM = r"(?:since|after|from|in|as of)"
_MODEL = r"(?:models?|networks?|papers?|methods?|checkpoints?|released|published|made|something)"
_SINCE = re.compile(
    rf"\b(?:(?<!not )newer than|more recent than|(?:not|nothing) (?:older than|(?:from )?before)"
    rf"|{_MODEL}(?: \w+)? {_FROM}) {_YEAR.format('year')}"
)
_UNTIL = re.compile(
    rf"\b(?:(?<!not )(?<!nothing )older than|not newer than"
    rf"|{_MODEL}(?: (?!not)\w+)? (?:before|until|up to)) {_YEAR.format('year')}"
)
_AFTER = re.compile(r"\b(?:newer than|more recent than|after)\s+\d{4}$")


class Limits(NamedTuple):
    """Largest weights file in MB, first and last year of release, and the words of each."""

    max_mb: float | None
    since: int | None
    until: int | None
    words: dict[str, tuple[str, ...]]


def read_limits(text: str) -> Limits:
    """The limits that ``text``, which is ``plain``, sets. Memory of a card is none."""
    words: dict[str, tuple[str, ...]] = {}
    max_mb = since = until = None
    if match := _SIZE.search(text):
        number, unit = (match["a"], match["au"]) if match["a"] else (match["b"], match["bu"])
        max_mb = float(number) * _UNIT[unit]
        words["max_mb"] = (match.group().strip(),)
    if match := _SINCE.search(text):
        since = int(match["year"]) + bool(_AFTER.search(match.group()))
        words["since"] = (match.group(),)
    if match := _UNTIL.search(text):
        until = int(match["year"]) - (not re.search(r" until| up to|not newer", match.group()))
        words["until"] = (match.group(),)
    return Limits(max_mb, since, until, words)
