"""The factor that two sizes imply, wherever in a question they stand: Line -> factor."""

from __future__ import annotations

import re

from assistant.question.numbers import MAX_FACTOR, Line

_SIZE = re.compile(  # width by height, 4K and the like, pixels, dpi, a plain number
    "(?P<pair>n)[pc]?[xB]n(?!j)|(?P<named>r)|(?P<pixels>n)p|(?P<thousand>n)k(?=O)|(?P<dots>n)d"
    "|(?P<bare>n)(?![xtouckbmqwC])"
)
_LED = re.compile("nOn")  # 500 to 2000
_SPACING = re.compile(  # of samples: from 10 m pixels to 2.5 m; 5 mm slices to 1 mm
    r"(?P<from>[0-9]+(?:\.[0-9]+)?)[ -]?(?P<unit>nm|um|µm|μm|mm|cm|m|km|meters?|metres?)\b"
    r"[^.;!?]{0,24}?\b(?:to|into|becomes?|at|needs?|wants?)\b[^.;!?]{0,16}?"
    r"(?<![0-9.])(?P<to>[0-9]+(?:\.[0-9]+)?)[ -]?(?P=unit)\b"
)
_PART = re.compile(  # half the size that I need
    r"\b(?:(?P<half>half)|(?P<third>(?:a|one) third)|(?P<quarter>(?:a|one) quarter))"
    r" (?:of )?(?:the|as) (?:size|width|height|length|resolution|wide|high|tall|big|large)\b"
    r"[^.,;!?]{0,24}\b(?:need|want|should|require|ask|expect)"
)
_TIMES = {"half": 2.0, "third": 3.0, "quarter": 4.0}
_LEAST = 64  # of a plain number that may be a size
_LINES = {480, 576, 720, 1080, 1440, 2160}  # of video that is named by its height
_YEARS = range(1900, 2041)


def implied(line: Line) -> tuple[float, tuple[str, ...]] | None:
    """The factor from the smaller to the larger of two sizes, and their words; None where there
    are not just two.

    A plain number counts where the other one has pixels, lines or dpi, and from one to another.
    Meant for questions that ask for more pixels: elsewhere two sizes may be anything.
    """
    if part := _PART.search(line.text):
        return _TIMES[str(part.lastgroup)], (part.group(),)
    found: dict[str, dict[float, str]] = {"pixels": {}, "dots": {}, "bare": {}}
    years = set()
    for match in _SIZE.finditer(line.kinds):
        kind, value = str(match.lastgroup), line.value(match.start())
        if kind == "bare":
            written = line.text[line.tokens[match.start()].start].isdigit()
            if value < _LEAST or value % 1 or not written:
                continue
            years |= {value} & set(_YEARS)
            value *= 16 / 9 if value in _LINES else 1
        value *= 1024 if kind == "thousand" else 1
        kind = kind if kind in found else "pixels"
        found[kind].setdefault(value, line.said(*match.span()))
    bare = {value: said for value, said in found["bare"].items() if value not in years}
    for united in (found["pixels"], found["dots"]):
        if len(united) == 1 and len(bare) == 1:
            united.update(bare)
    led = found["bare"] if _LED.search(line.kinds) else {}
    sizes = next((two for two in (found["pixels"], found["dots"], led) if len(two) == 2), None)
    if not sizes and (spacing := _SPACING.search(line.text)):
        sizes = {float(spacing[end]): spacing.group() for end in ("from", "to")}
    if not sizes or len(sizes) != 2 or not min(sizes):
        return None
    small, large = sorted(sizes)
    ratio = round(large / small, 2)
    whole = round(ratio)
    factor = float(whole) if abs(ratio - whole) < 0.05 * ratio else ratio
    if not 1 < factor <= MAX_FACTOR:
        return None
    return factor, (sizes[small], sizes[large])
