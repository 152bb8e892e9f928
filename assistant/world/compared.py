"""What is compared, and the sentences of its record as clauses about it."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.catalog import Concept, Entry, statements
from assistant.fit import Fit


class Side(NamedTuple):
    """One of the compared: what it is called, its record and how it fits the wish."""

    name: str
    entry: Entry
    fit: Fit


def it_clause(text: str, name: str) -> str:
    """A sentence of an item as a clause that follows its name."""
    if re.match(rf"{re.escape(name)} \d+x", text, re.I):
        return text.rstrip(".")  # of one factor of it alone
    for start, pronoun in ((f"{name} ", "it "), (f"{name}'s ", "its ")):
        if text.casefold().startswith(start.casefold()):
            return pronoun + text[len(start) :].rstrip(".")
    return inside(text)


def inside(text: str) -> str:
    """A sentence as a clause behind another."""
    text = text.rstrip(".")
    return text[:1].lower() + text[1:] if re.match(r"(?:The|An?|Its|Published)\b", text) else text


def field_of(side: Side, *fields: str) -> str:
    """The first of these fields that a record states, as its sentence."""
    found = {s.id: s.text for s in statements(side.entry)}
    return next((found[i] for f in fields if (i := f"{side.entry.id}#{f}") in found), "")


def does_of(side: Side) -> str:
    """What a record does, as a sentence with its name."""
    name, does = side.name, side.entry.does.rstrip(".")
    if isinstance(side.entry, Concept) or does.casefold().startswith(name.casefold()):
        return does
    first = does.split()[0].rstrip(",")
    verb = "is " if first in ("A", "An", "The", "One") else ""
    told = does[:1].lower() + does[1:]
    return f"{name} {verb}{told}" if verb or first.endswith("s") else f"{name}: {does}"


def hint_of(side: Side) -> str:
    """What tells a record from the others of its kind, as a clause about its name."""
    differs, name = side.entry.differs, side.name
    if not differs or isinstance(side.entry, Concept):
        return does_of(side)
    first = differs.split(maxsplit=1)[0]
    if first in ("a", "an", "the", "made", "built") or first.endswith("ed"):
        return f"{name} is {differs}"
    verb = first.endswith("s") and not first.endswith("ss")
    return f"{name} {differs}" if verb else f"{name}: {differs}"
