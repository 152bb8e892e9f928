"""Key facts of a reference, and how many of them an answer holds: links, models, numbers."""

from __future__ import annotations

import functools

from assistant.checking.numbers import numbers
from assistant.grading.findings import Checker
from assistant.links import candidates
from assistant.references import key_of
from assistant.text.characters import view


@functools.lru_cache(maxsize=128)  # a reference meets every answer to its prompt
def key_facts(text: str, checker: Checker) -> frozenset[str]:
    """The identities of links, the names of provided items and the figures of a text."""
    found = {f"link {key_of(c.text)}" for c in candidates(text)}
    plain = view(text)
    for mention in checker.owners.mentions(plain):
        if mention.strong:
            found |= {f"item {item.name}" for item in mention.items}
    for number in numbers(checker.owners.masked(plain)):
        if number.unit:
            found.add(f"figure {'/'.join(f'{v:g}' for v in number.values)} {number.unit}")
    return frozenset(found)


def fact_recall(answer: str, reference: str, checker: Checker) -> float | None:
    """Share of the reference's key facts that the answer holds; None if it has none."""
    wanted = key_facts(reference, checker)
    return len(wanted & key_facts(answer, checker)) / len(wanted) if wanted else None
