"""The factor that two sizes imply, wherever in a question they stand: Line -> factor."""

from __future__ import annotations

import re

from assistant.question.numbers import MAX_FACTOR, Line

_SIZE = re.compile(  # width by height, 4K and the like, pixels, dpi, a plain number
    "(?P<pair>n)[pc]?[xB]n(?!j)|(?P<named>r)|(?P<pixels>n)p|(?P<thousand>n)k(?=O)|(?P<dots>n)d"
    "|(?P<bare>n)(?![xtouckbmqwC])"
)
_LED = re.compile("nOn")  # 500 to 2000
_LEAST = 64  # of a plain number that may be a size
_LINES = {480, 576, 720, 1080, 1440, 2160}  # of video that is named by its height
_YEARS = range(1900, 2041)


def implied(line: Line) -> tuple[float, tuple[str, ...]] | None:
    """The factor from the smaller to the larger of two sizes, and their words; None where there
    are not just two.

    A plain number counts where the other one has pixels, lines or dpi, and from one to another.
    Meant for questions that ask for more pixels: elsewhere two sizes may be anything.
    """
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
    if not sizes:
        return None
    small, large = sorted(sizes)
    ratio = round(large / small, 2)
    whole = round(ratio)
    factor = float(whole) if abs(ratio - whole) < 0.05 * ratio else ratio
    if not 1 < factor <= MAX_FACTOR:
        return None
    return factor, (sizes[small], sizes[large])
