"""What a question asks that nothing states: of a record, and of all that is provided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.catalog import Catalog, Concept, Entry, Statement, mentioned, statements
from assistant.catalog.said import speaks_of
from assistant.nearness import shipped
from assistant.question import asks, asks_order, main, stands_alone

UNSAID = "#unsaid"  # in the ids of these facts
NOT_STATED = "Not stated by anything provided"  # how one on one ask of several begins
MET = 0.2  # likelihood of a sentence from which on an ask may be met
_USES = re.compile(
    r"^\W*(?:does|do|did|has|have)\b.*?\b(?:use|have|contain|include|employ|apply|rely on)s?\s+"
    r"(?:an? |the |any )?([a-z]+(?:[ -][a-z]+){0,2})\W*$",
    re.I,
)
_ALSO = {"gan": ("adversarial", "critic", "discriminator")}  # words of a record that mean a term
_DENIED = r"\b(?:no|not|without|instead of|in place of|rather than|drops?|removes?)\b"
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
    return _with(entry, _names(concept))


def denies_of(text: str, concept: Concept) -> bool:
    """Whether a sentence denies a term: what else it denies says nothing of it."""
    return bool(re.search(rf"{_DENIED}[^,;:.]{{0,25}}(?<![\w-])(?:{_names(concept)})", text, re.I))


def _names(concept: Concept) -> str:
    names = (concept.name, concept.title, *concept.aliases, *_ALSO.get(concept.id, ()))
    return "|".join(re.escape(re.sub(r"^(?:an?|the) ", "", name)) for name in names)


def _with(entry: Entry, words: str) -> list[Statement]:
    found = re.compile(rf"(?<![\w-])(?:{words})(?:s|es)?(?![\w-])", re.I)
    return [s for s in statements(entry) if "#no-" not in s.id and found.search(s.text)]


def unstated(ask: str) -> str:
    """That nothing states an ask, in the words of the question."""
    end = "" if ask.endswith("?") else "."
    return f"{NOT_STATED}: “{ask.rstrip('.!')}”{end}"


def facts_of_asks(question: str, facts: Iterable[Statement]) -> Iterator[Statement]:
    """That nothing states one of several asks beside the main one, where none of ``facts`` may
    meet it."""
    stated = [fact.text for fact in facts if "#no-" not in fact.id and UNSAID not in fact.id]
    found = asks(question)
    first = main(found) if found else ""
    beside = [
        ask for ask in found if ask != first and stands_alone(ask) and not asks_order(ask)
    ]  # the order of steps is told with them
    for n, ask in enumerate(beside, 1):
        asked = shipped().asked(ask)
        if all(shipped().of(text, asked) < MET for text in stated):
            yield Statement(f"question-open-{n}", "", unstated(ask), "house", "limit")


def facts_of_unsaid(question: str, entry: Entry | None, catalog: Catalog) -> Iterator[Statement]:
    """That nothing recorded of an item speaks of a term, or answers what is asked of it."""
    if entry is None or isinstance(entry, Concept):
        return
    start = f"{entry.id}{UNSAID}"
    for c in properties(question, entry, catalog):
        if not speaking(entry, c):
            text = f"Nothing recorded of {entry.name} speaks of {c.name}."
            yield Statement(f"{start}-{c.id}", entry.name, text, "house", "limit")
    term = _USES.match(question)
    spoken = term is not None and speaks_of(catalog, term[1], folded=True)  # a term of ours
    if term and spoken and not _with(entry, re.escape(term[1])):
        text = f"Nothing recorded of {entry.name} speaks of {term[1].casefold()}."
        yield Statement(f"{start}-asked", entry.name, text, "house", "limit")
    yield Statement(
        start, entry.name, f"Nothing recorded of {entry.name} answers this.", "house", "limit"
    )
