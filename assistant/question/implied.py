"""The factor that two sizes imply, wherever in a question they stand: Line -> factor."""

from __future__ import annotations

import re

from assistant.question.numbers import MAX_FACTOR, Line, nearly_whole

_SIZE = re.compile(  # width by height, 4K and the like, pixels, dpi, a plain number
    "(?P<pair>n)[pc]?[xB]n(?!j)|(?P<named>r)|(?P<pixels>n)p|(?<=z)[^nsz]{0,3}(?P<wide>n)(?=s|$)"
    "|(?P<thousand>n)k(?=O)|(?P<dots>n)d|(?P<bare>n)(?![xtouckbmqwC])"
)
_LED = re.compile("nOn")  # 500 to 2000
_THOUSANDS = re.compile(r"(?<![\d.$€£-])([1-9]|1[0-6]) ?k\b")  # 1k is 1024, 4k 3840: 4 in speech
_UNIT = r"[0-9]+(?:\.[0-9]+)?)[ -]?{}(?: ?(?:/|per|a|an) ?(?:pixel|px))?\b"
_SPACING = re.compile(  # of samples: from 10 m pixels to 2.5 m; 5 mm slices to 1 mm
    r"(?P<from>" + _UNIT.format("(?P<unit>nm|um|µm|μm|mm|cm|m|km|meters?|metres?)")
    + r"[^.;!?]{0,24}?\b(?:to|into|becomes?|at|needs?|wants?|needed|wanted|should|instead of)\b"
    + r"[^.;!?]{0,16}?(?<![0-9.])(?P<to>" + _UNIT.format("(?P=unit)")
)  # fmt: skip
_SHARE = r"(?P<{0}half>half)|(?P<{0}third>(?:a|one)[ -]third)|(?P<{0}quarter>(?:(?:a|one)[ -])?quarter)"
_EXTENT = r"(?:size|width|height|length|resolution|dimensions|wide|high|tall|big|large)"
_WISHED = r"(?:need|want|should|require|ask|expect|full|original|restor|recover|back|undo)"
_PART = re.compile(  # half the size that I need; quarter-size previews: bring them back
    rf"\b(?:{_SHARE.format('')})[ -](?:of )?(?:(?:the|as|its|their) )?(?:original |full )?{_EXTENT}\b"
    rf"[^.!?]{{0,40}}\b{_WISHED}"
)
_SHRUNK = re.compile(  # it was shrunk by 4, get it back
    r"\b(?:shr[aiu]nk|reduc|down-?(?:scal|sampl|siz)|minif)[a-z]*"
    rf" (?:by |to |down )*(?:a )?(?:factor (?:of )?)?(?:{_SHARE.format('to_')}|x?(?P<factor>[2-9])x?)\b"
    rf"[^!?]{{0,50}}\b{_WISHED}"
)
_TIMES = {"half": 2.0, "third": 3.0, "quarter": 4.0}
_LEAST = 64  # of a plain number that may be a size
_LINES = {480, 576, 720, 1080, 1440, 2160}  # of video that is named by its height
_YEARS = range(1900, 2041)

Found = tuple[float, tuple[str, ...]]


def implied(line: Line) -> Found | None:
    """The factor from the smaller to the larger of two sizes, and their words; None where there
    are not just two.

    A plain number counts where the other one has pixels, lines or dpi, and from one to another.
    Meant for questions that ask for more pixels: elsewhere two sizes may be anything.
    """
    sizes = _thousands(line) or _two_sizes(line)
    if not sizes and (spacing := _SPACING.search(line.text)):
        sizes = {float(spacing[end]): spacing.group() for end in ("from", "to")}
    if not sizes or len(sizes) != 2 or not min(sizes):
        return None
    small, large = sorted(sizes)
    factor = nearly_whole(large / small)
    return (factor, (sizes[small], sizes[large])) if 1 < factor <= MAX_FACTOR else None


def undone(line: Line) -> Found | None:
    """The factor of a shrinking that is to be undone, or of a size that is part of the one
    wanted, and its words."""
    part = _PART.search(line.text) or _SHRUNK.search(line.text)
    if not part:
        return None
    kind = str(part.lastgroup)
    factor = float(part[kind]) if kind == "factor" else _TIMES[kind.removeprefix("to_")]
    return factor, (part.group(),)


def _thousands(line: Line) -> dict[float, str] | None:
    """1k and 4k of textures or video, where just these two are named."""
    found = {float(match[1]): match.group() for match in _THOUSANDS.finditer(line.text)}
    return found if len(found) == 2 else None


def _two_sizes(line: Line) -> dict[float, str] | None:
    """Two sizes of one kind with their words, by the longer side."""
    found: dict[str, dict[float, str]] = {"pixels": {}, "dots": {}, "bare": {}}
    years = set()
    for match in _SIZE.finditer(line.kinds):
        kind = str(match.lastgroup)
        place = match.start(kind)
        value = line.value(place)
        if kind == "bare":
            written = line.text[line.tokens[place].start].isdigit()
            if value < _LEAST or value % 1 or not written:
                continue
            years |= {value} & set(_YEARS)
            value *= 16 / 9 if value in _LINES else 1
        value *= 1024 if kind == "thousand" else 1
        kind = kind if kind in found else "pixels"
        found[kind].setdefault(value, line.said(place, match.end()))
    bare = {value: said for value, said in found["bare"].items() if value not in years}
    for united in (found["pixels"], found["dots"]):
        if len(united) == 1 and len(bare) == 1:
            united.update(bare)
    led = found["bare"] if _LED.search(line.kinds) else {}
    return next((two for two in (found["pixels"], found["dots"], led) if len(two) == 2), None)
