"""The sizes that a question names, on a screen or in print: Line -> what is there and wanted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.question.numbers import (
    MAX_FACTOR,
    SD_WIDTH,
    Line,
    Sides,
    nearly_whole,
    texture_side,
)
from assistant.question.prints import INCH, Print, asked_for, dots, whole_factor

_LEAST = 32  # pixels of a picture's shorter side: less is a kernel or a block
_INCHES, _CENTIMETRES = 36, 200  # longest sides of prints that are named without a unit
_REACH = 8  # words before a size that say whether it is there or wanted
_SAME = 0.02  # relative difference of two shapes that are one

_MEASURE = re.compile(
    r"(?P<across>n)[pc]?[xB](?P<pair>n)[pc]?(?!P?j)|(?P<named>[rf])|(?P<area>n)m"
    r"|(?P<low>n)(?=On[pm])|(?P<side>n)(?:p|(?=z))|(?P<length>n)c(?=[Ez]|Q)"
    r"|(?<=H)(?P<held>n)(?=s|$)|(?P<texture>n)(?=P)|(?<=[YOh])[DTI]*(?P<bare>n)(?![xtoumcdbknPwC])|(?<=M)(?P<least>n)(?=s|$)"
)
_VERB = re.compile("G|O(?![DRTKEQLIhy]*$)")  # to enlarge a 640x480 photo
_COUNTED = re.compile("(?!texture|tile|icon|sprite).*s$")
_ROLE = re.compile("[YOhyHIM]")
_PRINTED = re.compile("(?:[YOhy]|Q[^s]{0,3})$")
_BESIDE = re.compile("Q[^s]{0,3}n|nP?Q")
_ON = re.compile("QI?D*$")
_PAPER = re.compile("[^s]{0,3}[Qd]")
_THOUSANDS = re.compile("([1-8])k")


class Sizes(NamedTuple):
    """Pixels the user has (sides, or millions of them) and wants, the linear factor between, the
    print that is spoken of (its factor is rounded up to what it needs), and the words of each.
    """

    size: tuple[int, int] | None
    target: tuple[int, int] | None
    factor: float | None
    print: Print | None
    words: dict[str, tuple[str, ...]]
    megapixels: float | None = None


class _Measure(NamedTuple):
    sides: Sides  # across and down; down is 0 where one side is known
    unit: str  # p pixels, c millimetres, m megapixels, none: that of the other measure
    role: str  # the last word before that says whether it is there or wanted
    first: int
    last: int
    fixed: bool = True  # else it may lie or stand as the picture does
    note: str = ""  # what was assumed
    inches: bool = False


def read_sizes(line: Line) -> Sizes:
    """The size the user has and the one that is wanted, with the factor that leads there.

    A print becomes pixels at the resolution that is named, else at 300 dpi, which its words then
    say; it lies or stands as the picture does.
    """
    have, want = _have_and_want(line, list(_measures(line)))
    words: dict[str, tuple[str, ...]] = {}
    size = target = factor = None
    megapixels = have.sides[0] if have and have.unit == "m" else None
    if have and have.unit == "p" and have.sides[1]:
        size = _whole(have.sides)
        words["size"] = (line.said(have.first, have.last),)
    if want is None:
        dpi, assumed = dots(line)
        largest = Print(dpi=dpi, assumed=assumed) if asked_for(line) else None
        return Sizes(size, None, None, largest if size or megapixels else None, words, megapixels)
    if have and not want.fixed and _turned(have.sides, want.sides):
        want = want._replace(sides=want.sides[::-1])
    printed = None
    if want.unit == "c":
        want, printed = _in_pixels(line, want)
    ratio = _ratio(line, have, want, printed is not None) if have else 0
    if printed and ratio:
        printed = printed.model_copy(update={"given": printed.dpi / ratio})
    reach = float(whole_factor(ratio)) if printed else nearly_whole(ratio)
    if have and 1 < ratio <= MAX_FACTOR and reach > 1:
        factor = reach
        first, last = min(have.first, want.first), max(have.last, want.last)
        words["scales"] = (line.said(first, last),)
    sides = want.sides
    if size and factor and not sides[1]:
        sides = (size[0] * ratio, size[1] * ratio)
    if want.unit == "p" and sides[1]:
        target = _whole(sides)
        words["target"] = (line.said(want.first, want.last) + want.note,)
    return Sizes(size, target, factor, printed, words, megapixels)


def _measures(line: Line) -> Iterator[_Measure]:
    last = 0
    for match in _MEASURE.finditer(line.kinds):
        near = line.kinds[max(last, match.start() - _REACH) : match.start()]
        near = near[near.rfind("nd") + 1 :]  # of another measure: A4 at 300 dpi from
        roles = "".join(_ROLE.findall(_VERB.split(near)[-1])).replace("hI", "h")  # on my 4k tv
        role = (roles.rstrip("hy") or roles)[-1:]  # it should end up at
        if found := _measure(line, match, role):
            last = match.end()
            yield found


def _measure(line: Line, match: re.Match[str], role: str) -> _Measure | None:
    way = str(match.lastgroup)
    value, sides = line.value(match.start(way)), line.tokens[match.start(way)].sides
    before, after = line.kinds[: match.start()][-4:], line.kinds[match.end() :][:4]
    found = _Measure((value, 0), "p", role, match.start(), match.end())
    if way == "pair":
        return _pair(line, match, found, before, after)
    if way == "named" and match.group() == "r":
        return found._replace(sides=sides, fixed=False)
    if way == "named":
        printed = _PRINTED.search(before) or _PAPER.match(after)
        return found._replace(sides=sides, unit="c", fixed=False) if printed else None
    if way == "length":
        unit_mm = line.value(match.end() - 1)
        sides = (value * unit_mm, 0)
        return found._replace(sides=sides, unit="c", inches=unit_mm == INCH)
    unit = {"area": "m", "bare": "", "least": "", "held": "", "low": after[2:3]}.get(way, "p")
    if value < (_LEAST / 2 if unit == "p" else 0.1):
        return None
    if way == "texture" and value % 16:
        return None
    if way == "texture" and _COUNTED.match(line.said(match.end(), match.end() + 1)):
        return None  # 4000 scans of 1654x2339
    return found._replace(unit=unit)


def _pair(
    line: Line, match: re.Match[str], found: _Measure, before: str, after: str
) -> _Measure | None:
    """Two sides: a print in a unit that is named or usual, or pixels."""
    across, down = line.value(match.start("across")), line.value(match.start("pair"))
    said, longer = match.group(), max(across, down)
    unit, note = 0.0, ""
    if "c" in said:
        unit = line.value(match.start() + said.rindex("c"))
    elif "p" not in said and longer <= _CENTIMETRES and _BESIDE.search(before + "n" + after):
        unit, note = (INCH, "in inches") if longer <= _INCHES else (10, "in cm")
    if not unit:
        return found._replace(sides=(across, down)) if min(across, down) >= _LEAST else None
    scratched = after.startswith("P") and not found.role and "Q" not in line.kinds
    if scratched or not (across and down):  # an old 10x15 cm photo asks for no print
        return None
    sides, inches = (across * unit, down * unit), unit == INCH
    return found._replace(sides=sides, unit="c", fixed=False, note=note, inches=inches)


def _have_and_want(line: Line, found: list[_Measure]) -> tuple[_Measure | None, _Measure | None]:
    """The first size that is there, and the first that is wanted."""
    have = want = None
    for one in found:
        wanted = _is_wanted(line, one, have, want)
        instead = one.role in ("O", "h", "M") or one.unit == "c"
        if wanted and want and not have and want.role == "Y" and instead:
            have, want = want, one  # get a 640x480 picture to 1920x1440
        elif wanted:
            want = want or one
        elif one.unit in ("p", "m", ""):
            have = have or one
    if want and not want.unit:
        want = want._replace(unit=have.unit) if have else None
    if have and not have.unit:
        have = have._replace(unit=want.unit) if want else None
    named = have and not (want or have.fixed)
    if have and named and (have.role not in ("H", "I") or have.sides[0] == SD_WIDTH):
        have = None  # a 4k wallpaper; my DVDs
    return have, want


def _is_wanted(line: Line, one: _Measure, have: _Measure | None, want: _Measure | None) -> bool:
    """Whether a size is to be reached rather than there, by the words around it."""
    after, paper = line.kinds[one.last :][:5], one.unit == "c"
    if one.sides[0] == SD_WIDTH and not one.fixed:  # my wedding is on DVD
        return False
    about = re.match("[^sa]{0,2}L", after) or (one.role == "O" and after.startswith("P"))
    if about and not have:  # make a 640x480 photo larger; what happens to a 640x480 photo
        return False
    if paper and (_ON.search(line.kinds[: one.first]) or (have and one.role == "I")):
        return True  # printed 60x40 cm; the canvas is 60x40 cm
    if have and re.match("I?Y(?:s|$)", after):
        return True  # 24 megapixels are wanted
    if want and want.unit == "c" and not paper:
        return False  # 90 cm wide, the file has 3000 pixels
    if one.role and one.role in "hyM":
        return bool(have or want or not one.fixed or paper)
    if one.role:
        return one.role in "YO"
    return paper or bool(have and re.match("[^s]*Y", after))


def _in_pixels(line: Line, want: _Measure) -> tuple[_Measure, Print]:
    """A print in pixels, with what was assumed for it noted, and as it was meant."""
    dpi, assumed = dots(line)
    notes = [want.note, f"at {dpi:g} dpi" if assumed else ""]
    note = f" ({', '.join(filter(None, notes))}, assumed)" if any(notes) else ""
    meant = Print(sides=want.sides, dpi=dpi, assumed=assumed, inches=want.inches)
    return want._replace(sides=meant.pixels, unit="p", note=note), meant


def _ratio(line: Line, have: _Measure, want: _Measure, printed: bool) -> float:
    """How many times longer the sides become; 0 where the two cannot be compared."""
    thousands = [_THOUSANDS.fullmatch(line.said(one.first, one.last)) for one in (have, want)]
    if all(thousands):  # 2K and 4K of textures are 2048 and 4096
        there, wanted = (float(match[1]) for match in thousands if match)
        return wanted / there
    if texture := texture_side(line.said(want.first, want.last), max(have.sides)):
        return texture / max(have.sides)
    if "m" in (have.unit, want.unit):
        there, wanted = (
            sides[0] if unit == "m" else sides[0] * sides[1] / 1e6
            for sides, unit, *_ in (have, want)
        )
        return math.sqrt(wanted / there) if there else 0
    if not have.sides[1] or not want.sides[1]:
        said = line.text[line.tokens[(want if have.sides[1] else have).first].end :]
        return _along(said, want.sides) / _along(said, have.sides)
    across, down = want.sides[0] / have.sides[0], want.sides[1] / have.sides[1]
    if abs(across - down) < _SAME * down:
        return down
    return max(across, down) if printed else 0 if want.fixed else min(across, down)


def _along(said: str, sides: Sides) -> float:
    """The side that the words after a single number speak of, else the longer one; lines are
    counted from top to bottom."""
    side = re.match(r"\W*(?:(?:px|pixels?)\W+)?(?:(wide|width)|(high|tall|height|lines))", said)
    return sides[side.lastindex - 1] if side and side.lastindex and sides[1] else max(sides)


def _turned(have: Sides, want: Sides) -> bool:
    """Whether one of two shapes lies and the other stands."""
    return (have[0] - have[1]) * (want[0] - want[1]) < 0 < min(*have, *want)


def _whole(sides: Sides) -> tuple[int, int]:
    return round(sides[0]), round(sides[1])
