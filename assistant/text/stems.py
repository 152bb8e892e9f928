"""Words for comparing texts: tokens of any script, their stems, and which carry no meaning."""

from __future__ import annotations

import functools
import re

_IDEOGRAM = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)*%?|[{_IDEOGRAM}]|(?:(?![{_IDEOGRAM}])[^\W\d_])+"
    rf"(?:['’](?:(?![{_IDEOGRAM}])[^\W\d_])+)?"
)
_VOWEL = re.compile(r"[aeiouy]")
STOP = frozenset(  # the list of NLTK and bm25s, apostrophes split
    """
    a about above after again against ain all am an and any are aren as at be because been before
    being below between both but by can couldn d did didn do does doesn doing don down during each
    few for from further had hadn has hasn have haven having he her here hers herself him himself
    his how i if in into is isn it its itself just ll m ma me mightn more most mustn my myself
    needn no nor not now o of off on once only or other our ours ourselves out over own re s same
    shan she should shouldn so some such t than that the their theirs them themselves then there
    these they this those through to too under until up ve very was wasn we were weren what when
    where which while who whom why will with won wouldn y you your yours yourself yourselves
    """.split()  # noqa: SIM905 - a list would take 180 lines
)
_ASKING = STOP | frozenset(  # words of any question to us, without meaning for a subject
    re.findall(
        r"\w+",
        "also answer came could done even every give given image images keep keeps like look "
        "looked looks made make makes many model models much need paper papers people photo "
        "photos picture pictures result results several show since still surprisingly system "
        "time used using want well without work works would",
    )
)


def words(text: str) -> list[str]:
    """Tokens in lower case: numbers whole, ideograms one by one, words with their apostrophe."""
    return list(_words(text))


@functools.lru_cache(maxsize=4096)  # a text meets several checks, and evidence many sentences
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))


def content_words(text: str) -> frozenset[str]:
    """Words of four letters and more that carry meaning, lower case."""
    return frozenset(w for w in re.findall(r"[^\W\d_]{4,}", text.lower()) if w not in _ASKING)


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """One form for upscale, upscales, upscaled and upscaling, or for body and bodies."""
    word = word.removesuffix("'s")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ss", "us", "is", "eed")):
        return word
    for ending in ("ing", "ed", "es", "s", "e"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and _VOWEL.search(root):
            doubled = root[-1] == root[-2] and root[-1] not in "aeiols"
            return root[:-1] if doubled else root
    return word


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    return list(_stems(text))


@functools.lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in _words(text))
