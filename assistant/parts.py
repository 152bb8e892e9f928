"""The three parts of a written answer, whatever Markdown its writer likes.

Headings may be numbered or not, marked with signs, bold, underlined or plain, with text on the
same line or below; a whole answer may stand in a code fence or be a JSON object. Every pattern is
bounded, so that reading takes time linear in the length.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

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
_UNDERLINE = re.compile(r"\s{0,3}(?:={3,80}|-{3,80})\s{0,9}")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)\w{0,20}\s{0,9}")
_MAX_TITLE = 20  # words


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands before part 1, and the text of each part; empty where it is missing."""

    before: str
    task: str
    workflow: str
    references: str

    @property
    def complete(self) -> bool:
        """Whether all parts were found."""
        return bool(self.task and self.workflow and self.references)


@dataclass(slots=True)
class _Style:
    """How the headings of one text look, learned from the first."""

    level: int
    bold: bool
    numbered: bool

    def fits(self, other: _Style) -> bool:
        """Whether a line of another style may be a heading beside these."""
        if self.numbered != other.numbered:
            return False
        return 0 < other.level <= self.level if self.level else self.bold <= other.bold


def split(text: str) -> Parts:
    """The parts of ``text``. What stands under no heading is ``before``."""
    text = _bare(_THOUGHT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if found := _object(text):
        return found
    parts: list[list[str]] = [[], [], [], []]
    here, style, counted, loose = 0, None, 0, False
    lines = text.split("\n")
    for n, line in enumerate(lines):
        below = lines[n + 1] if n + 1 < len(lines) else ""
        heading = _heading(line, below, style, counted)
        if heading and here == 3 and loose and heading[0] == 3 and heading[3]:
            parts[2] += ["", *parts[3]]  # that third heading was still about the workflow
            parts[3], loose = [heading[1]], False
            continue
        if heading is None or heading[0] <= here:
            item = re.match(r"\s{0,3}(\d{1,2})[.)]\s", line)
            counted = int(item.group(1)) if item else counted
            parts[here].append(line)
            continue
        here, inline, style, counted = heading[0], heading[1], style or heading[2], 0
        loose = here == 3 and not heading[3]
        parts[here].append(line if loose else inline)
        if _UNDERLINE.fullmatch(below):
            lines[n + 1] = ""
    if loose:
        parts[3] = parts[3][1:]
    before, *three = (_bare("\n".join(part)) for part in parts)
    return Parts(before, *three)


def listed(text: str) -> Parts:
    """The parts of a text without headings: a list of three, else its paragraphs."""
    text = _bare(_THOUGHT.sub("", text.replace("\r\n", "\n")))
    starts = list(re.finditer(r"^\s{0,3}([123])[.)]\s{1,3}(?=\S)", text, re.M))
    firsts = [next((m for m in starts if m.group(1) == n), None) for n in "123"]
    one, two, three = firsts
    if one and two and one.start() < two.start():
        end = three.start() if three and three.start() > two.start() else len(text)
        last = text[three.end() :].strip() if three and three.start() > two.start() else ""
        task, workflow = text[one.end() : two.start()], text[two.end() : end]
        return Parts(text[: one.start()].strip(), task.strip(), workflow.strip(), last)
    blocks = [block for block in re.split(r"\n\s*?\n", text) if block.strip()]
    return Parts("", blocks[0].strip() if blocks else "", "\n\n".join(blocks[1:]).strip(), "")


def _heading(
    line: str, below: str, style: _Style | None, counted: int
) -> tuple[int, str, _Style, bool] | None:
    """The part that a line opens, the text behind the heading, the style, whether it is named."""
    bare = line.strip()
    if not bare or len(bare) > 4_000:
        return None
    mark = _MARK.match(bare)
    if mark is None:
        return None
    rest, level = bare[mark.end() :], len(mark["signs"])
    marked = bool(level or mark["bold"]) or bool(_UNDERLINE.fullmatch(below))
    number = _NUMBER.match(rest)
    value = 0
    if number and (number["end"].strip() or level or number["cap"] or not number["end"]):
        digits = number["n"].lower()
        value = _NUMBERS.get(digits) or (int(digits) if digits.isdigit() else 0)
        rest = rest[number.end() :].lstrip()
        marked = marked or rest.startswith(("**", "__"))
    shown = _Style(level, bool(mark["bold"]), bool(value))
    if style and not style.fits(shown):
        return None
    if value and not level and value == counted + 1 and counted:
        return None  # the next item of a list
    title, inline = _title(rest)
    kind = _kind(title, value)
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
        inline = f"{title} {inline}".strip()
    return kind, inline, shown, named


def _title(rest: str) -> tuple[str, str]:
    """What a heading is called, and the text behind it."""
    plain = rest.replace("**", "").replace("__", "")
    for end in (rest.find("**"), rest.find(": "), rest.find(":**")):
        after = rest[end:].lstrip("*_: ") if end > 0 else ""
        if after and len(rest[:end].split()) <= _MAX_TITLE:
            return rest[:end].strip(" *_:#"), after
    return plain.strip(" *_:#"), ""


def _kind(title: str, value: int) -> int:
    """Which part a title names: 1, 2, 3, or 0 for none."""
    words = set(re.findall(r"[a-z]+", title.lower()[:300]))
    named = [n for n, known in enumerate(_WORDS, 1) if words & known]
    if value in named:
        return value
    if 2 in named and words & {"workflow", "how"}:
        return 2
    return (3 if 3 in named else named[0]) if named else 0


def _object(text: str) -> Parts | None:
    """The parts of a JSON object, where the whole text is one."""
    bare = _bare(text)
    if not (bare.startswith("{") and bare.endswith("}")):
        return None
    try:
        data = json.loads(bare, strict=False)
    except (ValueError, RecursionError):
        return None
    found = ["", "", ""]
    for key, value in data.items():
        kind = _kind(re.sub(r"[_\d]+", " ", key), 0)
        if kind and not found[kind - 1]:
            found[kind - 1] = _flat(value)
    return Parts("", *found) if any(found) else None


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


def _bare(text: str) -> str:
    """``text`` without a fence around all of it, rules and blank lines at its ends."""
    lines = text.strip().split("\n")
    if lines and _FENCE.fullmatch(lines[0]) and sum(map(_is_fence, lines)) <= 2:
        lines = lines[1:]
        if lines and _is_fence(lines[-1]):
            lines = lines[:-1]
    while lines and (not lines[-1].strip() or re.fullmatch(r"\s*[-*_]{3,9}\s*", lines[-1])):
        lines.pop()
    return "\n".join(lines).strip()


def _is_fence(line: str) -> bool:
    return bool(_FENCE.fullmatch(line))
