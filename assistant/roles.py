"""What each provided item is to a question: support, relative, or a word in common."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.catalog import Concept, Entry, Task, Vocabulary, Words
from assistant.fit import Fit, Offer, called_for, listing, times
from assistant.prompts import Item
from assistant.question import Wish
from assistant.text.reported import MAX_NOTE, gist
from assistant.text.stems import content_words

Role = Literal["supports", "related", "other-task", "shares-word"]
ROLES: tuple[Role, ...] = ("supports", "related", "other-task", "shares-word")

_KEEPS = re.compile(  # what only a wish to enlarge makes worth saying
    r"(?:,| and) (?:does not enlarge|keeps the (?:picture's )?size(?: in these versions)?)$"
)
_VAGUE = re.compile(r"about \S+(?: \S+)?$")
_SEEN = re.compile(r"\b(?:images?|pictures?|visual|vision)\b", re.I)
_SAID = re.compile(r"\b(?:captions?|natural language|text)\b", re.I)


class Joined(NamedTuple):
    """A provided item with its record (if any), its offer and its fit."""

    item: Item
    entry: Entry | None
    recommended: bool
    offer: Offer
    fit: Fit


def role_of(
    wish: Wish,
    joined: Joined,
    *,
    closest: bool,
    vocabulary: Vocabulary,
    short: bool = False,
    beside: Joined | None = None,
) -> tuple[Role, str]:
    """What an item is to this question, and a note of a few words for part 3.

    ``beside`` is the item that answers. In a ``short`` answer a model is what the question asks
    about, not what is recommended.
    """
    item, entry, recommended, offer, fit = joined
    task = vocabulary.task(offer.task)
    about = called_for(task, "", (), offer.handles).phrase if task else ""
    if short and entry is None and not item.links:
        return "related", "named in the question, not in this catalog"
    if short and (recommended or entry is not None):
        if isinstance(entry, Concept):
            return "supports", "from the glossary"
        differs = (entry.differs or "") if entry is not None else ""
        return ("supports" if recommended else "related"), differs or about or "same field"
    if recommended and fit.verdict == "mismatch":
        if offer.task == wish.task and offer.scales:
            about = f"{listing([times(scale) for scale in offer.scales])} only"
        return "other-task", f"recommended, but for {about}" if about else "recommended"
    if recommended or closest:
        return "supports", "the recommended model" if recommended else "the closest provided item"
    asked = _tasks(wish, beside, vocabulary)
    if entry is not None:
        return _role_of_record(wish, joined, entry, asked, about)
    return _role_of_text(wish, joined, asked, beside, vocabulary)


def _tasks(wish: Wish, beside: Joined | None, vocabulary: Vocabulary) -> list[Task]:
    """The tasks of all steps of a wish and that of the item which answers."""
    ids = (*wish.steps, wish.task, beside.offer.task if beside else None)
    found = (vocabulary.task(one) for one in dict.fromkeys(ids))
    return [task for task in found if task]


def _role_of_record(
    wish: Wish, joined: Joined, entry: Entry, asked: list[Task], about: str
) -> tuple[Role, str]:
    enlarges = any(not task.keeps_size for task in asked)
    note = does_of(entry, enlarges=enlarges) or about or "same field"
    if entry.scope in ("optics", "features"):
        return "shares-word", note
    aspects = {aspect for aspect in wish.aspects if aspect != "mechanism"}
    helps = any(fact.aspect in aspects for fact in entry.facts)
    if entry.task == wish.task and entry.scope == "photo" and helps:
        return "supports", note
    damage = {*wish.degradations, *(one for task in asked for one in task.removes)}
    near = (
        not asked
        or any(task.id == entry.task for task in asked)
        or bool(damage & set(entry.handles))
        or bool(set(wish.subjects) & set(entry.subjects))
        or _speaks(Words(" ".join((_text(joined.item), entry.does, entry.differs or ""))), asked)
    )
    return "related" if near else "shares-word", note


def _role_of_text(
    wish: Wish, joined: Joined, asked: list[Task], beside: Joined | None, vocabulary: Vocabulary
) -> tuple[Role, str]:
    """Without a record only the given text can connect an item with the question."""
    item, _, _, offer, _ = joined
    scopes = {term.id: term.phrase for term in vocabulary.scopes}
    if offer.scope in ("optics", "features"):
        return "shares-word", scopes[offer.scope]
    text = _text(item)
    task = vocabulary.task(offer.task)
    does = gist(item.name, item.summary or "")
    about = (
        does or scopes.get(offer.scope) or f"about {(task or asked[0]).phrase}" if asked else does
    )
    if any(offer.task == one.id for one in asked) or _speaks(Words(text), asked):
        return "related", about
    if task is None and beside is not None and (how := _bears(text, beside, vocabulary)):
        return "related", does or how
    if not asked and len(content_words(wish_text(wish)) & content_words(text)) >= 2:
        return "related", about or "shares words with the question"
    return "shares-word", (f"about {task.phrase}" if task else does) or "about another subject"


def _speaks(text: Words, asked: list[Task]) -> bool:
    """Whether a text names one of these tasks."""
    return any(text.match(title) for task in asked for title in task.titles)


def _bears(text: str, beside: Joined, vocabulary: Vocabulary) -> str:
    """How a text without a task of its own bears on the item that answers: it names it, it is
    about its way of working, or like it it ties pictures to words; nothing where it does not."""
    entry, words = beside.entry, Words(text)
    names = filter(None, (entry.name, beside.offer.architecture) if entry else ())
    for name in names:
        if name != name.lower() and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            return f"speaks of {name}"
    if entry:
        told = (entry.title, entry.does, *entry.steps, *(fact.text for fact in entry.facts))
        own = Words(" ".join(told))
        ways = (t for t in vocabulary.traits if t.id in vocabulary.methods)
        for way in ways:
            if way.score(own)[0] and way.score(words)[0]:
                return f"about {way.phrase}"
    task = vocabulary.task(beside.offer.task)
    spoken = task is not None and re.search(r"\b(?:text|instruction)\b", task.input)
    return (
        "about pictures and words" if spoken and _SAID.search(text) and _SEEN.search(text) else ""
    )


def does_of(entry: Entry, *, enlarges: bool) -> str:
    """What the work of a record is or does in a few words; that it does not enlarge is told only
    where enlarging is asked for."""
    differs = (entry.differs or "").strip()
    told = differs if enlarges else _KEEPS.sub("", differs)
    does = entry.does.strip().rstrip(".")
    if (told != differs or _VAGUE.match(told) or not told) and len(does.split()) <= MAX_NOTE:
        plain = re.match(r"(?:An?|The|One|[A-Z][a-z]+s)\b", does)  # "Gaussian ..." is a name
        return f"{does[:1].lower()}{does[1:]}" if plain else does
    return told


def _text(item: Item) -> str:
    return f"{item.name}. {item.summary or ''}"


def wish_text(wish: Wish) -> str:
    """All words that the wish was read from."""
    return " ".join(word for found in wish.words.values() for word in found)
