"""The three parts of a written answer with their places, whatever Markdown its writer likes.

Headings may be numbered or not, marked with signs or tags, bold, underlined or plain, with text on
the same line or below; a whole answer may stand in a code fence or be a JSON object. Every pattern
is bounded, so that reading takes time linear in the length.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from assistant.text.headings import UNDERLINE, Heading, Style, heading_of, part_named

_ITEM = re.compile(r"^\s{0,3}([123])[.)]\s{1,3}(?=\S)", re.M)
_LABELS = {"t": 1, "w": 2, "r": 3}
_LABEL = re.compile(
    r"(?:^|(?<=[.!?;]\s))(?:[123][.)]\s)?(?:\*\*)?(Task|Workflow|References)\b[^:\n.]{0,30}:\s*",
    re.M | re.I,
)
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"\s*[-*_]{3,9}\s*")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)\w{0,20}\s{0,9}")


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its number (0 for what precedes part 1) and where its text stands."""

    number: int
    start: int
    end: int

    def of(self, text: str) -> str:
        """Its text without the heading."""
        return text[self.start : self.end]


class Parts(NamedTuple):
    """What stands before part 1, and the text of each part; empty where it is missing."""

    before: str
    task: str
    workflow: str
    references: str


class _Opened(NamedTuple):
    part: int
    heading: int
    text: int


def split(text: str) -> Parts:
    """The parts of ``text``. What stands under no heading is ``before``."""
    text = unwrapped(text)
    found = sections(text)
    return Parts(*(found[n].of(text) if n in found else "" for n in range(4)))


def paragraphs(text: str) -> Parts:
    """The parts of a text in which `split` finds none: the first paragraph is the task."""
    text = unwrapped(text)
    blocks = [block.strip() for block in re.split(r"\n\s*?\n", text) if block.strip()]
    return Parts("", blocks[0] if blocks else "", "\n\n".join(blocks[1:]), "")


def unwrapped(text: str) -> str:
    """``text`` without thoughts and the fence around it; a JSON object with headings."""
    text = without_thoughts(text.replace("\r\n", "\n").replace("\r", "\n"))
    start, end = _bounds(text, 0, len(text))
    inside = _fenced(text[start:end])
    return _object(inside) or inside


def without_thoughts(text: str) -> str:
    """``text`` without what a model wrote for itself, between tags."""
    return _THOUGHT.sub("", text)


def sections(text: str) -> dict[int, Section]:
    """The parts of an `unwrapped` text by number; a part that is missing is not in the result.

    A heading's words say which part it opens, else its number; each part is opened once. Where
    there is no heading, a list of three is read as the parts.
    """
    opened = _opened(text) or _listed(text)
    if len(opened) < 2:
        opened = _labelled(text) or opened
    first = min((one.heading for one in opened), default=len(text))
    found = {0: Section(0, *_bounds(text, 0, first))} if text[:first].strip() else {}
    opened.sort(key=lambda one: one.heading)
    ends = [*(one.heading for one in opened[1:]), len(text)]
    for one, end in zip(opened, ends, strict=False):
        found[one.part] = Section(one.part, *_bounds(text, one.text, end))
    return found


def _opened(text: str) -> list[_Opened]:
    """The headings in their order."""
    opened: list[_Opened] = []
    style, counted, loose, start = None, 0, False, 0
    lines = text.split("\n")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        place, start = start, start + len(line) + 1
        heading = heading_of(line, below, style, counted)
        if heading and loose and heading.part == 3 and heading.named:
            unnamed = opened.pop()  # that third heading was still about the workflow
            if all(one.part != 2 for one in opened):
                opened.append(_Opened(2, unnamed.heading, unnamed.heading))
        elif heading is None or not _opens(heading, style, opened):
            item = re.match(r"\s{0,3}(\d{1,2})[.)]\s", line)
            counted = int(item.group(1)) if item else counted
            continue
        style, counted, loose = style or heading.style, 0, heading.part == 3 and not heading.named
        under = len(below) + 1 if UNDERLINE.fullmatch(below) else 0
        behind = start + under if heading.inline is None else place + heading.inline
        opened.append(_Opened(heading.part, place, min(behind, len(text))))
    return opened


def _opens(heading: Heading, style: Style | None, opened: list[_Opened]) -> bool:
    """Whether a heading opens its part here: the next one, or one that plainly comes late."""
    done = [one.part for one in opened]
    late = heading.named and heading.style == style and (style.level > 0 or style.bold)
    return heading.part not in done and (late or heading.part > max(done, default=0))


def _listed(text: str) -> list[_Opened]:
    """The items of a list as the parts: the first numbered 1, 2 and, where there is one, 3."""
    starts = list(_ITEM.finditer(text))
    firsts = [next((m for m in starts if m.group(1) == n), None) for n in "123"]
    found = [_Opened(n, m.start(), m.end()) for n, m in enumerate(firsts, 1) if m]
    if [one.part for one in found[:2]] != [1, 2] or found[0].heading > found[1].heading:
        return []
    return found if found[-1].heading >= found[1].heading else found[:2]


def _labelled(text: str) -> list[_Opened]:
    """Parts that one line holds: each begins a sentence with its name and a colon."""
    found: dict[int, _Opened] = {}
    for label in _LABEL.finditer(text):
        part = _LABELS[label.group(1)[0].lower()]
        if part == len(found) + 1:
            found[part] = _Opened(part, label.start(), label.end())
    return list(found.values()) if len(found) == len(_LABELS) else []


def _fenced(text: str) -> str:
    """What the fence around an answer holds where its writer says something behind it too."""
    fences = [m for m in _LINE.finditer(text) if _FENCE.fullmatch(m.group())]
    if len(fences) != 2 or fences[0].start() > 0:
        return text
    inside = text[fences[0].end() : fences[1].start()]
    return inside.strip() if _opened(inside) else text


def _object(text: str) -> str:
    """A JSON object as a text with headings; empty where ``text`` is none or names no part."""
    if not (text.startswith("{") and text.endswith("}")):
        return ""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return ""
    found: dict[int, str] = {}
    for key, value in data.items():
        kind = part_named(re.sub(r"[_\d]+", " ", key), 0)
        if kind and not found.get(kind):
            found[kind] = _flat(value)
    titles = ("Task", "Workflow", "References")
    return "\n\n".join(f"## {n}. {titles[n - 1]}\n\n{found[n]}" for n in sorted(found))


def _flat(value: Any, depth: int = 0) -> str:
    """A JSON value as lines of text."""
    if isinstance(value, str):
        return value.strip()
    if depth > 4:
        return ""
    if isinstance(value, list):
        return "\n".join(f"- {_flat(v, depth + 1)}" for v in value)
    if isinstance(value, dict):
        return "\n".join(f"- {k}: {_flat(v, depth + 1)}" for k, v in value.items())
    return "" if value is None else str(value)


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Where ``text[start:end]`` stands without blank ends, a fence around it, rules behind it."""
    lines = [m for m in _LINE.finditer(text, start, end) if m.group().strip()]
    while lines and _RULE.fullmatch(lines[-1].group()):
        lines.pop()
    fences = [m for m in lines if _FENCE.fullmatch(m.group())]
    closed = len(fences) == 2 and fences[1] is lines[-1]
    if fences and fences[0] is lines[0] and (closed or len(fences) == 1):
        return _bounds(text, lines[0].end(), lines[-1].start() if closed else lines[-1].end())
    if not lines:
        return start, start
    first, last = lines[0], lines[-1]
    lead = len(first.group()) - len(first.group().lstrip())
    return first.start() + lead, last.start() + len(last.group().rstrip())
