"""Which facts stand behind a sentence: by its words, its numbers, and whom it speaks of."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.catalog import Catalog, Concept, Statement
from assistant.checking.lines import Line, alike, figures_of, gives, places_of, read, repeats, same
from assistant.checking.numbers import Number
from assistant.checking.owners import Owners
from assistant.checking.vocabulary import content, denies
from assistant.text.characters import view
from assistant.world import World
from assistant.world.facts import facts_of_field
from assistant.world.unsaid import NOT_STATED

MANY = 3  # words; with fewer nearly every sentence has an entry that holds them
ALONE = 0.5  # share of a sentence that an entry of the glossary must carry by itself
MAX_FACTS = 3  # facts that one sentence may join
_COMPARED = re.compile(
    r"[ -]{0,2}(?:times )?(?:fewer|more|less|smaller|larger|faster|slower|better|higher|lower|the"
    r"|as(?! (?:wide|high|tall|long|large|big)\b(?! as (?!before|the input|the original))))\b"
)
_OTHER = re.compile(  # what is not offered takes another model
    r"\b(?:another|other|different|separate) (?:\w+ )?(?:model|network|weights|file|version|entry)",
    re.I,
)
_FROM = re.compile(r"\d (?:\w+ )?(?:out of|from) (?:\w+ )?\d", re.I)
_ASKS = re.compile(r"\b(?:you|question|asks?)\b", re.I)
_ASKED = re.compile(r"\basked\b", re.I)
Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Match:
    """What stands behind a sentence: the chosen facts, the best first, and what they cover."""

    lines: tuple[Line, ...]
    words: tuple[str, ...]
    covered: tuple[float, ...]
    """Share of the words' weight after the first, second ... fact."""
    missing: frozenset[str]
    own: float
    """Share that facts of the items spoken of cover."""
    elsewhere: float
    """What the best fact of an item that is not spoken of covers beyond the first chosen one."""
    figures: tuple[Number, ...]
    """The numbers it holds."""
    unfounded: tuple[Number, ...]
    """Numbers that none of the chosen facts gives."""
    repeated: bool = False
    """Whether it is one of the facts as it stands, or some of them in a row."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the chosen facts."""
        return tuple(line.fact.id for line in self.lines)


