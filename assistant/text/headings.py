"""Headings of the three parts of an answer: which part a line opens, and in which style."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORDS = (
    frozenset(("task", "goal", "objective", "problem", "intent", "request", "aim")),
    frozenset(("workflow", "how", "pipeline", "process", "works", "work", "mechanism")),
    frozenset(
        re.findall(
            r"\w+",
            "reference references paper papers tool tools source sources citation citations "
            "bibliography literature links resources",
        )
    ),
)
_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "one": 1, "two": 2, "three": 3, "①": 1, "②": 2, "③": 3}
_MARK = re.compile(
    r"[\s>]{0,9}(?P<signs>#{0,6})\s{0,9}(?P<bold>(?:\*\*|__)?)[^\w\s(\[{<]{0,6}\s{0,3}"
)
_NUMBER = re.compile(
    r"(?:(?:part|section|answer|point)\s)?(?P<n>\d{1,2}|i{1,3}|one|two|three|[①②③])"
    r"(?P<cap>\ufe0f?\u20e3)?(?P<end>\s{0,3}(?:\*\*|__)?\s?[.):\]–—-]|\s(?=\S)|\ufe0f?\u20e3|(?<=[①②③]))",
    re.I,
)
_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>h[1-6]|b|strong|p|u|em|i|span|div)\b[^<>]{0,80}>", re.I
)
UNDERLINE = re.compile(r"\s{0,3}(?:={3,80}|-{3,80})\s{0,9}")
_MAX_TITLE = 20  # words


class Style(NamedTuple):
    """How the headings of one text look, learned from the first."""

    level: int
    bold: bool
    numbered: bool

    def fits(self, other: Style) -> bool:
        """Whether a line of another style may be a heading beside these."""
        if self.numbered != other.numbered:
            return False
        return 0 < other.level <= self.level if self.level else self.bold <= other.bold


class Heading(NamedTuple):
    """The part that a line opens, where in it text stands behind the title (or None), the style,
    and whether the title names the part."""

    part: int
    inline: int | None
    style: Style
    named: bool


def heading_of(line: str, below: str, style: Style | None, counted: int) -> Heading | None:
    """What a line opens, if it is a heading beside those of ``style``."""
    line = _TAG.sub(_marked, line) if "<" in line else line
    bare = line.strip()
    if not bare or len(bare) > 4_000:
        return None
    mark = _MARK.match(bare)
    if mark is None:
        return None
    rest, level = bare[mark.end() :], len(mark["signs"])
    marked = bool(level or mark["bold"]) or bool(UNDERLINE.fullmatch(below))
    number = _NUMBER.match(rest)
    value = 0
    if number and (number["end"].strip() or level or number["cap"] or not number["end"]):
        digits = number["n"].lower()
        value = _NUMBERS.get(digits) or (int(digits) if digits.isdigit() else 0)
        rest = rest[number.end() :].lstrip()
        marked = marked or rest.startswith(("**", "__"))
    shown = Style(level, bool(mark["bold"]), bool(value))
    if style and not style.fits(shown):
        return None
    if value and not level and value == counted + 1 and counted:
        return None  # the next item of a list
    title, inline = _title(rest)
    kind = part_named(title, value)
    named = bool(kind)
    if not kind and marked and value in (1, 2, 3):
        kind = value
    if not kind or (not title and not value):
        return None
    words = len(title.split())
    if not marked and not value and not (words <= 4 and (bare.endswith(":") or inline)):
        return None
    if not marked and value and words > _MAX_TITLE:
        return None
    asks = re.match(r"(?:what|how|list)\b", title, re.I)  # the prompt's own words
    if not marked and title.endswith(".") and words > 3 and not asks:  # a sentence, no title
        inline = rest
    return Heading(kind, len(line.rstrip()) - len(inline) if inline else None, shown, named)


def _marked(tag: re.Match[str]) -> str:
    """An HTML tag as the Markdown that it stands for, of the same length."""
    name = tag["name"].lower()
    sign = "**" if name in ("b", "strong") else ""
    if name[0] == "h" and not tag["closing"]:
        sign = "#" * int(name[1])
    return sign.ljust(len(tag.group())) if tag["closing"] else sign.rjust(len(tag.group()))


def _title(rest: str) -> tuple[str, str]:
    """What a heading is called, and the text behind it."""
    plain = rest.replace("**", "").replace("__", "")
    for end in (rest.find("**"), rest.find(": "), rest.find(":**")):
        after = rest[end:].lstrip("*_: ") if end > 0 else ""
        if after and len(rest[:end].split()) <= _MAX_TITLE:
            return rest[:end].strip(" *_:#"), after
    return plain.strip(" *_:#"), ""


def part_named(title: str, value: int) -> int:
    """Which part a title names: 1, 2, 3, or 0 for none."""
    words = set(re.findall(r"[a-z]+", title.lower()[:300]))
    named = [n for n, known in enumerate(_WORDS, 1) if words & known]
    if value in named:
        return value
    if 2 in named and words & {"workflow", "how"}:
        return 2
    return (3 if 3 in named else named[0]) if named else 0
