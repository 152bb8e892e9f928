"""What each provided item is to a question: support, relative, or a word in common."""

from __future__ import annotations

from typing import Literal, NamedTuple

from assistant.catalog import Concept, Entry, Vocabulary, Words
from assistant.fit import Fit, Offer, listing, times
from assistant.prompts import Item
from assistant.question import Wish
from assistant.text.stems import content_words

Role = Literal["supports", "related", "other-task", "shares-word"]
ROLES: tuple[Role, ...] = ("supports", "related", "other-task", "shares-word")


class Joined(NamedTuple):
    """A provided item with its record (if any), its offer and its fit."""

    item: Item
    entry: Entry | None
    recommended: bool
    offer: Offer
    fit: Fit


def role_of(
    wish: Wish, joined: Joined, *, closest: bool, vocabulary: Vocabulary, short: bool = False
) -> tuple[Role, str]:
    """What an item is to this question, and a note of a few words for part 3.

    In a ``short`` answer a model is what the question asks about, not what is recommended.
    """
    item, entry, recommended, offer, fit = joined
    task = vocabulary.task(offer.task)
    about = task.phrase if task else ""
    if short and entry is None and not item.links:
        return "related", "named in the question, not in this catalog"
    if short and (recommended or entry is not None):
        if isinstance(entry, Concept):
            return "supports", "from the glossary"
        return ("supports" if recommended else "related"), _differs(entry) or about or "same field"
    if recommended and fit.verdict == "mismatch":
        if offer.task == wish.task and offer.scales:
            about = f"{listing([times(scale) for scale in offer.scales])} only"
        return "other-task", f"recommended, but for {about}" if about else "recommended"
    if recommended or closest:
        return "supports", "the recommended model" if recommended else "the closest provided item"
    if entry is not None:
        return _role_of_record(wish, entry, about)
    return _role_of_text(wish, item, offer, about, vocabulary)


def _role_of_record(wish: Wish, entry: Entry, about: str) -> tuple[Role, str]:
    note = _differs(entry) or about or "same field"
    if entry.scope in ("optics", "features"):
        return "shares-word", note
    aspects = {aspect for aspect in wish.aspects if aspect != "mechanism"}
    helps = any(fact.aspect in aspects for fact in entry.facts)
    same = entry.task == wish.task and entry.scope == "photo"
    return "supports" if same and helps else "related", note


def _role_of_text(
    wish: Wish, item: Item, offer: Offer, about: str, vocabulary: Vocabulary
) -> tuple[Role, str]:
    """Without a record only the given text can connect an item with the question."""
    scopes = {term.id: term.phrase for term in vocabulary.scopes}
    if offer.scope in ("optics", "features"):
        return "shares-word", scopes[offer.scope]
    text = f"{item.name}. {item.summary or ''}"
    asked = vocabulary.task(wish.task)
    if asked and (offer.task == asked.id or any(map(Words(text).match, asked.titles))):
        return "related", scopes.get(offer.scope, "about the same task")
    if asked is None and len(content_words(wish_text(wish)) & content_words(text)) >= 2:
        return "related", "shares words with the question"
    return "shares-word", f"about {about}" if about else "about another subject"


def _differs(entry: Entry | None) -> str:
    return (entry.differs or "") if entry is not None else ""


def wish_text(wish: Wish) -> str:
    """All words that the wish was read from."""
    return " ".join(word for found in wish.words.values() for word in found)
