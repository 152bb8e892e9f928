"""Slips of the keyboard in the words that a factor hangs on: word -> the word that was meant."""

from __future__ import annotations

from collections.abc import Iterator

_WORDS = [
    "times",
    "twice",
    "thrice",
    "double",
    "doubled",
    "doubling",
    "triple",
    "tripled",
    "tripling",
    "quadruple",
    "quadrupled",
    "quadrupling",
    "larger",
    "bigger",
    "higher",
    "upscale",
    "upscaled",
    "upscaling",
    "enlarge",
    "enlarged",
    "enlarging",
    "enlargement",
    "increase",
    "resolution",
    "pixels",
    "percent",
    "megapixels",
    "factor",
]
_OTHERS = {"lager", "tripe", "trice", "doubt", "inrease", "facto", "tines"}  # words of their own


def _slips(word: str) -> Iterator[str]:
    """Two letters swapped, one twice, one of a pair or of the inner ones left out."""
    for place in range(len(word)):
        yield word[:place] + word[place] + word[place:]
        if place:
            yield word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        if 0 < place < len(word) - 1:
            yield word[:place] + word[place + 1 :]


_MEANT = {slip: word for word in _WORDS for slip in _slips(word)}
_MEANT = {slip: word for slip, word in _MEANT.items() if slip not in _OTHERS and slip not in _WORDS}


def meant(word: str) -> str | None:
    """The word that a word of lower case letters is a slip of; None where it is none."""
    return _MEANT.get(word)
