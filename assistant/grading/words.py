"""Words for comparing texts: tokens of any script, stems, and how telling each word is."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_IDEOGRAM = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)*%?|[{_IDEOGRAM}]|(?:(?![{_IDEOGRAM}])[^\W\d_])+"
    rf"(?:['’](?:(?![{_IDEOGRAM}])[^\W\d_])+)?"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SUFFIXES = ("ings", "ing", "edly", "ed", "ies", "es", "ly", "s")
FREQUENT = 1996  # the encoder's vocabulary lists whole words by frequency from this id on
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "the a an of to and in is are for that it with on as by this be or not from at which you "
        "can its into than has have no model image paper input output",
    )
)


def words(text: str) -> list[str]:
    """Tokens in lower case: numbers whole, ideograms one by one, words with their apostrophe."""
    return list(_words(text))


@functools.lru_cache(maxsize=4096)  # a text meets several checks, and evidence many sentences
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """``word`` without the commonest English endings; numbers stay as they are."""
    if len(word) <= 3 or word[0].isdigit():
        return word
    word = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    return list(_stems(text))


@functools.lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in _words(text))


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


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text that hold any word."""
    return [piece.strip() for piece in _SENTENCE.split(text) if _WORD.search(piece)]


def windows(text: str, limit: int = 100) -> list[str]:
    """Runs of whole sentences of at most ``limit`` words; a longer sentence stands alone."""
    found: list[str] = []
    current: list[str] = []
    size = 0
    for sentence in sentences(text):
        length = len(sentence.split())
        if current and size + length > limit:
            found.append(" ".join(current))
            current, size = [], 0
        current.append(sentence)
        size += length
    return [*found, " ".join(current)] if current else found


def is_english(text: str) -> bool:
    """Whether a text of ten words or more reads as English; shorter ones count as such."""
    found = words(text)
    if len(found) < 10:
        return True
    return sum(word in _ENGLISH for word in found) >= 0.12 * len(found)


@functools.cache
def _tokenizer() -> Tokenizer:
    from assistant.grading.encoder import encoder

    return encoder().tokenizer
