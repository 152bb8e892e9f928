"""Read a prompt file back into a Request; what cannot be read is refused by file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import InputError, reason
from assistant.files import decoded
from assistant.prompts.request import ABSENT, LABEL, RECOMMENDED, RELATED, Item, Request
from assistant.text.characters import BINARY

MAX_BYTES = 2_000_000  # no prompt file is nearly as long; a bigger one is something else
_ALIKE = 0.75
_Entry = tuple[int, dict[str, str]]  # line of its first label, fields
_Refuse = Callable[[int, str, str], InputError]
_MARKS = tuple(  # of a prompt file whose headings are damaged
    re.compile(rf"(?:^|[\r\n])[ \t]*{mark}", re.IGNORECASE)
    for mark in (
        r"You are an AI scientist\b",
        r"A user has asked the following question\b",
        r"Based on the following recommended models\b",
        r"[#*_ \t]*(?:Recommended|Related)\b[^\r\n.?!]{0,24}:[*_ \t]*(?:[\r\n]|$)",
        r"Model:[^\r\n]*[\r\n]+[ \t]*(?:Paper|GitHub|Summary):",
        r"Answer:[ \t]*(?:[\r\n]|$)",
    )
)
_HEADING = re.compile(
    r"(?:^|[\r\n])[ \t]*#+[ \t]*(?:Recommended AI Models|Related Papers)\b", re.IGNORECASE
)


def is_prompt(text: str) -> bool:
    """Whether ``text`` means to be a prompt file: it has the heading of one of its sections, or two
    of the other marks of one.

    Level, letter case and colon do not matter here, so that ``parse`` refuses a damaged one by
    line, and its models and papers are not taken for a part of a question.
    """
    if "\n" not in text.strip():  # nearly all questions, and fast
        return _HEADING.search(text) is not None
    if f"\n{RECOMMENDED}\n" in text or _HEADING.search(text):
        return True
    return sum(mark.search(text) is not None for mark in _MARKS) > 1


def read(path: Path) -> Request:
    """Read a prompt file; raises InputError with file and line where it cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a device or a disk image has no end
    except OSError as error:
        said = (error.strerror or "unreadable").lower()
        raise InputError(f"{path}: {said}", hint="check the path") from error
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{path}: more than {MAX_BYTES:,} bytes is no prompt file", hint="name text files"
        )
    return parse(decoded(data, path), str(path))


def parse(text: str, source: str = "prompt") -> Request:
    """Read the text of a prompt file; ``source`` names it in errors.

    Takes CRLF, a byte order mark, missing GitHub lines, any number of models and papers
    (also none), quotes and line breaks inside the question, a missing ``Answer:``.

    Raises:
        InputError: empty, binary, no question, an entry without a name, entries that
            contradict each other; the message starts with source and line.
    """

    def refuse(line: int, message: str, hint: str) -> InputError:
        return InputError(f"{source}:{line}: {message}", hint=hint)

    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise refuse(1, "the file is empty", "see prompts/README.md for the format")
    if control := BINARY.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise refuse(line, "binary data, not a prompt file", "name text files only")
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if line.rstrip() == RECOMMENDED]
    if not starts:
        raise _headless(lines, refuse)
    question, end = _question(lines[: starts[0]])
    if question is None:
        raise refuse(starts[0] + 1, "no question in quotation marks before this line", "add one")
    if not question.strip():
        raise refuse(end, "the question is empty", "write it between the quotes")
    if early := [n for n in range(end, starts[0]) if lines[n].rstrip() == RELATED]:
        raise refuse(early[0] + 1, f"{RELATED!r} before {RECOMMENDED!r}", "put the models first")
    sections = _sections(lines, starts[0], refuse)
    try:
        return Request(
            question=question,
            recommended=_merge(sections[RECOMMENDED], refuse),
            related=_merge(sections[RELATED], refuse),
        )
    except ValidationError as error:
        raise refuse(1, reason(error.errors()[0]), "see prompts/README.md") from error


