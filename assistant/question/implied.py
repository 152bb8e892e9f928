"""The factor that two sizes imply, wherever in a question they stand: text -> factor."""

from __future__ import annotations

import re

from assistant.question.numbers import MAX_FACTOR

_LINES = "480|576|720|1080|1440|2160"
_MEASURE = re.compile(  # width by height, pixels, lines, K, bare lines, bare pixels
    r"(?<![\w.])(?:(?P<width>\d{2,5})\s?(?:x|by)\s?\d{2,5}(?!\w)"
    r"|(?P<pixels>\d{1,2}[ ,]\d{3}|\d{2,5})\s?-?(?:px|pixels?)\b"
    r"|(?P<lines>\d{3,4})p\b|(?P<k>[1248])k\b|(?P<dpi>\d{2,4})\s?(?:dpi|ppi)\b"
    rf"|(?P<broadcast>{_LINES})\b|(?P<bare>[1-9]\d{{2,3}})\b(?!\s?[a-z%°€$£]))"
)
_WIDE = {"1": 1024, "2": 2048, "4": 3840, "8": 7680}
_YEARS = range(1900, 2051)


def implied(text: str) -> tuple[float, tuple[str, ...]] | None:
    """The factor from the smaller to the larger of two sizes, and their words; None where there
    are not just two. ``text`` is ``plain``.

    A number without a unit counts where the other one has pixels, lines or dpi. Meant for
    questions that ask for more pixels: elsewhere two sizes may be anything.
    """
    found: dict[float, str] = {}
    bare: dict[float, str] = {}
    for match in _MEASURE.finditer(text):
        kind, said = str(match.lastgroup), match.group().strip()
        value = float(re.sub(r"[ ,]", "", match[kind]))
        if kind == "k":
            value = _WIDE[match[kind]]
        elif kind in ("lines", "broadcast"):
            value *= 16 / 9
        if kind in ("bare", "broadcast"):
            if kind == "broadcast" or value not in _YEARS:
                bare.setdefault(value, said)
            continue
        found.setdefault(value, said)
    if len(found) == 1 and len(bare) == 1:
        found |= bare
    if len(found) != 2:
        return None
    small, large = sorted(found)
    ratio = round(large / small, 2)
    whole = round(ratio)
    factor = float(whole) if abs(ratio - whole) < 0.05 * ratio else ratio
    if not 1 < factor <= MAX_FACTOR:
        return None
    return factor, (found[small], found[large])
