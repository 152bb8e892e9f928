"""Given figures: those that the text of an item holds, and whether a stated one is among them."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from assistant.text.characters import view
from assistant.text.sentences import sentences
from assistant.verification.numbers import Number, numbers, word_values


@dataclass(frozen=True, slots=True)
class Given:
    """A figure of an item with the sentence that gives it."""

    number: Number
    text: str


@functools.lru_cache(maxsize=1024)
def given_by(text: str) -> tuple[Given, ...]:
    """The figures of the text of an item, also those written as words."""
    read = [view(sentence) for line in text.split("\n") for sentence in sentences(line)]
    return tuple(Given(n, t) for t in read for n in (*numbers(t), *word_values(t)))


def same(number: Number, given: Number) -> bool:
    """Whether the values are among the given ones, exactly or as a hedged rounding.

    A small whole number in another unit is another figure: 3 dB is not the 3 of 3x.
    """
    if number.unit != given.unit and max(number.values) <= 20:
        whole = all(v == int(v) for v in number.values)
        if whole and not (given.unit in ("%", "db", "px") or (not given.unit and not number.unit)):
            return False
    return all(any(_equal(number, v, g) for g in given.values) for v in number.values)


def _equal(number: Number, value: float, given: float) -> bool:
    if value == given:
        return True
    if number.hedge == "about":
        return abs(value - given) <= number.step / 2 * 1.0001
    if number.hedge == "more":
        return 0 < given - value < number.step
    return number.hedge == "less" and 0 < value - given < number.step
