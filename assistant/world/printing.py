"""The arithmetic of prints: pixels, dots an inch and the factor, one sentence each."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assistant.fit import times
from assistant.question import Print, Wish
from assistant.question.prints import INCH, whole_factor

_SHAPE = (4, 3)  # of a picture of which only the megapixels are said


def on_paper(wish: Wish) -> Iterator[str]:
    """What the paper needs, what the picture gives there as it is, and the factor between; or how
    large it prints where that is asked for."""
    if wish.print is None:
        return
    if wish.print.sides is None:
        yield from _largest(wish, wish.print)
        return
    pixels = [round(side) for side in wish.print.pixels if side]
    need = f"{pixels[0]}×{pixels[1]}" if pixels[1:] else f"{pixels[0]}"
    paper = _paper(wish.print.sides, wish.print)
    yield f"A print of {paper} needs {need} pixels{_at(wish.print)}."
    if wish.print.given:
        yield _reached(wish.print.dpi, wish.print.given)


def enough(wish: Wish) -> bool:
    """Whether the picture has the pixels that its print needs."""
    meant = wish.print
    return bool(meant and meant.given and whole_factor(meant.dpi / meant.given) <= 1)


def _reached(dpi: float, given: float) -> str:
    lead = f"Without enlarging, your picture gives {given:.0f} dpi on it"
    whole = whole_factor(dpi / given)
    factor = min(dpi / given, whole)
    if whole <= 1:
        return f"{lead}, so nothing has to be enlarged."
    next_one = "" if times(factor) == times(whole) else f", and {times(whole)} is the next factor"
    return f"{lead}; {dpi:g} dpi take {times(factor)}{next_one}."


def _largest(wish: Wish, meant: Print) -> Iterator[str]:
    size = wish.size
    if size is None and wish.megapixels:
        across, down = _SHAPE
        unit = math.sqrt(wish.megapixels * 1e6 / (across * down))
        size = round(across * unit), round(down * unit)
        lead = f"In the shape {across}:{down}, {wish.megapixels:g} megapixels are"
        yield f"{lead} {size[0]}×{size[1]} pixels."
    if size is None:
        return
    paper = [_paper((size[0] / dpi * INCH, size[1] / dpi * INCH), meant)
             for dpi in (meant.dpi, meant.dpi / 2)]  # fmt: skip
    pixels = f"{size[0]}×{size[1]} pixels"
    yield f"Without enlarging, {pixels} print {paper[0]}{_at(meant)}, {paper[1]} at half of that."


def _at(meant: Print) -> str:
    said = " (assumed: the question names none)" if meant.assumed else ""
    return f" at {meant.dpi:g} dpi{said}"


def _paper(sides: tuple[float, float], meant: Print) -> str:
    """``42 × 29.7 cm``, or in inches where the question speaks of them."""
    unit, name = (INCH, "inches") if meant.inches else (10, "cm")
    return f"{' × '.join(f'{round(side / unit, 1):g}' for side in sides if side)} {name}"
