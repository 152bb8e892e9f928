"""What a question holds side by side, as its words say it: "a median filter" and "DnCNN"."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BETWEEN = re.compile(  # what stands between two things that are compared
    r"\s+(?:vs\.?|versus|against|compared (?:to|with)|next to|beside|as opposed to"
    r"|(?:\w+er|better|worse|less|more)(?: \w+)? than)\s+",
    re.I,
)
_OR = re.compile(r"\s*,?\s+or\s+(?:rather |just |maybe )?", re.I)
_WITH = re.compile(r"\s+(?:with|to|and)\s+", re.I)
_COMPARING = re.compile(
    r"\b(?:compare[ds]?|comparison (?:of|between)|(?:difference|choose|choosing) between|between"
    r"|difference of)\s+", re.I,
)  # fmt: skip
_CUT = re.compile(r"[,.;:?!()\u2013\u2014]+(?=\s|$)|\s[-/]\s|\s*/\s*")
_STOP = _words(
    """for on in at when if with to which who whom whose that how is are was were do does did as
    from of without under over using because since but only what it by my your his
    her our i we you they
    he she me us should would could can may might will shall use using take pick prefer choose try
    get run compare between than better worse really any much more less still not no so then where
    why or and vs versus against about after before into like me tell go stick stay buy keep wait
    want need have has had be been being there here yes please same both either whether"""
)
_ARTICLES = _words(
    "a an the plain simple just some good old ordinary classic normal standard either this usual"
)
_PREPOSITIONS = _words("for on in at with from of without")
_GENERIC = _words(
    """one ones thing things other others another model models network networks net nets
    tool tools
    version versions photo photos picture pictures image images file files scan scans neural
    learned something anything nothing everything ai it that this these those mine yours two first
    second approach way ways method methods option faster slower bigger smaller cheaper"""
)
_NOUN = re.compile(
    r"\b(?:filters?|interpolation|resampling|transform|means|wavelets?|deconvolution|sharpening"
    r"|masks?|upscaling|scaling|denoising|thresholding|blur|stacking|averaging|slider)$",
    re.I,
)
MOST = 4  # words of one side


class Sides(NamedTuple):
    """Two things held side by side; ``firm`` where only a comparison reads so, as with "versus"."""

    one: tuple[str, ...]
    """What it may be, the nearest words first: of "CARE with pairs" also CARE."""
    other: tuple[str, ...]
    firm: bool


def sides_of(question: str) -> list[Sides]:
    """The pairs that a question compares, each side its words without article."""
    text = " ".join(question.split())
    found = [(m, True) for m in _BETWEEN.finditer(text)] + [(m, False) for m in _OR.finditer(text)]
    if comparing := _COMPARING.search(text):
        after = _WITH.search(text, comparing.end())
        if after:
            found.append((after, True))
    return [
        Sides(one, other, firm)
        for m, firm in sorted(found, key=lambda f: f[0].start())
        if (one := _before(text[: m.start()])) and (other := _after(text[m.end() :]))
    ]


def like_a_thing(side: str, plain: Set[str], *, firm: bool) -> bool:
    """Whether a side that no record carries reads as the name of a thing, and not as ``plain``
    words alone."""
    words = side.split()
    if not 0 < len(words) <= MOST or words[-1].casefold() in _GENERIC:
        return False
    if _NOUN.search(side):
        return True
    letters = re.search("[A-Za-z]{2}", side) is not None
    capital = re.search(r"[A-Z]", side) is not None
    return letters and (capital or (firm and not set(words) <= plain))


def _before(text: str) -> tuple[str, ...]:
    """The words that end a text, up to what begins another phrase; those before a preposition."""
    words = _CUT.split(text)[-1].split()
    stops = [n for n, word in enumerate(words) if word.casefold() in _STOP]
    start = stops[-1] + 1 if stops else 0
    found = [_bare(words[start:])]
    if stops and words[stops[-1]].casefold() in _PREPOSITIONS:
        begin = stops[-2] + 1 if len(stops) > 1 else 0
        found.append(_bare(words[begin : stops[-1]]))
    return tuple(filter(None, found))


def _after(text: str) -> tuple[str, ...]:
    words = _CUT.split(text)[0].split()
    end = next((n for n, word in enumerate(words) if word.casefold() in _STOP), len(words))
    return tuple(filter(None, [_bare(words[:end])]))


def _bare(words: list[str]) -> str:
    while words and words[0].casefold() in _ARTICLES:
        words = words[1:]
    return " ".join(words).strip(" ,.;:?!\"'()")
