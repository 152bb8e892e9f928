"""Text in units that can be judged, repaired or dropped one by one: sentences of blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assistant.text.sentences import leans, sentences

WRAPPED = 60  # a shorter line was ended on purpose, not wrapped
_LEAD = re.compile(r"^[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+|#{1,6}[ \t]+|>[ \t]*)?")
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]")
_BOLD = re.compile(r"\s*(?:\*\*|__)[^*\n]+(?:\*\*|__):?\s*")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence with its list mark, and what it may lean on, the nearest first."""

    text: str
    before: tuple[str, ...]
    """Earlier sentences of the same paragraph or list item."""
    above: tuple[str, ...]
    """The list items it stands under, then the heading."""


@dataclass(slots=True)
class _Block:
    text: str
    kind: str  # blank, heading, item, row, code, plain
    indent: int
    kept: str | None = None
    children: list[_Block] = field(default_factory=list)

    @property
    def introduces(self) -> bool:
        """Whether it leads in what follows, as headings do."""
        return self.kind != "code" and self.text.rstrip(" *_").endswith(":")


def rewrite(text: str, judge: Callable[[Unit], str | None]) -> tuple[str, int, int]:
    """Apply ``judge`` to every sentence of ``text``.

    ``judge`` returns the sentence, a repaired one (empty if nothing is left of it), or None to
    drop it. What leans on a dropped sentence goes with it: a following "It ...", the items below
    a dropped item, the text below a dropped heading. Headings that lose all their content go too.

    Returns:
        The new text, the number of sentences seen and the number dropped.
    """
    blocks = list(_blocks(text))
    walk = _Walk(judge)
    for block in blocks:
        walk.take(block)
    for block in reversed(blocks):
        if block.children and block.kept and all(child.kept is None for child in block.children):
            block.kept = None
    result = "\n".join(block.kept for block in blocks if block.kept is not None)
    if any(block.kept is None for block in blocks):
        result = re.sub(r"\n{3,}", "\n\n", result).strip("\n")
    return result, walk.seen, walk.dropped


class _Walk:
    """Goes through the blocks of a text and remembers what a sentence may lean on."""

    def __init__(self, judge: Callable[[Unit], str | None]) -> None:
        self.judge = judge
        self.seen = self.dropped = 0
        self.heading: _Block | None = None
        self.parents: list[_Block] = []
        self.before: list[str] = []  # sentences of this paragraph or item
        self.earlier: list[str] = []  # those of the one before
        self.lost = False  # the last sentence was dropped

    def take(self, block: _Block) -> None:
        """Judge one block in its place."""
        if block.kind in ("blank", "heading", "item"):
            self.earlier, self.before = self.before or self.earlier, []
        if block.kind == "blank":
            block.kept = block.text
            return
        if block.kind == "heading":
            self.parents, self.earlier = [], []
        elif block.kind == "item":
            self.parents = [p for p in self.parents if p.indent < block.indent]
        elif block.kind == "plain" and block.indent <= 0:
            self.parents = []
        above = [*reversed(self.parents), *([self.heading] if self.heading else [])]
        gone = block.kind != "heading" and any(b.kept is None for b in above)
        if above and (block.kind != "heading"):
            for owner in above:
                if owner.kind == "heading" or owner.introduces:
                    owner.children.append(block)
        self._judge(block, tuple(b.text for b in above), gone=gone)
        if block.kind == "heading":
            self.heading = block
        elif block.kind == "item" or block.introduces:
            self.parents.append(block)

    def _judge(self, block: _Block, above: tuple[str, ...], *, gone: bool) -> None:
        if not any(character.isalnum() for character in block.text):
            block.kept = None if gone else block.text  # a rule, or the line below a table's head
            return
        pieces = [block.text] if block.kind in ("code", "row") else sentences(block.text)
        kept: list[str] = []
        for piece in pieces:
            leaning = leans(piece)
            before = self.before[-3:] or (self.earlier[-3:] if leaning else [])
            result = None
            if not gone and not (self.lost and leaning):
                result = self.judge(Unit(piece, tuple(reversed(before)), above))
            self.lost = result is None
            if result is None:
                self.dropped += 1
            else:
                kept.append(result)
                self.before.append(piece)
        self.seen += len(pieces)
        body = "".join(kept)
        if body == block.text:
            block.kept = body
        elif any(character.isalpha() for character in body):
            mark = _LEAD.match(block.text)
            lead = mark.group() if mark else ""
            body = body.rstrip()
            block.kept = body if body.startswith(lead) else lead + body.lstrip()


def _blocks(text: str) -> Iterator[_Block]:
    """Lines with their kind; a wrapped paragraph is one block."""
    fenced = False
    pending: list[str] = []

    def flush() -> Iterator[_Block]:
        if pending:
            joined = "\n".join(pending)
            kind = "item" if _ITEM.match(pending[0]) else "plain"
            indent = len(joined) - len(joined.lstrip())
            lead_in = kind == "plain" and joined.rstrip(" *_").endswith(":")
            yield _Block(joined, kind, indent - 1 if lead_in else indent)
            pending.clear()

    for line in text.split("\n"):
        bare = line.strip()
        fence = bare.startswith(("```", "~~~"))
        heading = bool(re.match(r"\s{0,3}#{1,6}\s", line)) or bool(
            len(line) < 200 and _BOLD.fullmatch(line)
        )
        special = fence or fenced or not bare or heading or bare.startswith("|")
        if pending and (special or _ITEM.match(line) or not _wraps(pending[-1])):
            yield from flush()
        if not special:
            pending.append(line)
            continue
        fenced = fenced != fence
        kind = "code" if fence or fenced else "blank" if not bare else "row"
        yield _Block(line, "heading" if heading and kind == "row" else kind, 0)
    yield from flush()


def _wraps(line: str) -> bool:
    """Whether a line was broken by width, so that its sentence goes on in the next one."""
    return len(line) >= WRAPPED and not line.rstrip().endswith((".", ":", "!", "?", "  "))
