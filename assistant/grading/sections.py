"""The parts of a written answer with their places: what stands before part 1, and parts 1 to 3.

More forgiving than `answer.from_markdown`, because others write other headings, and a grader has
to point at places of the text it was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(
    r"^[ \t>]{0,3}(?P<hashes>#{1,6}[ \t]+)?(?P<bold>\*\*|__)?[ \t]*(?:(?:part|step)[ \t]+)?"
    r"(?P<number>\d{1,2})?[.):]*[ \t]*(?:\*\*|__)?(?P<title>[^\n]*)$",
    re.M | re.I,
)
_KINDS = (
    (3, re.compile(r"\b(?:references?|papers?|sources?|citations?|bibliography|links)\b", re.I)),
    (2, re.compile(r"\bwork-?flow|\bpipeline|input\b.{0,40}\boutput|→|->", re.I)),
    (1, re.compile(r"\btasks?\b|\bproblem\b|\bgoal\b|\bwhat (?:you|is) ask", re.I)),
)
PARTS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its number (0 for what precedes part 1) and where its text stands."""

    number: int
    start: int
    end: int

    def of(self, text: str) -> str:
        """Its text without the heading."""
        return text[self.start : self.end]


def sections(text: str) -> dict[int, Section]:
    """The parts of ``text`` by number; a part that is missing is not in the result.

    A heading is a line with ``#`` or in bold; where there is none of them, a short numbered line.
    Its words say which part it opens, else its number; each part is opened once, by its first
    heading.
    """
    marked = any(_is_marked(line) for line in _HEADING.finditer(text))
    opened: list[tuple[int, int, int]] = []  # part, start of heading, start of text
    unnamed: list[tuple[int, int, int]] = []
    for line in _HEADING.finditer(text):
        if not (_is_marked(line) if marked else _is_numbered(line)):
            continue
        place = line.start(), min(line.end() + 1, len(text))
        part = next((n for n, words in _KINDS if words.search(line["title"])), 0)
        number = int(line["number"]) if line["number"] else 0
        if part and not _inside(part, number, opened):
            opened.append((part, *place))
        elif number in PARTS and not part:
            unnamed.append((number, *place))
    have = {part for part, *_ in opened}
    opened += [one for one in unnamed if one[0] not in have]
    found: dict[int, Section] = {}
    first = min((start for _, start, _ in opened), default=len(text) if not opened else 0)
    if text[:first].strip():
        found[0] = Section(0, 0, first)
    opened.sort(key=lambda one: one[1])
    for n, (part, _, start) in enumerate(opened):
        end = opened[n + 1][1] if n + 1 < len(opened) else len(text)
        if part not in found:
            begin = _inline(text, start, end)
            found[part] = Section(part, begin, max(begin, end))
    return found


def _is_marked(line: re.Match[str]) -> bool:
    bold = bool(line["bold"]) and line.group().rstrip(" :").endswith(("**", "__"))
    return 0 < len(line["title"].strip()) <= 120 and (bool(line["hashes"]) or bold)


def _is_numbered(line: re.Match[str]) -> bool:
    title = line["title"].strip()
    return bool(line["number"] and title) and len(title.partition(":")[0].split()) <= 18


def _inside(part: int, number: int, opened: list[tuple[int, int, int]]) -> bool:
    """Whether a heading is a sub-heading: its part is open, or it has another part's number."""
    if any(part == one for one, *_ in opened):
        return True
    return number in PARTS and number != part and number < part and part != 3


def _inline(text: str, start: int, end: int) -> int:
    """Back to the text on the heading's own line: ``1. Task: enlarge ...``."""
    line = text.rfind("\n", 0, max(0, start - 1)) + 1
    heading = text[line:start]
    _, colon, rest = heading.partition(":")
    least = 4 if heading.lstrip().startswith("#") else 1
    if colon and len(rest.strip(" *_\n").split()) >= least:
        return line + len(heading) - len(rest)
    return min(start, end)
