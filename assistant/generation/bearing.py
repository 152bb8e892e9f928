"""Which sentences of a world bear on its question, by how likely they answer it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from assistant.catalog import Fact, Statement
from assistant.links import candidates
from assistant.nearness import shipped
from assistant.references import title_text
from assistant.text.stems import content_words
from assistant.world import Provided, World

Told = TypeVar("Told", Fact, Statement)
BEARS = 0.25
"""Likelihood from which on a sentence of a record bears on the question; it lets through as many as
the cosine of .4 that stood here before."""
OF_ONE = 0.6
"""And from which on one on a model that nobody asked of does; of 2,566 sentences of records beside
questions of that kind that were judged, 2 to 5 in a hundred were near between .2 and .5."""
ENOUGH, SURELY = 0.4, 0.5
"""Likelihoods from which on a sentence answers the question, and from which on it is told beside
another one: of 315 unseen questions 214 have a sentence above the first, which answers 67 % of them
and is near in 74 %."""
_CONTRAST = re.compile(r",? (?:instead of|rather than) [^,.;:?!]*")  # what did not happen
_MOST = 6  # sentences of one text that are looked at closely


class Bearing:
    """How much sentences bear on the question of one world; ``question`` is what they are held
    against: without what did not happen."""

    def __init__(self, world: World) -> None:
        self.question = _CONTRAST.sub("", " ".join(world.request.question.split()))
        self._asked = shipped().asked(self.question)

    def of(self, text: str, more: float = 0.0) -> float:
        """How likely a sentence answers the question or is near it, 0 to 1; ``more`` adds to the
        cosine."""
        return shipped().of(text, self._asked, more)

    def plainly(self, name: str) -> float:
        """How near the question is to one that asks no more than how a task is done."""
        return shipped().cosine(name, self._asked)

    def toward(self, part: str, text: str) -> float:
        """How likely a sentence answers one part of the question."""
        return shipped().of(text, shipped().asked(part))

    def beyond(self, text: str, question: str) -> float:
        """How much more a sentence bears on the question than on a plainer one."""
        return self.of(text) - shipped().of(text, shipped().asked(question))

    def beside(
        self, names: Sequence[str], texts: Iterable[str], most: int
    ) -> list[tuple[float, str]]:
        """How much the ``most`` texts that bear most do so when names that they may share with the
        question are left out, the most first; which these are the vectors that ship tell, for a
        text without a name is embedded."""
        asked = shipped().asked(_bare(names, self.question) or self.question)
        bare = {text: _bare(names, text) for text in texts}
        whole = {t: t if shipped().kept.get(t) is not None else one for t, one in bare.items()}
        likely = sorted(bare, key=lambda text: -shipped().of(whole[text], asked))[:most]
        weighed = [(shipped().of(bare[text], asked), text) for text in likely]
        return sorted(weighed, key=lambda one: -one[0])

    def best(self, facts: Iterable[Told]) -> Told | None:
        """The fact that bears most; of equal ones the first."""
        return max(facts, key=lambda fact: self.of(fact.text), default=None)

    def likely(self, sentences: Sequence[str]) -> list[str]:
        """Of many sentences those that share most words with the question, in their order."""
        asked = content_words(self.question)
        ranked = sorted(sentences, key=lambda s: -len(asked & content_words(s)))[:_MOST]
        return [s for s in sentences if s in ranked]


def without(name: str, text: str) -> str:
    """A text with a name taken out of it."""
    bare = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", " ", text, flags=re.I)
    return " ".join(bare.split())


def _bare(names: Sequence[str], text: str) -> str:
    """A text without these names, begun as a sentence: so a record's "does" is what ships."""
    text = functools.reduce(lambda left, name: without(name, left), names, text)
    return text[:1].upper() + text[1:]


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
