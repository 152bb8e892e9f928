"""Sentences of a text, in pieces that join to it unchanged; abbreviations and quotations whole."""

from __future__ import annotations

import re

_END = re.compile(
    r"(?<=[.!?])[\"'”’)\]]{0,4}\s+(?=[\"'“‘(\[]?[A-Z0-9*_])|(?<=[。！？])\s*(?=[^\s”’」』）)])"
)
ENDED = re.compile(r"[.!?][\"'”’)\]*_]{0,4}$")
"""The end of a sentence that is whole, with its quotes, brackets and emphasis."""
_NUMBERED = re.compile(
    r"[ \t>]*(?:[-*+•][ \t]+)?(?:#{1,6}[ \t]+)?(?:\*\*|__)?(?:\d{1,3}(?:\.\d{1,2}){0,3}[.)])?[ \t]*"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|et al|vs|cf|Fig|Eq|Sec|Dr|Mr|Ms|St|No|resp|approx)\.[\"')\]]*$"
)
_QUOTE = re.compile(r"[“”\"]")
_LEANING = re.compile(
    r"^\W*(?:It|Its|They|Their|Them|This|These|Those|Such|Both|The (?:same |latter |former )?"
    r"(?:model|network|method|paper|approach|authors|study|architecture|technique))\b"
)


def sentences(text: str) -> list[str]:
    """Pieces of one block that join to it unchanged; quotations stay whole."""
    pieces: list[str] = []
    start = at = 0
    quotes, opened = list(_QUOTE.finditer(text)), False
    for match in _END.finditer(text):
        while at < len(quotes) and quotes[at].start() < match.end():
            mark = quotes[at].group()
            opened = not opened if mark == '"' else mark == "“"
            at += 1
        before = text[max(start, match.start() - 12) : match.start()]
        if opened or _ABBREVIATION.search(before) or _is_lead(text, start, match.end()):
            continue
        pieces.append(text[start : match.end()])
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece]


def statements(text: str) -> list[str]:
    """The sentences of all lines of a text, stripped; those without a word are left out."""
    found = (piece.strip() for line in text.split("\n") for piece in sentences(line))
    return [piece for piece in found if any(map(str.isalnum, piece))]


def leans(text: str) -> bool:
    """Whether a sentence speaks of what the one before it named."""
    return bool(_LEANING.match(text))


def _is_lead(text: str, start: int, end: int) -> bool:
    """Whether the dot is that of a list number, which ends no sentence."""
    return end - start <= 40 and bool(_NUMBERED.fullmatch(text, start, end))
