"""How strong a damage is said to be: text -> level of each damage."""

from __future__ import annotations

import re

_NUMBER = (
    r"(?P<level>[0-9]{1,3}(?:\.[0-9]+)?)(?![0-9.]*[%a-z0-9])"
    r"(?! ?(?:dpi|ppi|px|pixels?|photos|pictures|images))"
)
_IS = r"(?: (?:of|is|at|about|around|equals|factor|setting))*[ :=]*"
_MOST = {"noise": 255.0, "compression": 100.0}
_LEVELS = {
    "noise": re.compile(
        r"(?:\bsigma|σ|\bnoise[ -](?:level|strength|sigma|std)|\b(?:std|stddev)(?: ?dev)?\b"
        rf"|\bstandard deviation){_IS}{_NUMBER}"
    ),
    "compression": re.compile(
        r"(?:\bjpe?g[ -]quality|\bquality factor|\bqf|\bq ?=|\bquality(?= [0-9]))"
        rf"{_IS}{_NUMBER}"
    ),
}


def read_levels(text: str) -> dict[str, float]:
    """The noise level (standard deviation, of 255) and JPEG quality that ``text``, in lower case,
    states."""
    found = {damage: pattern.search(text) for damage, pattern in _LEVELS.items()}
    levels = {damage: float(match["level"]) for damage, match in found.items() if match}
    return {damage: level for damage, level in levels.items() if level <= _MOST[damage]}
