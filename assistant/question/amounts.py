"""How many pictures are to be done, and whether a question asks for an amount: text -> number."""

from __future__ import annotations

import functools
import re

from assistant.question.numbers import MAX_CHARS, Line

_PICTURES = (
    r"(?:pictures?|photo(?:graph)?s?|images?|pics?|scans?|shots?|snapshots?|frames?|slides?|stills?"
    r"|drawings?|screenshots?|textures?|negatives?|portraits?|icons?|thumbnails?|files?|sprites?"
    r"|pages?|wallpapers?|jpe?gs?|pngs?)\b"
)
_UNITS = {"k": 1000, "hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
_SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "eighty": 80,
}  # fmt: skip
_SIZED = r"[0-9.]+ ?[x×] ?[0-9.]+(?: (?:px|pixels?))?|[0-9.]+[ -]?(?:mp|mpix|megapixels?)"
_WORD = r"(?!x\b|mp\b|mega|px|pixel|dpi|inch|bit\b)[a-z][\w-]*"  # that is no unit of a size
_MANY = "|".join(_UNITS)
_COUNT = re.compile(
    r"(?<![\w.,×])(?![2458]k\b)"
    r"(?:(?P<n>[0-9]{1,3}(?:[, ][0-9]{3}){1,3}|[0-9]{1,9}(?:\.[0-9]+)?)(?![0-9])"
    rf"|(?P<word>{'|'.join(sorted(_SPELLED, key=len, reverse=True))})|an?(?= (?:{_MANY})\b))"
    rf"(?: ?(?P<unit>{_MANY})\b)?(?: of)?(?: (?:my|our|the|these))?"
    rf"(?: (?:{_SIZED}|{_WORD})){{0,3}}? {_PICTURES}",
    re.I,
)
_SIZE = re.compile("(?<!O)(?:nxn|r|nm)")  # of a Line; a size behind "to" is wanted, not given
_LONG = re.compile(
    r"\bhow (?:long\b(?! ago)|much (?:longer|time)\b"
    r"|many (?:hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?)\b)",
    re.I,
)
_AMOUNT = re.compile(
    r"(?:^|[.!?,;:] ?)\W*(?:\w+ ){0,2}?how (?:long|much|many|fast|slow)\b"
    r"|\bhow much (?:\w+er|more|less)\b",
    re.I,
)


@functools.lru_cache(maxsize=256)
def pictures_in(text: str) -> int | None:
    """How many pictures a question names that asks how long something takes; 0 where it counts
    none, None where it asks nothing of the kind."""
    text = smooth(text)
    if not _LONG.search(text):
        return None
    return max(map(_number, _COUNT.finditer(text)), default=0)


def size_in(text: str) -> tuple[str, float] | None:
    """The size of the pictures that a text names, in words and in pixels."""
    line = Line(text)
    if (found := _SIZE.search(line.kinds)) is None:
        return None
    if found.group() == "nm":
        value = line.value(found.start())
        return (f"{value:g} megapixels", value * 1e6) if value else None
    first, last = line.tokens[found.start()], line.tokens[found.end() - 1]
    wide, high = first.sides if found.group() == "r" else (first.sides[0], last.sides[0])
    return (f"{wide:g}x{high:g}", wide * high) if wide * high else None


def asks_amount(text: str) -> bool:
    """Whether a question asks how long or how much: then yes is no answer."""
    return _AMOUNT.search(smooth(text)) is not None


def smooth(text: str) -> str:
    """A text with one kind of apostrophe and single spaces."""
    return " ".join(text[:MAX_CHARS].replace("’", "'").split())


def _number(found: re.Match[str]) -> int:
    if found["n"] is not None:
        number = float(found["n"].replace(",", "").replace(" ", ""))
    else:
        number = _SPELLED.get((found["word"] or "").lower(), 1)
    return round(number * _UNITS.get((found["unit"] or "").lower(), 1))
