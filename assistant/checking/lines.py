"""Facts as the checks read them: their words, clauses and numbers."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.catalog import Statement
from assistant.checking.numbers import Number, numbers, word_values
from assistant.checking.vocabulary import content, denies, hedges
from assistant.text.characters import view

FEW = 4  # as a word, a number up to this counts what the sentence itself names
_COUNTED = re.compile(r"\b(?:step|part|stage|pass|phase|item|entry|apache|no\.)[ *#]*$", re.I)
_CLAUSE = re.compile(
    r"[;:,()]\s|\s(?=(?:while|whereas|but|although|though|because|since|so that|which|instead of"
    r"|rather than|unlike|without|and|than)\b)"
)
_LEADS = ("", "it", "is", "it is", "no:", "yes:")
_MARKS = re.compile(r"[*();]|\.(?!\d)")  # a point in a figure is none
Clause = tuple[frozenset[str], bool, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as the checks read it; ``owner`` is the place of its item among the provided ones,
    None for what belongs to nobody."""

    fact: Statement
    owner: int | None
    text: str
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    clauses: tuple[Clause, ...]
    numbers: tuple[Number, ...]


def read(fact: Statement, owner: int | None, masked: Callable[[str], str]) -> Line:
    """A fact as a line; names of items are no words of it."""
    text = view(fact.text)
    bare = masked(text)
    pairs = frozenset(itertools.pairwise(content(bare)))
    said = frozenset(content(bare))
    clauses = clauses_of(bare)
    return Line(fact, owner, bare, said, pairs, clauses, tuple(figures_of(bare)))


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same words, whatever their first letter and their end."""
    return _plain(one) == _plain(other)


def repeats(text: str, line: Line) -> bool:
    """Whether a text is a fact as it stands, after at most a word that leads in."""
    said, fact = _plain(text), _plain(line.text)
    return said == fact or (
        fact.count(" ") > FEW and said.endswith(fact) and said.removesuffix(fact).strip() in _LEADS
    )


@functools.lru_cache(maxsize=16384)  # facts are held against each sentence
def _plain(text: str) -> str:
    return " " + " ".join(_MARKS.sub("", text.lower()).split()).lstrip("-: ")


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The words of each clause of a text, whether it denies, and whether with a limit."""
    parts = ((frozenset(content(part)), denies(part), hedges(part)) for part in _CLAUSE.split(text))
    return tuple(part for part in parts if part[0])


def gives(lines: Sequence[Line], number: Number) -> bool:
    """Whether one of the facts gives a number, in its unit, at most rounded and as hedged."""
    return any(same(number, given) for line in lines for given in line.numbers)


def same(number: Number, given: Number) -> bool:
    """Whether a stated number says what a given one says."""
    bare = not given.unit and given.step < 1  # a score without its unit, as PSNR 30.24
    alike = {number.unit, given.unit} == {"", "x"} or (number.unit == "db" and bare)
    if number.unit != given.unit and not alike:
        return False
    if given.hedge in ("max", "less") and number.hedge not in ("max", "less", given.hedge):
        return False
    if number.kind != given.kind:
        return False
    if number.joint and len(number.values) == len(given.values):
        return all(map(_close, [number] * 9, number.values, given.values))
    if given.joint == "-" and len(number.values) == 1 and number.unit != "x":
        ends = {"max": given.values[-1:], "less": given.values[-1:], "more": given.values[:1]}
        return any(_close(number, number.values[0], g) for g in ends.get(number.hedge, ()))
    return all(any(_close(number, v, g) for g in given.values) for v in number.values)


def _close(number: Number, value: float, given: float) -> bool:
    if number.hedge == "more":
        return value <= given < value + max(number.step, 0.1 * value)
    if number.hedge == "less":
        return value >= given > value - max(number.step, 0.1 * value)
    return (
        abs(value - given) <= max(number.step / 2 * 1.0001, 1e-9) if number.step else value == given
    )


def figures_of(text: str) -> list[Number]:
    """The numbers of a text, without those that only count what it names."""
    found = numbers(text)
    taken = [(n.start, n.end) for n in found]
    spoken = [n for n in word_values(text) if not any(a <= n.start < b for a, b in taken)]
    plain = [n for n in found if not _COUNTED.search(text[max(0, n.start - 12) : n.start])]
    return [*plain, *(n for n in spoken if n.values[0] > FEW)]


def places_of(lines: Sequence[Line]) -> dict[str, list[int]]:
    """The places of the lines that hold a word."""
    found: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        for word in line.words:
            found.setdefault(word, []).append(n)
    return found
