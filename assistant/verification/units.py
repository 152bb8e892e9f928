"""Text in units that can be judged, repaired or dropped one by one: sentences of lines."""

from __future__ import annotations

import re
from collections.abc import Callable

_LEAD = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|#{1,6}\s+|>\s*)?")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9*_])")
_KEEP = re.compile(r"\b(?:e\.g|i\.e|etc|et al|vs|cf|Fig|Eq|Sec|No|resp|approx)\.[\"')\]]*$")


def sentences(line: str) -> list[str]:
    """Pieces of one line that join to it unchanged; the list mark stays with the first."""
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(line):
        if _KEEP.search(line[: match.start()]) or not line[: match.start()].strip():
            continue
        if _LEAD.fullmatch(line[: match.end()]):
            continue  # the dot of a list number ends no sentence
        pieces.append(line[start : match.end()])
        start = match.end()
    pieces.append(line[start:])
    return pieces


def rewrite(text: str, judge: Callable[[str, str], str | None]) -> tuple[str, int, int]:
    """Apply ``judge(sentence, heading)`` to every sentence of ``text``.

    ``judge`` returns the sentence, a repaired one, or None to drop it; ``heading`` is the
    nearest line above that ends as a heading does. Lines, list items and headings that lose
    all their content disappear.

    Returns:
        The new text, the number of sentences seen and the number dropped.
    """
    lines: list[str] = []
    heading, seen, dropped = "", 0, 0
    for line in text.split("\n"):
        if not line.strip():
            lines.append(line)
            continue
        kept: list[str] = []
        pieces = sentences(line)
        for piece in pieces:
            seen += 1
            result = judge(piece, heading)
            if result is None:
                dropped += 1
            else:
                kept.append(result)
        mark = _LEAD.match(line)
        lead = mark.group() if mark else ""
        if len(kept) == len(pieces):
            lines.append("".join(kept))
        elif "".join(kept).strip() not in ("", lead.strip()):
            body = "".join(kept).rstrip()
            lines.append(body if body.startswith(lead) or not lead.strip() else lead + body)
        if line.lstrip().startswith(("#", "**")) or line.rstrip().endswith(":"):
            heading = line
    return _without_empty_headings("\n".join(lines)), seen, dropped


def _without_empty_headings(text: str) -> str:
    """Drop bold headings left without content and runs of blank lines left by removals."""
    blocks = [block for block in re.split(r"\n{2,}", text) if block.strip()]
    kept = [
        block
        for n, block in enumerate(blocks)
        if not (_is_heading(block) and (n + 1 == len(blocks) or _is_heading(blocks[n + 1])))
    ]
    return "\n\n".join(kept)


def _is_heading(block: str) -> bool:
    return "\n" not in block and bool(re.fullmatch(r"\s*(?:\*\*[^*]+\*\*:?|#{1,6} .+)\s*", block))
