"""Words for comparing a sentence with facts: what means the same, denies, limits or overstates."""

from __future__ import annotations

import functools
import re

from assistant.text.alike import SAME
from assistant.text.characters import NUMBER_WORDS
from assistant.text.stems import STOP, stem, words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DENY = _words(
    "not no never without cannot can't don't doesn't isn't aren't won't didn't wasn't neither nor "
    "none nothing unlike lack lacks lacking fail fails hardly rarely instead rather unable nobody "
    "few little free avoid avoids except excluding unconfirmed unknown"
)
_ABSOLUTE = _words(
    "always never every any all everything everyone everywhere anything best perfect perfectly "
    "exact exactly guarantee guarantees guaranteed must only completely entirely fully totally "
    "truly certainly definitely proven proves proof prove ensures ensure ideal optimal unmatched "
    "leading superior universal universally whatever regardless most state-of-the-art flawless "
    "lossless undoubtedly beats outperforms surpasses impossible identical true faithful"
)
_HEDGE = _words(
    "may might can could about around nearly almost some often usually mostly roughly "
    "approximately up partly sometimes likely probably tends"
)
_COMPARE = re.compile(
    r"(?:more|less|fewer|than|twice|half|double|thrice|further|least|worse|\w{3,}(?:er|est))"
)
_NO_COMPARE = _words(
    "other another layer layers number filter filters together either whether order transformer "
    "encoder decoder user paper computer never ever over under per rather answer after parameter "
    "parameters power lower-case buffer their her center corner consider rest test interest "
    "request manner discover cover upper inner outer super former latter character water winter "
    "color later remember letter printer scanner amber member proper render newer"
)
_LIGHT = frozenset(  # numbers are compared by value, the rest only leads on
    map(
        stem,
        [*NUMBER_WORDS, *re.findall(
            r"\w+",
            "also thus hence therefore so then here there just even fold twofold user since due "
            "although though however whereas according summary moreover furthermore overall "
            "threefold fourfold "
            "double triple quadruple doubling tripling twice thrice half halves dozen would "
            "task question model picture result example provided item record instance "
            "second third fourth "
            "fifth sixth seventh eighth ninth tenth million billion thousand db dB "
            "percent px mb gb",
        )],
    )
)  # fmt: skip


@functools.lru_cache(maxsize=8192)
def spelled(text: str) -> dict[str, str]:
    """The words of a text that carry meaning, in order: the stem, or that of one which means the
    same, and how it is written first."""
    found: dict[str, str] = {}
    for word in words(text):
        root = stem(word)
        one = SAME.get(root, root)
        plain = word in STOP or word.endswith("n't") or word[0].isdigit()
        if not plain and not {root, one} & _LIGHT and len(root) > 1:
            found.setdefault(one, word)
    return found


@functools.lru_cache(maxsize=8192)
def content(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order; one for all that mean the same."""
    known = spelled(text)
    found = (SAME.get(root, root) for root in map(stem, words(text)))
    return tuple(one for one in found if one in known)


def denies(text: str) -> bool:
    """Whether a clause denies or excludes something."""
    lower = text.lower().replace("’", "'")
    return any(w in _DENY or w.endswith("n't") for w in re.findall(r"[\w'-]+", lower))


_CLAUSE = re.compile(
    r"[;:,()]\s|(?<!rather)\s(?=(?:while|whereas|but|although|though|because|since|so that|which"
    r"|instead of|in place of|rather than|unlike|without|and|than)\b)"
)
BRIEF = 3  # words
_SCOPE = re.compile(  # what a clause denies begins behind this
    r"\b(?:not(?! only| just| merely)|no(?! longer)|no longer|never|without|cannot|\w+n't|neither"
    r"|nor|none|nothing|unlike|lacks?|fails?|failing|unable|hardly|rarely"
    r"|instead of|rather than|non-"
    r"|in place of|bars?|forbids?|prevents?|avoids?|excludes?|excluding|outside|(?:left|leaves) out"
    r"|keeps?\b.{0,40}\bfrom)(?:\b|(?<=-))"
)


@functools.lru_cache(maxsize=8192)
def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a text; a piece of one or two words belongs to the next."""
    found: list[str] = []
    for piece in _CLAUSE.split(text):
        short = bool(found) and len(found[-1].split()) < BRIEF
        found[-1:] = [f"{found[-1]} {piece}"] if short else [*found[-1:], piece]
    return tuple(found)


@functools.lru_cache(maxsize=8192)
def signs(text: str) -> dict[str, int]:
    """For each word that carries meaning: 1 where it is affirmed, 2 where denied, 3 where a later
    word of its clause may deny it or both occur."""
    found: dict[str, int] = {}
    for clause in clauses(text.lower().replace("’", "'")):
        scope = _SCOPE.search(clause)
        for word in content(clause[: scope.start()] if scope else clause):
            found[word] = found.get(word, 0) | (3 if scope else 1)
        for word in content(clause[scope.end() :]) if scope else ():
            found[word] = found.get(word, 0) | 2
    return found


def absolutes(text: str) -> frozenset[str]:
    """Words that allow no exception."""
    return frozenset(w for w in re.findall(r"[\w-]+", text.lower()) if w in _ABSOLUTE)


def hedges(text: str) -> bool:
    """Whether something is said with a limit."""
    return any(w in _HEDGE for w in re.findall(r"\w+", text.lower()))


def comparatives(text: str) -> frozenset[str]:
    """Words that compare."""
    found = re.findall(r"[a-z]+", text.lower())
    return frozenset(w for w in found if w not in _NO_COMPARE and _COMPARE.fullmatch(w))
