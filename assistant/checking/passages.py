"""The check of prose without parts: replies, and parts that are still written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Claim, Finding
from assistant.checking.checker import MAX_DROPPED, MAX_ROUNDS, MAX_TEXT, Checker
from assistant.world import World


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose that stands in an answer or a reply: what is left of it, and why."""

    text: str
    findings: tuple[Finding, ...]
    seen: int
    dropped: int

    @property
    def sound(self) -> bool:
        """Whether what is left still is its writer's."""
        rejected = any(f.action == "rejected" for f in self.findings)
        return not rejected and self.dropped <= max(1, MAX_DROPPED * self.seen)


class Passages:
    """Checks prose without parts against one world: replies, and parts that are still written.

    Sentences are judged in order, each by what stands before it, so the beginning of a text
    gives the beginning of its result.
    """

    def __init__(self, world: World, *, words: bool = True) -> None:
        self._checker = Checker(world, words=words)

    def check(self, text: str, claims: Sequence[Claim] = ()) -> Passage:
        """``text`` without what cannot stay; links never stand in prose. ``claims`` name the facts
        behind its sentences, where its writer did."""
        checker = self._checker
        checker.name(claims)
        findings: list[Finding] = []
        current, seen, dropped = text[:MAX_TEXT], 0, 0
        for _ in range(MAX_ROUNDS):
            checker.begin()
            before, current = current, checker.prose(current, "")
            findings += checker.findings
            seen, dropped = seen or checker.seen[""], dropped + checker.dropped[""]
            if current == before or not current.strip():
                break
        return Passage(current, tuple(findings), seen, dropped)
