"""Facts one after the other as prose: who is meant is named once, then is "it"."""

from __future__ import annotations

import re
from collections.abc import Sequence


def flowing(lines: Sequence[str], name: str, others: Sequence[str] = ()) -> list[str]:
    """Sentences about one item; where the one before begins with its name, "It" stands for it.

    A sentence that names one of ``others`` keeps the name: "it" would be anybody.
    """
    told: list[str] = []
    led = False
    for line in lines:
        own = _begins(line, name)
        plain = not any(other != name and other in line for other in others)
        told.append(_it(line, name) if own and led and plain else line)
        led = own and plain
    return told


def in_bold(line: str, name: str) -> str:
    """A sentence with the first place that names an item in bold, where it stands as a word."""
    found = re.search(rf"(?<![\w*-]){re.escape(name)}(?![\w*-])", line, re.I)
    return f"{line[: found.start()]}**{found[0]}**{line[found.end() :]}" if found else line


def _begins(line: str, name: str) -> bool:
    start = line[: len(name)]
    same = start[:1].casefold() == name[:1].casefold() and start[1:] == name[1:]
    rest = line[len(name) :]
    # no "It in its full version", no "It v1.3 looks"
    narrowed = re.match(r" (?:(?:in|with|of|for|at|from|by|on)\b|v?\d)", rest)
    return same and not narrowed and rest.startswith((" ", "'s ", "’s "))


def _it(line: str, name: str) -> str:
    rest = line[len(name) :]
    return f"It{rest}" if rest.startswith(" ") else f"Its{rest[2:]}"