def _headless(lines: list[str], refuse: _Refuse) -> InputError:
    """The refusal of a file without the heading of the models: where it is damaged or lacks."""
    spoiled = [n for n, line in enumerate(lines, 1) if _like(line, RECOMMENDED)]
    if spoiled:
        found = lines[spoiled[0] - 1].strip()[:40]
        return refuse(spoiled[0], f"a damaged heading {found!r}", f"write {RECOMMENDED!r}")
    labels = [n for n, line in enumerate(lines, 1) if LABEL.match(line)]
    hint = f"write {RECOMMENDED!r} before the models" if labels else "see prompts/README.md"
    return refuse(labels[0] if labels else len(lines), f"no line {RECOMMENDED!r}", hint)


def _like(line: str, heading: str) -> bool:
    """Whether a short line is nearly a heading."""
    bare = line.strip("#*_: \t").casefold()
    wanted = heading.strip("#: ").casefold()
    return 0 < len(bare) < 2 * len(wanted) and SequenceMatcher(None, bare, wanted).ratio() > _ALIKE


def _question(lines: list[str]) -> tuple[str | None, int]:
    """The text from the quotation mark that opens a line to the last one that closes a line,
    and how many lines end with it."""
    opening = next((n for n, line in enumerate(lines) if line.startswith('"')), len(lines))
    for end in range(len(lines), opening, -1):
        last = lines[end - 1].rstrip(" \t")
        if last.endswith('"') and (end - 1 > opening or len(last) > 1):
            return "\n".join([*lines[opening : end - 1], last])[1:-1], end
    return None, 0


def _sections(lines: list[str], start: int, refuse: _Refuse) -> dict[str, list[_Entry]]:
    """Entries by section. A label counts at the start of a line only, `Model:` after a blank."""
    sections: dict[str, list[_Entry]] = {RECOMMENDED: [], RELATED: []}
    here, label, blank = RECOMMENDED, "", True
    current: _Entry | None = None
    for number, line in enumerate(lines[start + 1 :], start + 2):
        stripped = line.rstrip()
        if stripped in sections and blank:
            if stripped in (RECOMMENDED, here):
                raise refuse(number, f"a second {stripped!r}", "keep one of each section")
            here, current, label = stripped, None, ""
            continue  # a label may follow at once, as after a blank line
        if blank and re.match(r"Answer:(?: |$)", stripped):
            break
        if not stripped:
            blank = True
            continue
        if (found := LABEL.match(line)) and (found.group(1) != "Model" or blank or not label):
            field, value = found.group(1), found.group(2) or ""
            if field == "Model" or current is None:
                current = (number, {})
                sections[here].append(current)
            elif label == "Summary" and not blank:
                _extend(current, label, line)  # a label inside a running summary opens nothing
                continue
            if field in current[1]:
                raise refuse(number, f"a second {field!r} in one entry", "one of each label")
            current[1][field] = value
            label = field
        elif current is not None and label == "Summary":
            _extend(current, label, line)
        elif current is not None or stripped.lower() not in ABSENT:
            raise refuse(number, f"expected a label, found {line[:40]!r}", "Model, Paper, GitHub")
        blank = False
    return sections


def _extend(entry: _Entry, label: str, line: str) -> None:
    entry[1][label] += f"\n{line}"


def _merge(entries: Iterable[_Entry], refuse: _Refuse) -> tuple[Item, ...]:
    """Items of one section; equal entries become one, contradicting ones are refused."""
    items: dict[str, Item] = {}
    for line, fields in entries:
        name = fields.get("Model", "").strip()
        if not name:
            raise refuse(line, "an entry without a name", "write 'Model: NAME' as its first line")
        item = Item(
            name=name,
            paper=fields.get("Paper"),
            github=fields.get("GitHub"),
            summary=fields.get("Summary"),
        )
        if items.setdefault(name, item) != item:
            raise refuse(line, f"{name!r} is listed twice with different content", "keep one")
    return tuple(items.values())
