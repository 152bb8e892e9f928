"""Limits in numbers: weights file, parameters, memory of a card, years: Line -> Limits."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.question.numbers import Line

_LIMITS = (  # field, pattern, kind of its unit, what of the unit the field counts
    ("vram_gb", re.compile("nD?b[KD]*w?v|v[^sab]{0,4}?nD?b(?![KD]*g)"), "b", 1e-3),
    (
        "max_mb",
        re.compile("M[DKEaq]*nD?b(?![KD]*[vgP])|nD?b(?![KD]*[vgP])D*(?:l|M(?!D*n))"),
        "b",
        1,
    ),
    (
        "max_parameters",
        re.compile(
            "M[Da]*(?:nk?|k)D*(?:q|(?<=k)(?=s|$))|nk?D*q(?:l|M(?!D*n))"
            "|q[^sb]{0,3}?M[Da]*nk?(?![bk])"
        ),
        "k",
        1,
    ),
)
_LEAST_CARD = 0.25  # GB; less is a file
_PICTURE = re.compile("P[^s]*[YHI][^s]*$")  # the photo has to stay under 2 MB
_YEAR = r"(?P<{}>20[0-4]\d)\b"
_FROM = r"(?:since|after|from|in|as of|between)"
_MODEL = r"(?:models?|networks?|papers?|methods?|checkpoints?|released|published|made|something)"
_SINCE = re.compile(
    r"\b(?:(?<!not )(?<!no )newer than|more recent than"
    rf"|(?:not?|nothing) (?:older than|(?:from )?before)"
    rf"|{_MODEL}(?: \w+)? {_FROM}) {_YEAR.format('year')}"
    rf"|(?:^|[.,;:] |\bonly )(?:after|since) {_YEAR.format('bare')}"
    rf"|{_YEAR.format('open')} (?:or|and) (?:newer|later)\b"
)
_UNTIL = re.compile(
    rf"\b(?:(?<!not )(?<!no )(?<!nothing )older than|not? newer than"
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
    taken: set[int] = set()
    for field, pattern, unit, share in _LIMITS:
        for match in pattern.finditer(line.kinds):
            places = range(*match.span())
            said = {line.kinds[place]: line.value(place) for place in places}
            amount = share * said.get("n", 1) * said.get(unit, 1)
            file = field == "max_mb" and _PICTURE.search(line.kinds[: match.start()][-12:])
            least = _LEAST_CARD if field == "vram_gb" else 0
            if amount > least and not (field in found or taken & set(places) or file):
                taken.update(places)
                found[field] = amount
                words[field] = (line.said(*match.span()),)
    years: dict[str, int] = {}
    if after := _SINCE.search(line.text):
        year = next(int(year) for year in after.groups() if year)
        years["since"] = year + bool(_AFTER.search(after.group()))
        words["since"] = (after.group().strip(" .,;:"),)
    if before := _UNTIL.search(line.text):
        years["until"] = int(before["year"]) - bool(_BEFORE.search(before.group()))
        words["until"] = (before.group(),)
    return Limits(
        found.get("max_mb"), found.get("max_parameters"), found.get("vram_gb"),
        years.get("since"), years.get("until"), words,
    )  # fmt: skip
