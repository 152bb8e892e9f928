"""Limits in numbers: weights file, parameters, memory of a card, years: Line -> Limits."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.question.numbers import Line

_CARD = re.compile("nD?b[KD]*v|v[^sabn]{0,3}nD?b(?![KD]*g)")  # an 8 GB card; a card with 8 GB
_FILE = re.compile("M[DKEaq]*nD?b(?![KD]*[vgP])|nD?b(?![KD]*[vgP])D*(?:l|M(?!D*n))")
_PICTURE = re.compile(r"P[^s]*[YHI][^s]*$")  # the photo has to stay under 2 MB
_COUNT = re.compile(
    "M[Da]*(?:nk?|k)D*(?:q|(?<=k)(?=s|$))|nk?D*q(?:l|M(?!D*n))|q[^sb]{0,3}?M[Da]*nk?(?![bk])"
)
_LEAST_CARD = 256  # MB; less is a file
_YEAR = r"(?P<{}>20[0-4]\d)\b"
_FROM = r"(?:since|after|from|in|as of|between)"
_MODEL = r"(?:models?|networks?|papers?|methods?|checkpoints?|released|published|made|something)"
_SINCE = re.compile(
    rf"\b(?:(?<!not )newer than|more recent than|(?:not|nothing) (?:older than|(?:from )?before)"
    rf"|{_MODEL}(?: \w+)? {_FROM}) {_YEAR.format('year')}"
    rf"|(?:^|[.,;:] |\bonly )(?:after|since) {_YEAR.format('bare')}"
    rf"|{_YEAR.format('open')} (?:or|and) (?:newer|later)\b"
)
_UNTIL = re.compile(
    rf"\b(?:(?<!not )(?<!nothing )older than|not newer than"
    rf"|{_MODEL}(?: (?!not)\w+)? (?:before|until|up to|(?:from|between) \d{{4}} (?:to|and|-)))"
    rf" {_YEAR.format('year')}"
)
_AFTER = re.compile(r"\b(?:newer than|more recent than|after)\s+\d{4}$")
_BEFORE = re.compile(r"older than|before")


class Limits(NamedTuple):
    """What a model may have at most, first and last year of release, and the words of each.

    ``max_mb`` is the weights file in MB, ``vram_gb`` the memory of the user's card in GB.
    """

    max_mb: float | None
    max_parameters: float | None
    vram_gb: float | None
    since: int | None
    until: int | None
    words: dict[str, tuple[str, ...]]


def read_limits(line: Line) -> Limits:
    """The limits that ``line`` sets. Main memory, time and files of pictures set none."""
    found: dict[str, float] = {}
    words: dict[str, tuple[str, ...]] = {}
    card = None
    for match in _CARD.finditer(line.kinds):
        megabytes = _amount(line, match, "b")
        if megabytes >= _LEAST_CARD and "vram_gb" not in found:
            card, found["vram_gb"] = match, megabytes / 1000
            words["vram_gb"] = (line.said(*match.span()),)
    for field, pattern, unit in (("max_mb", _FILE, "b"), ("max_parameters", _COUNT, "k")):
        for match in pattern.finditer(line.kinds):
            apart = card is None or match.end() <= card.start() or match.start() >= card.end()
            if (
                field not in found
                and apart
                and not _PICTURE.search(line.kinds[: match.start()][-12:])
            ):
                found[field] = _amount(line, match, unit)
                words[field] = (line.said(*match.span()),)
    since = until = None
    if match := _SINCE.search(line.text):
        since = next(int(year) for year in match.groups() if year)
        since += bool(_AFTER.search(match.group()))
        words["since"] = (match.group().strip(" .,;:"),)
    if match := _UNTIL.search(line.text):
        until = int(match["year"]) - bool(_BEFORE.search(match.group()))
        words["until"] = (match.group(),)
    numbers = (found.get(field) for field in ("max_mb", "max_parameters", "vram_gb"))
    return Limits(*numbers, since, until, words)


def _amount(line: Line, match: re.Match[str], unit: str) -> float:
    """The number of a match times its unit, as in "half a gigabyte" and "a million"."""
    amount = 1.0
    for place in range(*match.span()):
        if line.kinds[place] in ("n", unit):
            amount *= line.value(place)
    return amount