class Evidence:
    """The facts of one world by their words."""

    def __init__(self, world: World, owners: Owners, weight: Callable[[str], float]) -> None:
        self._weight = weight
        self._owners = owners
        own = [
            (fact, None if isinstance(p.entry, Concept) else n)  # the glossary is nobody's
            for n, p in enumerate(world.provided)
            for fact in p.facts
        ]
        self._lines = [read(fact, n, owners.masked) for fact, n in own]
        self._lines += [read(fact, None, owners.masked) for fact in world.told]
        self._told = [line for line in self._lines if line.fact.place == "arithmetic"]
        self._offered = [frozenset(p.offer.scales) for p in world.provided]
        self._scales = frozenset({1.0, *world.wish.scales})
        self._world = world
        self._index = places_of(self._lines)
        self._here = frozenset(self._lines)
        self._catalog = world.catalog
        self._asked = frozenset(content(view(world.request.question)))
        self._numbers = tuple(figures_of(view(world.request.question)))
        self._scales |= {n.values[0] for n in self._numbers if n.unit == "x"}

    @property
    def facts(self) -> list[Statement]:
        """The facts of the items and of the question."""
        return [line.fact for line in self._lines]

    @property
    def asked(self) -> frozenset[str]:
        """The words of the question."""
        return self._asked

    @property
    def words(self) -> frozenset[str]:
        """The words of all facts of the world."""
        return frozenset(self._index)

    def says(self, phrase: str, items: Ids) -> bool:
        """Whether a fact of one of ``items`` holds all words of a phrase."""
        wanted = frozenset(content(phrase))
        return any(line.owner in items and wanted <= line.words for line in self._lines)

    def credits(self, number: Number, items: Ids) -> bool:
        """Whether a number is one of ``items``, or of nobody, if it is anybody's at all."""
        given = {line.owner for line in self._lines if gives([line], number)}
        return not given or None in given or not items.isdisjoint(given)

    def said(self, bare: str, items: Ids) -> Iterator[Line]:
        """The facts of ``items``, and those of nobody, that a text is as they stand."""
        own = (line for line in self._lines if line.owner is None or line.owner in items)
        yield from (line for line in own if repeats(bare, line))
        if NOT_STATED.casefold() in bare.casefold():
            yield from (line for line in self._left_open if repeats(bare, line))
        yield from (
            line for line in _near_of_field(self._catalog, content(bare)) if repeats(bare, line)
        )

    @functools.cached_property
    def _left_open(self) -> list[Line]:
        """What nothing provided states, which counts only as it stands."""
        return [read(fact, None, self._owners.masked) for fact in self._world.left_open]

    def match(
        self, bare: str, items: Ids, *, named: frozenset[str] | None = None,
        given: Sequence[Line] = (),
    ) -> Match:  # fmt: skip
        """The facts behind a sentence whose item names are blanked, about ``items``: those
        ``given``, which it is in a row, else the best.

        With ``named`` only facts with these ids count, and what belongs to nobody.
        """
        said = content(bare)
        weights = {word: self._weight(word) for word in said}
        figures = tuple(figures_of(bare))
        lines = [self._lines[n] for n in self._near(said, figures)]
        allowed = [
            line
            for line in lines
            if (line.owner is None or line.owner in items)
            and (not named or line.owner is None or line.fact.id in named)
        ]
        chosen, covered, left = self._choose(given or allowed, weights, figures)
        if not given and (covered[-1:] < [0.999] or not _founded(figures, chosen)):
            near = _near_of_field(self._catalog, said) if len(weights) >= MANY else []
            general = [
                one
                for one in near
                if (one.fact.id in named if named else self._share(one, weights) >= ALONE)
            ]
            chosen, covered, left = self._choose([*allowed, *general], weights, figures)
        others = [line for line in lines if line.owner is not None and line.owner not in items]
        first = covered[0] if covered else 0.0
        best = max((self._share(line, weights) for line in others), default=0.0)
        known = [*chosen, *self._told]
        scales = self._scales.union(*(self._offered[n] for n in items))
        return Match(
            tuple(chosen),
            said,
            tuple(covered),
            left,
            self._owned(chosen, weights),
            max(0.0, best - first),
            figures,
            tuple(n for n in figures if not self._given(n, known, bare, figures, scales)),
            bool(given),
        )

    def _given(
        self, number: Number, lines: Sequence[Line], bare: str, figures: Sequence[Number],
        scales: frozenset[float],
    ) -> bool:  # fmt: skip
        """Whether a number is one of the facts or of the question, or follows from the factors that
        were asked for or are those of the items spoken of."""
        near = [one for one in lines if one in self._here or alike(one.text, bare)]
        asks = number.unit == "x" and (
            _ASKS.search(bare) or (_ASKED.search(bare) and not self._where_asked(lines))
        )
        if not asks and gives(near if number.unit == "x" else lines, number):
            return True
        if number.kind == "size":
            sizes = [n.values for n in figures if n.kind == "size"]
            known = any(same(number, asked) for asked in self._numbers)
            if _FROM.search(bare):  # "900x600 from 300x200"
                sizes = sizes[::-1]
            return known or (len(sizes) > 1 and all(
                any(_enlarged(before, after, s) for s in scales)
                for before, after in itertools.pairwise(sizes)
            ))  # fmt: skip
        if number.kind == "shape":
            return all(value in scales for value in number.values)
        if number.kind == "share":
            part, whole = number.values
            return part in (1, whole - 1) and whole in {s * s for s in scales}
        if "pixel" in bare and number.unit in ("", "x"):
            less = (0,) if number.unit else (0, 1)  # so many times; of so many all but one
            counts = {s * s - one for s in scales - {1.0} for one in less}
            if all(value in counts for value in number.values):
                return True
        if number.unit == "x" and not _COMPARED.match(bare, number.end):
            known = all(v in scales for v in number.values)
            return known or denies(bare) or bool(_OTHER.search(bare))
        if number.unit == "x" and any(number.values[-1] == s * s for s in scales - {1.0}):
            return True
        return any(same(number, asked) for asked in self._numbers)

    @staticmethod
    def _where_asked(lines: Sequence[Line]) -> bool:
        """Whether a record itself says what is done where asked ("doubled where asked")."""
        return any(_ASKED.search(line.text) for line in lines if line.owner is not None)

    def _near(self, said: Sequence[str], figures: Sequence[Number]) -> list[int]:
        found = {n for word in set(said) for n in self._index.get(word, ())}
        if figures:
            found |= {n for n, line in enumerate(self._lines) if line.numbers}
        return sorted(found)

    def _share(self, line: Line, weights: dict[str, float]) -> float:
        total = sum(weights.values()) or 1.0
        return sum(w for word, w in weights.items() if word in line.words) / total

    def _owned(self, lines: Sequence[Line], weights: dict[str, float]) -> float:
        said = frozenset().union(*(line.words for line in lines if line.owner is not None))
        total = sum(weights.values()) or 1.0
        return sum(w for word, w in weights.items() if word in said) / total

    def _choose(
        self, lines: Sequence[Line], weights: dict[str, float], figures: Sequence[Number]
    ) -> tuple[list[Line], list[float], frozenset[str]]:
        """Greedily the facts that add most; a number weighs as much as a rare word."""
        left, open_figures = dict(weights), list(figures)
        total = sum(weights.values()) or 1.0
        chosen: list[Line] = []
        covered: list[float] = []
        for _ in range(MAX_FACTS):
            best, gain = None, 0.0
            for line in lines:
                own = sum(w for word, w in left.items() if word in line.words)
                own += 2.0 * sum(gives([line], n) for n in open_figures) if line.numbers else 0.0
                if own > gain + 1e-9:
                    best, gain = line, own
            if best is None:
                break
            chosen.append(best)
            left = {word: w for word, w in left.items() if word not in best.words}
            open_figures = [n for n in open_figures if not gives([best], n)]
            covered.append(1.0 - sum(left.values()) / total)
            if not left and not open_figures:
                break
        return chosen, covered, frozenset(left)


