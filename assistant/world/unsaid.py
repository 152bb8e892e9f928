"""What a question asks of a record that nothing recorded of it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.catalog import Catalog, Concept, Entry, Statement, mentioned, statements

UNSAID = "#unsaid"  # in the ids of these facts
_INSIDE = ("architecture", "training", "method")  # topics of the glossary that a network may have


def properties(question: str, entry: Entry, catalog: Catalog) -> list[Concept]:
    """The terms of a question that a network may have or be; its own task is none."""
    own = catalog.vocabulary.task(entry.task)
    return [
        c for c in mentioned(question, catalog)
        if c.topic in _INSIDE and c.id != entry.task and (own is None or c.name != own.phrase)
        and entry.name.casefold() not in (n.casefold() for n in (c.name, *c.aliases))
    ]  # fmt: skip


def speaking(entry: Entry, concept: Concept) -> list[Statement]:
    """What a record states with a term in it."""
    names = (re.sub(r"^(?:an?|the) ", "", n) for n in (concept.name, concept.title, *concept.aliases))
    pattern = "|".join(rf"{re.escape(name)}(?:s|es)?" for name in names)
    found = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.I)
    return [s for s in statements(entry) if "#no-" not in s.id and found.search(s.text)]


def facts_of_unsaid(question: str, entry: Entry | None, catalog: Catalog) -> Iterator[Statement]:
    """That nothing recorded of an item speaks of a term, or answers what is asked of it."""
    if entry is None or isinstance(entry, Concept):
        return
    start = f"{entry.id}{UNSAID}"
    for c in properties(question, entry, catalog):
        if not speaking(entry, c):
            text = f"Nothing recorded of {entry.name} speaks of {c.name}."
            yield Statement(f"{start}-{c.id}", entry.name, text, "house", "limit")
    yield Statement(start, entry.name, f"Nothing recorded of {entry.name} answers this.", "house", "limit")
