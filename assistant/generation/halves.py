"""The asks of a question that its answer leaves open: what is known of each, or that it is not
stated."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.catalog import Catalog, Concept
from assistant.catalog.said import said
from assistant.generation.bearing import SURELY
from assistant.generation.glossary import same, sayable
from assistant.nearness import Asked, roots, shipped
from assistant.question import asks, asks_for, main, stands_alone, wonders
from assistant.text.sentences import statements as spoken
from assistant.world import World
from assistant.world.unsaid import MET, unstated

MOST = 2
_FORMS = ("recommend", "explain", "trouble", "feasibility", "concept", "compare")
_DEEDS = ("recommend", "trouble", "feasibility", "compare")  # that say what to take or to do
_OWN = 2  # words of its own that an ask has to have to be named
_BEYOND = 0.15  # by how much likelier a sentence has to be to be told beside what is
_RARE = 8  # sentences of the glossary that have a rare word at most
_TOLD = ("mechanism", "limit", "use", "contribution", "result", "speed", "data")
_FAINT = (  # words that an ask shares with anything
    "kind kinds sort sorts thing things real really ways word words name sense part difference "
    "different actually exactly basically technically precisely come comes going rather whether "
    "something anything somebody know already enough good better stay"
)
_SHOULD = re.compile(r"should (?:i|we)\b", re.I)
_NO_SENTENCE = ("#", "**", "1. **Input**", "2. **Output**", "3. **Output**")


def left_open(world: World, *written: str) -> list[str]:
    """What is told of the asks that ``written`` leaves open, at most two: the sentence that surely
    answers one, else, of one that is not the main one, that nothing provided states it; nothing of
    a question with a single ask."""
    found = asks(world.request.question)
    if len(found) < 2 or world.wish.form not in _FORMS:
        return []
    told = [line for text in written for line in _lines(text)]
    more: list[str] = []
    for ask in filter(stands_alone, found):
        text = _known(ask, [*told, *more], world)
        if not text and ask != main(found) and _is_open(ask, told, world):
            text = _elsewhere(ask, world) or _unstated(ask, world)
        more += [text] if text else []
    return more[:MOST]


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if not line.startswith(_NO_SENTENCE):
            yield from spoken(line)


def _known(ask: str, told: Sequence[str], world: World) -> str:
    """The sentence that surely answers an ask, likelier than all that is told; empty where there
    is none, or where it is told in other words."""
    asked = shipped().asked(ask)
    weights = {text: shipped().of(text, asked) - more for text, more in _sentences(world)}
    best = max(weights, key=weights.__getitem__, default="")
    if not best or weights[best] < SURELY or any(same(best, text) for text in told):
        return ""
    return best if weights[best] >= _nearest(asked, told) + _BEYOND else ""


def _sentences(world: World) -> Iterator[tuple[str, float]]:
    """What the glossary has for the question, but for definitions, and the items shown, each with
    how much likelier than others it has to answer."""
    glossary = sayable(world, world.request.question)
    yield from ((fact.text, more) for fact, more in glossary if not fact.id.endswith("#does"))
    for p in world.provided:
        if p.entry is not None and not isinstance(p.entry, Concept) and p.role != "shares-word":
            yield from ((fact.text, 0.0) for fact in p.entry.facts if fact.kind in _TOLD)


def _is_open(ask: str, told: Sequence[str], world: World) -> bool:
    """Whether nothing that is told is near an ask or has a word of its own in it, and the ask is
    not for what an answer of this form is."""
    form = world.wish.form
    if (form in _DEEDS and (asks_for(ask) or _SHOULD.match(ask))) or (
        form == "trouble" and wonders(ask)
    ):
        return False
    asked, own = shipped().asked(ask), _own(ask, world)
    if len(own) < _OWN or any(own & roots(text) for text in told):
        return False
    return _nearest(asked, told) < MET


def _unstated(ask: str, world: World) -> str:
    """That nothing states an ask; empty where something provided does."""
    text = unstated(ask)
    return text if any(fact.text == text for fact in world.left_open) else ""


def _elsewhere(ask: str, world: World) -> str:
    """The sentence of any entry that surely answers an ask and has a rare word of its own in it;
    empty where none does."""
    texts, count = _glossary(world.catalog)
    asked = shipped().asked(ask)
    rare = {root for root in _own(ask, world) if count[root] <= _RARE}
    near = (text for text in texts if rare & roots(text))
    best = max(near, key=lambda text: shipped().of(text, asked), default="")
    return best if best and shipped().of(best, asked) >= SURELY else ""


def _own(ask: str, world: World) -> frozenset[str]:
    """The words of an ask that the rest of the question has not."""
    return (
        roots(ask)
        - roots(" ".join(world.request.question.split()).replace(ask, " "))
        - roots(_FAINT)
    )


@functools.lru_cache(maxsize=4)
def _glossary(catalog: Catalog) -> tuple[tuple[str, ...], Counter[str]]:
    """The sentences of the glossary, and in how many of them each word is."""
    glossary = (told for entry, told in said(catalog) if isinstance(entry, Concept))
    texts = tuple(text for told in glossary for text in told)
    return texts, Counter(root for text in texts for root in roots(text))


def _nearest(asked: Asked, told: Sequence[str]) -> float:
    return max((shipped().of(text, asked) for text in told), default=0.0)
