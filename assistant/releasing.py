"""Which beginning of a growing reply may be shown: whole sentences that passed, part 1 first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answer import Claim
from assistant.checking import Passages
from assistant.checking.readable import loops
from assistant.generation.claims import PARTS as CLAIMED
from assistant.generation.claims import Reader, written
from assistant.generation.drafts import clean, cleaned
from assistant.grounding import PARTS
from assistant.text.parts import Parts, split
from assistant.text.sentences import ENDED, sentences
from assistant.world import World

_LEADS = re.compile(
    r"[:：][*_]{0,4}$|^\s*#|^\s*(?:\*\*|__).*(?:\*\*|__)$|^\s*\||^\s*[-=_*]{3,}$|^\s*$"
)


class Releasing:
    """One reply as it grows; a part of which something failed is shown no further."""

    def __init__(self, world: World, *, words: bool = True) -> None:
        self._passages = Passages(world, words=words)
        self._shown = dict.fromkeys(PARTS, "")
        self._closed: set[str] = set()
        self._reader = Reader()
        self._claims: list[Claim] = []

    def passed(self, text: str, piece: str) -> Iterator[tuple[str, str]]:
        """What more of each part may be shown, given the whole reply so far and its last piece."""
        sign = text.lstrip()[:1]
        new = [] if sign == "<" else cleaned(self._reader.feed(piece))  # "<": thoughts
        self._claims += new
        if new and self._claims[0].part == "task":
            task, workflow = (clean(written(self._claims, part)) for part in CLAIMED)
            yield from self._released(task, workflow)
        if self._claims or sign in "{[`<" or not re.search(r"[.!?\n]", piece):
            return  # of claims, of other JSON and of fences nothing is prose
        parts = split(_certain(text))
        if parts.task:
            yield from self._released(clean(parts.task), clean(parts.workflow), parts)

    def _released(
        self, task: str, workflow: str, parts: Parts | None = None
    ) -> Iterator[tuple[str, str]]:
        """What is new of both parts as far as they are written, and has passed."""
        ended = bool(parts and parts.references)
        for part, own, last in (("task", task, not workflow), ("explanation", workflow, not ended)):
            if part in self._closed or not own:
                return
            result = self._passages.check(own, self._claims)
            safe = _safe(result.text, whole=not last)
            before = self._shown[part]
            if not result.sound or not safe.startswith(before) or loops(safe):
                self._closed.add(part)
            elif len(safe) > len(before):
                self._shown[part] = safe
                yield part, safe[len(before) :]
            if part in self._closed or last or not self._shown[part]:
                return  # part 2 follows part 1


def _certain(text: str) -> str:
    """The beginning of a growing text that consists of complete sentences and lines."""
    head, line = text[: text.rfind("\n") + 1], text[text.rfind("\n") + 1 :]
    return head + "".join(sentences(line)[:-1])


def _safe(text: str, *, whole: bool) -> str:
    """A checked text without an end that what follows may still change."""
    if whole:
        return text
    lines = text.rstrip().split("\n")
    while lines and (_LEADS.search(lines[-1]) or not ENDED.search(lines[-1].rstrip())):
        lines.pop()
    return "\n".join(lines).rstrip()