def _enlarged(before: Sequence[float], after: Sequence[float], scale: float) -> bool:
    return all(abs(b - a * scale) < 1 for a, b in zip(before, after, strict=False))


def _founded(figures: Sequence[Number], lines: Sequence[Line]) -> bool:
    return all(gives(lines, n) for n in figures)


@functools.lru_cache(maxsize=4)
def _field(catalog: Catalog) -> tuple[list[Statement], dict[str, list[int]]]:
    """The facts of the glossary and where each word stands in them, made once a process and only
    where the items' own facts do not do."""
    facts, places = list(facts_of_field(catalog)), dict[str, list[int]]()
    for n, fact in enumerate(facts):
        for word in frozenset(content(view(fact.text))):
            places.setdefault(word, []).append(n)
    return facts, places


@functools.lru_cache(maxsize=4096)
def _line(fact: Statement) -> Line:
    """A fact of the glossary, read when a sentence comes near it: reading all takes a second."""
    return read(fact, None, lambda text: text)


def _near_of_field(catalog: Catalog, said: Sequence[str]) -> list[Line]:
    """The entries of the glossary that share two words with a sentence."""
    facts, index = _field(catalog)
    count: dict[int, int] = {}
    for word in set(said):
        for n in index.get(word, ()):
            count[n] = count.get(n, 0) + 1
    enough = min(2, len(set(said)))
    return [_line(facts[n]) for n, shared in sorted(count.items()) if shared >= enough]
