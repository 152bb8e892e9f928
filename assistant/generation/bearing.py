"""Which sentences of a world bear on its question: rare words in common, the aspects asked for."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable

from assistant.catalog import Catalog, Statement
from assistant.references import title_text
from assistant.text.stems import STOP, stems
from assistant.world import Provided, World

ASPECT = 2.0  # what an aspect that is asked for adds to the words in common
_ENDING = re.compile(r"(?:iness|ness|ity|ization|ation|ition|ion|ment|ly|y|er|or|est|al|ful|ic)$")
_SHORTEST = 4  # letters of a word without its ending
ENOUGH = 3.0  # below it a sentence of an item has nothing to do with the question
_EMPTY = frozenset(
    stems(
        "also answer came could done even every give given image keep like look make many model "
        "much need paper people photo picture result results several show since still "
        "system time use used want well without work would ai know just really get got one way "
        "exactly different single across"
    )
)


class Bearing:
    """How much sentences bear on the question of one world."""

    def __init__(self, world: World) -> None:
        self._rarity = _rarity(world.catalog)
        self._asked = words(world.request.question)
        task = world.catalog.vocabulary.task(world.wish.task)
        self._field = words(f"{task.phrase} {task.input} {task.output}") if task else frozenset()
        self._aspects = set(world.wish.aspects) - {"mechanism"}

    def of(self, text: str, aspect: str | None = None) -> float:
        """The weight of the words that a sentence shares with the question, half of that of the
        words of its task, and of the aspect."""
        said = words(text)
        found = sum(map(self._rarity, said & self._asked))
        found += 0.5 * sum(map(self._rarity, (said & self._field) - self._asked))
        return found + ASPECT * (aspect in self._aspects)

    def best(self, facts: Iterable[Statement], kinds: tuple[str, ...] = ()) -> Statement | None:
        """The fact of these kinds that bears most; of equal ones the first."""
        able = [fact for fact in facts if not kinds or fact.kind in kinds]
        return max(able, key=lambda fact: self.of(fact.text, fact.aspect), default=None)


def words(text: str) -> frozenset[str]:
    """The stems of a text that carry meaning."""
    found = (_root(root) for root in stems(text) if len(root) > 2 and not root[0].isdigit())
    return frozenset(found) - _EMPTY - STOP


@functools.lru_cache(maxsize=16_384)
def _root(stem: str) -> str:
    """What blurry, blurred and blurriness have in common."""
    root = _ENDING.sub("", stem)
    if len(root) < _SHORTEST:
        return stem
    return root[:-1] if root[-1] == root[-2] and root[-1] not in "sl" else root


@functools.lru_cache(maxsize=4)
def _rarity(catalog: Catalog) -> Callable[[str], float]:
    """How rare a word is among what the records of a catalog do."""
    texts = {entry.does for entry in catalog}
    count = Counter(word for text in texts for word in words(text))
    most = math.log(1 + len(texts))
    return lambda word: math.log((1 + len(texts)) / (1 + count[word])) / most * 2.0


def called(p: Provided) -> str:
    """How prose calls an item: by its name where a record gives one, else by its title."""
    return title_text(p.entry.name if p.entry is not None else p.item.name)


def own(p: Provided, *fields: str) -> str:
    """What the record of an item states in these fields, sentence by sentence."""
    wanted = {f"{p.entry.id}:{field}" for field in fields} if p.entry else set()
    return " ".join(fact.text for fact in p.facts if fact.id in wanted)


def ended(text: str) -> str:
    """A sentence with its first letter raised and an end."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."
