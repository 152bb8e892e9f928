"""How telling each word of a text is, and the windows in which evidence is read."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.text.sentences import statements

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FREQUENT = 1996  # the encoder's vocabulary lists whole words by frequency from this id on


@functools.lru_cache(maxsize=65536)
def weight(word: str) -> float:
    """How telling a word is: the logarithm of its frequency rank (Zipf), about 2 to 11.

    The rank is the place in the vocabulary of the embedded encoder, so no corpus is shipped;
    a word that the vocabulary splits is as rare as its rarest piece and a little rarer.
    """
    ids = _tokenizer().encode(word, add_special_tokens=False).ids
    ranks = [math.log(max(2, i - FREQUENT + 6)) for i in ids if i >= FREQUENT]
    if not ranks:
        return 1.0
    return max(ranks) + (1.0 if len(ids) > 1 else 0.0)


def mass(found: Iterable[str]) -> float:
    """The summed weights of words; in sorted order, so that sets add up to the same bytes."""
    return math.fsum(weight(word) for word in found)


def windows(text: str, limit: int = 100) -> list[str]:
    """Runs of whole sentences of at most ``limit`` words; a longer sentence stands alone."""
    found: list[str] = []
    current: list[str] = []
    size = 0
    for sentence in statements(text):
        length = len(sentence.split())
        if current and size + length > limit:
            found.append(" ".join(current))
            current, size = [], 0
        current.append(sentence)
        size += length
    return [*found, " ".join(current)] if current else found


@functools.cache
def _tokenizer() -> Tokenizer:
    from assistant.grading.encoder import encoder

    return encoder().tokenizer
