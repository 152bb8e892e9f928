"""Which sentences of a world bear on its question: by meaning, and by the aspects asked for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from assistant.catalog import Fact, Statement
from assistant.encoder.embedding import QueryEncoder
from assistant.links import candidates
from assistant.references import title_text
from assistant.text.sentences import sentences
from assistant.text.stems import content_words
from assistant.world import Provided, World

Told = TypeVar("Told", Fact, Statement)
Vector = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
ENOUGH = 0.40  # nearness from which on a sentence bears on the question
_ASPECT = 0.25  # what an aspect that is asked for adds
_SHARED = 0.03  # what a word in common adds
_CONTRAST = re.compile(r",? (?:instead of|rather than) [^,.;:?!]*")  # what did not happen
_MOST = 6  # sentences of one text that are looked at closely


class Bearing:
    """How much sentences bear on the question of one world; ``question`` is what they are held
    against: without what did not happen. What it asks counts once more beside the story around."""

    def __init__(self, world: World) -> None:
        self.question = _CONTRAST.sub("", " ".join(world.request.question.split()))
        self._meant, self._roots = _meant(self.question), _roots(self.question)
        self._aspects = set(world.wish.aspects) - {"mechanism"}
        if not world.wish.degradations:  # a word such as blurry says no more than how it is not
            self._aspects -= {"degradation"}

    def of(self, text: str, aspect: str | None = None) -> float:
        """How near a sentence is in meaning, the aspect counted in; about 0 to 1."""
        near = _near(text, self._meant, self._roots)
        return near + _ASPECT * (aspect in self._aspects)

    def beside(self, name: str, texts: Iterable[str]) -> list[tuple[float, str]]:
        """How near each text is when the name that it shares with the question is left out, the
        nearest first."""
        bare = _without(name, self.question) or self.question
        meant, roots = _meant(bare), _roots(bare)
        weighed = [(_near(_without(name, text), meant, roots), text) for text in texts]
        return sorted(weighed, key=lambda one: -one[0])

    def best(self, facts: Iterable[Told]) -> Told | None:
        """The fact that bears most; of equal ones the first."""
        return max(facts, key=lambda fact: self.of(fact.text, fact.aspect), default=None)

    def likely(self, sentences: Sequence[str]) -> list[str]:
        """Of many sentences those that share most words with the question, in their order."""
        asked = content_words(self.question)
        ranked = sorted(sentences, key=lambda s: -len(asked & content_words(s)))[:_MOST]
        return [s for s in sentences if s in ranked]


def _meant(question: str) -> Vector:
    """What a question asks, and once more with the story around it."""
    asks = " ".join(s for s in sentences(question) if s.endswith("?"))
    return (_vector(question) + _vector(asks or question)) / np.float32(2)


def _near(text: str, meant: Vector, roots: frozenset[str]) -> float:
    return float(_vector(text) @ meant) + _SHARED * len(_roots(text) & roots)


def _without(name: str, text: str) -> str:
    bare = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", " ", text, flags=re.I)
    return " ".join(bare.split())


@functools.lru_cache(maxsize=8192)
def _roots(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning: blurry and blurred are one."""
    return frozenset(word[:4] for word in content_words(text))


@functools.cache
def _encoder() -> QueryEncoder:
    return QueryEncoder()


@functools.lru_cache(maxsize=8192)  # facts of records come back from answer to answer
def _vector(text: str) -> Vector:
    return np.asarray(_encoder().embed_query(text), np.float32)


def called(p: Provided) -> str:
    """How prose calls an item: by the name that its record or its text gives, else by its title."""
    return title_text(p.called)


def inert(text: str) -> str:
    """A text with a name from elsewhere in it; nothing where the two read as a link."""
    return "" if any(candidates(text)) else text


def own(p: Provided, *fields: str) -> str:
    """What the record of an item states in these fields, sentence by sentence."""
    wanted = {f"{p.entry.id}#{field}" for field in fields} if p.entry else set()
    return " ".join(fact.text for fact in p.facts if fact.id in wanted)


def ended(text: str) -> str:
    """A sentence with its first letter raised and an end."""
    text = text[:1].upper() + text[1:]
    return text if re.search(r"[.!?”]$", text) else f"{text}."
