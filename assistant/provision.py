"""What an answer is given: the records it may speak of, as a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.catalog import Entry, Model
from assistant.prompts import Item, Request

DEEP, AMONG = 60, 12  # models, and entries of the glossary, among which the best is looked for
PLENTY = 4  # families that a question for the best of several sees
TERMS = 6  # that a question names and an answer tells
PLAIN = ("bicubic", "lanczos", "bilinear", "nearest-neighbor", "interpolation")
BEST = re.compile(
    r"\b(?:fastest|quickest|lightest|smallest|best|cheapest|newest|most \w+"
    r"|which (?:of|one|models?)|ranking|rank|all (?:the )?models)\b"
)


@dataclass(frozen=True, slots=True)
class Provision:
    """The items of an answer and how relevant the search found each record."""

    models: Sequence[Entry] = ()
    beside: Sequence[Entry] = ()
    strangers: Sequence[str] = ()
    """Names of the question that no record carries."""
    scores: dict[str, float] | None = None

    def request(self, question: str) -> Request:
        """The request that these items make."""
        names = [Item(name=name) for name in self.strangers]
        return Request(
            question=question,
            recommended=tuple(map(item_of, self.models)),
            related=(*map(item_of, self.beside), *names),
        )


def item_of(entry: Entry) -> Item:
    """A record as an item of a request: its links as given, its facts as the summary."""
    facts = " ".join([entry.does, *(fact.text for fact in entry.facts)])
    return Item(
        name=entry.id if isinstance(entry, Model) else entry.title,
        paper=entry.paper,
        github=entry.github or entry.huggingface,
        summary=None if isinstance(entry, Model) else facts,
    )
