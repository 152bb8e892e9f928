"""Sentences of provided summaries that can be quoted as they stand.

For papers without a record the composer quotes, word for word and with the owner named, and
never rewrites. Sentences that lean on their neighbors, address the reader or hold links or
markup are not quoted.
"""

from __future__ import annotations

import re

from assistant.generation.bearing import Bearing
from assistant.links import candidates
from assistant.text.characters import visible
from assistant.text.reported import opened
from assistant.text.sentences import sentences

_LEANING = re.compile(
    r"^(?:these|this(?! (?:paper|work|study|article|survey)\b)|"
    r"it|its|they|their|such|however|moreover|furthermore|additionally|in addition|"
    r"also|then|within|over (?:the )?(?:recent|past|last)|in recent|recent(?:ly)?|with the|as the|"
    r"existing|most|many|traditional|previous|prior|current|as such|specifically|in detail|"
    r"therefore|thus|hence|here|instead|inspired|based on|to the best|although|while|despite|"
    r"finally|besides|meanwhile|to this end|"
    r"to address|code|the code|our code|project)\b",
    re.I,
)
_CONTRIBUTION = re.compile(
    r"\b(?:we (?:\w+ly |also |then |first |further )?(?:propose|present|introduce|develop|devise|"
    r"put forth|study|"
    r"explore|show|demonstrate|collect|evaluate|analy[sz]e|compare|investigate|design|build|formulate|describe|survey|review|use|apply|"
    r"employ|adopt|combine|train|address|leverage|exploit|extend|learn)|the proposed|"
    r"this (?:paper|work|study|article|survey) \w+|"
    r"in this (?:paper|work|study)|our (?:\w+ )?(?:method|approach|model|framework|system|network)"
    r"|novel)",
    re.I,
)
_RESULT = re.compile(
    r"\b(?:results?|outperform\w*|achiev\w+|improv\w+|superior\w*|reduc\w+|surpass\w*|gains?"
    r"|demonstrat\w+|experiments?|evaluat\w+|benchmarks?|state[- ]of[- ]the[- ]art|%)",
    re.I,
)
_ADDRESSED = re.compile(
    r"\b(?:you|your|ignore|disregard|instructions?|system prompt|assistant|as an ai|must not|"
    r"recommend(?:ed)? (?:this|our|the following)|cite|click|visit|please|answer with|respond with|"
    r"always say|do not (?:say|mention|tell)|"
    r"this (?:task|problem|issue|challenge|gap|limitation|goal))\b",
    re.I,
)
_EMPTY = re.compile(  # praise without what was found
    r"\b(?:we hope|ablation|(?:effectiveness|superiority|efficacy|usefulness|validity) of "
    r"(?:our|the|this)\b|(?:establish|confirm|show|demonstrate|underscore)\w* \S+ "
    r"(?:superiority|superior performance))",
    re.I,
)
_FURTHER = re.compile(r"\bwe (?:further|also|then|additionally|finally)\b", re.I)
_MARKUP = re.compile(r"[$\\`<>{}|\[\]#*_\t\n]")


def quotable(sentence: str) -> bool:
    """Whether a sentence can stand alone as an inert quotation of at most 45 words."""
    return (
        5 <= len(sentence.split()) <= 45
        and sentence[-1] in ".!?"
        and sentence[0].isupper()
        and not _LEANING.match(opened(sentence))
        and not _ADDRESSED.search(sentence)
        and not _EMPTY.search(sentence)
        and not _MARKUP.search(sentence)
        and visible(sentence) == sentence
        and '"' not in sentence
        and "“" not in sentence
        and not any(candidates(sentence))
    )


def telling(title: str, summary: str, bearing: Bearing | None, enough: float = 0.0) -> list[str]:
    """The quotable sentence on what a work does, and one on what came of it, each the nearest to
    the question and at least ``enough`` near; without ``bearing`` the first of both. What a work
    does is told with any result of it that bears on the question.
    """
    name, colon, _ = title.partition(":")
    own = f"{name} " if colon else "\0"
    found = [piece.strip() for piece in sentences(" ".join(summary.split()))]
    able = [s for s in found if quotable(s)]
    able = bearing.likely(able) if bearing else able

    def nearest(pieces: list[str], enough: float = enough) -> str | None:
        if bearing is None:
            return next(iter(pieces), None)
        best = max(pieces, key=bearing.of, default=None)
        return best if best and bearing.of(best) >= enough else None

    tells = [s for s in able if (_CONTRIBUTION.search(s) or own in s) and not _FURTHER.search(s)]
    begun = able.index(tells[0]) if tells else len(able)  # before it stands why it was done
    results = [s for s in able[begun:] if _RESULT.search(s)]
    result = nearest(results)
    does = nearest([s for s in tells if s not in results], -1.0 if result else enough)
    if bearing and not does and result not in tells:
        return []  # what came of a work says nothing without what it is
    chosen = {s for s in (does, result) if s}
    return [s for s in able if s in chosen]
