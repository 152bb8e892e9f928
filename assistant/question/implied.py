"""The factor that two sizes imply, wherever in a question they stand: Line -> factor."""

from __future__ import annotations

import re

from assistant.question.numbers import MAX_FACTOR, SD_WIDTH, Line, nearly_whole, texture_side

_SIZE = re.compile(  # width by height, 4K and the like, pixels, dpi, a plain number
    "(?P<pair>n)p?[xB]n(?![cj])|(?P<named>r)|(?P<pixels>n)p|(?<=z)[^nsz]{0,3}(?P<wide>n)(?=s|$)"
    "|(?P<thousand>n)k(?=O)|(?P<dots>n)d|(?<=[YOh])(?P<led>n)(?![xtouckbmqC])"
    "|(?<!v)(?P<bare>n)(?![xtouckbmqwC])"
)
_LED = re.compile("nOn")  # 500 to 2000
_THOUSANDS = re.compile(r"(?<![\d.$€£-])([1-9]|1[0-6]) ?k\b")  # 1k is 1024, 4k 3840: 4 in speech
_METERS = {"n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "mm": 1e-3, "c": 1e-2, "k": 1e3}
_UNIT = "(?:nm|um|µm|μm|mm|cm|m|km|meters?|metres?)"
_SPACING = re.compile(  # of samples: 10 m pixels to 2.5 m; 5 mm slices to 1; 80 nm, wanted 20
    rf"(?P<from>[0-9]+(?:\.[0-9]+)?)[ -]?(?P<unit>{_UNIT})\b[^!?]{{0,50}}?"
    r"\b(?:to|into|becomes?|at|needs?|wants?|needed|wanted|should be|like|make (?:them|it)) "
    r"(?:\w+ ){0,2}?(?P<to>[0-9]+(?:\.[0-9]+)?)"
    rf"(?:[ -]?(?P<other>{_UNIT})\b|(?![.,]?\w|[ -]?[a-z%]))"
)
_SAMPLED = re.compile(
    r"pixel|sampl|\bgsd\b|resolution|slice|voxel|spacing|sentinel|landsat|band|coarse"
)
_SHARE = (
    r"(?P<{0}half>half)|(?P<{0}third>(?:a|one)[ -]third)|(?P<{0}quarter>(?:(?:a|one)[ -])?quarter)"
)
_EXTENT = r"(?:size|pixels|width|height|length|resolution|dimensions|wide|high|tall|big|large)"
_WISHED = (
    r"(?:need|want|should|require|ask|expect|must|ha[sd]? to|have to"
    r"|full|original|restor|recover|back|undo)"
)
_PART = re.compile(  # half the size that I need; quarter-size previews: bring them back
    rf"\b(?:{_SHARE.format('')})[ -](?:of )?(?:(?:the|as|its|their) )?(?:original |full )?"
    rf"{_EXTENT}\b[^.!?]{{0,40}}\b{_WISHED}"
)
_SHRUNK = re.compile(  # it was shrunk by 4, get it back
    r"\b(?:shr[aiu]nk|reduc|down-?(?:scal|sampl|siz)|minif)[a-z]*"
    r" (?:by |to |down )*(?:a )?(?:factor (?:of )?)?"
    rf"(?:{_SHARE.format('to_')}|x?(?P<factor>[2-9])x?)\b[^!?]{{0,50}}\b{_WISHED}"
)
_UNDO = re.compile(  # undo a 4x downscale
    r"\b(?:undo|revers|invert|revert)\w* (?:an?|the|my)? ?x?(?P<factor>[2-9])x? (?:down|shr|reduc)"
)
_TIMES = {"half": 2.0, "third": 3.0, "quarter": 4.0}
_LEAST = 64  # of a plain number that may be a size
_SMALLEST = 16  # pixels of a picture
_PAPER = 200  # the longest side of a pair that is one of paper where a print is spoken of
_LINES = {480, 576, 720, 1080, 1440, 2160}  # of video that is named by its height
_NUMBERED = re.compile(r"\b(?:iso|[rg]tx|sigma|quality|level|ticket|no\.?|f/)\s*$")
_YEARS = range(1900, 2041)

Found = tuple[float, tuple[str, ...]]


def implied(line: Line) -> Found | None:
    """The factor from the smaller to the larger of two sizes, and their words; None where there
    are not just two.

    A plain number counts where the other one has pixels, lines or dpi, and from one to another.
    Meant for questions that ask for more pixels: elsewhere two sizes may be anything.
    """
    sizes = _thousands(line) or _two_sizes(line)
    spacing = None if sizes else _SPACING.search(line.text)
    if spacing and (spacing["other"] or _SAMPLED.search(line.text)):
        unit, other = spacing["unit"], spacing["other"] or spacing["unit"]
        sizes = {
            float(spacing["from"]) * _meters(unit): spacing.group(),
            float(spacing["to"]) * _meters(other): spacing.group(),
        }
    if not sizes or len(sizes) != 2 or not min(sizes):
        return None
    small, large = sorted(sizes)
    factor = nearly_whole(large / small)
    return (factor, (sizes[small], sizes[large])) if 1 < factor <= MAX_FACTOR else None


def _meters(unit: str) -> float:
    return _METERS.get(unit[:2], _METERS.get(unit[:1], 1.0))


def undone(line: Line) -> Found | None:
    """The factor of a shrinking that is to be undone, or of a size that is part of the one
    wanted, and its words."""
    part = _PART.search(line.text) or _SHRUNK.search(line.text) or _UNDO.search(line.text)
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
    pixels: dict[float, str] = {}
    dots: dict[float, str] = {}
    bare: dict[float, str] = {}
    heights = set[float]()
    for match in _SIZE.finditer(line.kinds):
        kind = str(match.lastgroup)
        place = match.start(kind)
        value, said = line.value(place), line.said(place, match.end())
        lines = re.fullmatch("([0-9]+)(?:[pi]| lines)", said)
        high = float(lines[1]) if lines else line.tokens[place].sides[1] * (value == SD_WIDTH)
        if high and not lines and heights:
            continue  # a PAL DVD
        if high and kind != "bare":
            value = high * 16 / 9
            heights.add(value)
        if kind in ("bare", "led"):
            if _may_be_a_size(line, place):
                bare.setdefault(value * (16 / 9 if value in _LINES else 1), said)
        elif kind == "pair":
            if _pixels(line, match):
                pixels.setdefault(value, said)
        elif kind == "dots":
            dots.setdefault(value, said)
        elif value >= _SMALLEST or kind == "thousand":
            pixels.setdefault(value * (1024 if kind == "thousand" else 1), said)
    for united in (pixels, dots):
        if len(united) == 1 and bare:
            larger = {value: said for value, said in bare.items() if value > min(united)}
            united.update(larger if len(larger) == 1 else bare)
    led = bare if _LED.search(line.kinds) else {}
    found = next((two for two in (pixels, dots, led) if len(two) == 2), None)
    least = min(found) if found else 0.0
    texture = 0.0 if least in heights else least
    return found and {texture_side(said, texture) or value: said for value, said in found.items()}


def _may_be_a_size(line: Line, place: int) -> bool:
    """Whether a plain number is written in digits, whole, no year, and counts nothing."""
    value, before = line.value(place), line.kinds[max(0, place - 1) : place]
    after, start = line.kinds[place + 1 : place + 2], line.tokens[place].start
    year = value in _YEARS and before != "Y" and not _LED.search(line.kinds)
    counted = (after == "P" and value % 16) or after == "K" or _NUMBERED.search(line.text[:start])
    written = line.text[start].isdigit()
    decade = re.search(r"\b(?:19|20)\d\d ?[-/]$", line.text[:start])
    return written and value >= _LEAST and not (value % 1 or year or counted or decade)


def _pixels(line: Line, match: re.Match[str]) -> bool:
    """Whether a pair is of pixels rather than of a kernel or of paper."""
    sides = line.value(match.start()), line.value(match.end() - 1)
    paper = "Q" in line.kinds and max(sides) <= _PAPER
    return min(sides) >= _SMALLEST and not paper
