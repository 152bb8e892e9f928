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
from assistant.text.reported import MAX_QUOTED, begun, makes, opened, reported
from assistant.text.sentences import sentences
from assistant.text.titles import ADDRESSED, known_as

_LEANING = re.compile(
    r"^(?:these|this(?! (?:paper|work|study|article|survey)\b)|"
    r"it|its|they|their|such|however|moreover|furthermore|additionally|in addition|"
    r"also|then|within|over (?:the )?(?:recent|past|last)|in recent|recent(?:ly)?|with the|as the|"
    r"existing|most|many|traditional|previous|prior|current|as such|specifically|in detail|"
    r"therefore|thus|hence|here|instead(?! of)|inspired|based on|to the best|although|while|"
    r"next|afterwards?|subsequently|lastly|second(?:ly)?,|third(?:ly)?,|(?:in|at|during) the "
    r"(?:first|second|third|next|last|final|other|latter|former) (?:stage|step|phase|part|case)|"
    r"despite|finally|besides|meanwhile|to this end|"
    r"to address|code|the code|our code|project)\b",
    re.I,
)
_CONTRIBUTION = re.compile(
    r"\b(?:we (?:\w+ly |also |then |first |further )?(?:propose|present|introduce|develop|devise|"
    r"put forth|study|"
    r"explore|pursue|show|demonstrate|collect|evaluate|analy[sz]e|compare|investigate|design|build|formulate|describe|survey|review|use|apply|"
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
_EMPTY = re.compile(  # praise without what was found, and run-ups
    r"\b(?:we hope|ablation|armed with|(?:a|one) step (?:forward|further|towards?)|pave\w* the way|"
    r"shed\w* light|(?:effectiveness|superiority|efficacy|usefulness|validity) of "
    r"(?:our|the|this)\b|(?:establish|confirm|show|demonstrate|underscore)\w* \S+ "
    r"(?:superiority|superior performance))",
    re.I,
)
_FURTHER = re.compile(r"\bwe (?:further|also|then|additionally|finally)\b", re.I)
_MARKUP = re.compile(r"[$\\`<>{}|\[\]#*_\t\n]")


MIN_WORDS = 7  # of a sentence that says something alone
MAX_WORDS = 30  # of one that is read in one breath


def quotable(sentence: str, name: str = "") -> bool:
    """Whether a sentence can stand alone as an inert quotation of at most 45 words; one that names
    the work itself leans on no other."""
    return (
        MIN_WORDS <= len(sentence.split()) <= MAX_QUOTED
        and sentence[-1] in ".!?"
        and sentence[0].isupper()
        and (not _LEANING.match(opened(sentence)) or bool(name and _led_by(name, sentence)))
        and not ADDRESSED.search(sentence)
        and not _EMPTY.search(sentence)
        and not _MARKUP.search(sentence)
        and visible(sentence) == sentence
        and '"' not in sentence
        and "“" not in sentence
        and not any(candidates(sentence))
    )


def _led_by(name: str, sentence: str) -> bool:
    """Whether a sentence comes to the work by its name after a few words on something else."""
    return bool(
        re.match(rf"(?:With|Instead of|Unlike) [^,]{{3,160}}, {re.escape(name)} ", sentence)
    )


def telling(title: str, summary: str, bearing: Bearing | None, enough: float = 0.0) -> list[str]:
    """The quotable sentence on what a work does, and one on what came of it, each the nearest to
    the question, the latter at least ``enough`` near; without ``bearing`` the first of both.
    """
    summary = " ".join(summary.split())
    name = known_as(title, summary)
    found = [one for piece in sentences(summary) for one in (piece.strip(), begun(piece)) if one]
    able = [s for s in found if quotable(s, name)]
    able = bearing.likely(able) if bearing else able

    def nearest(pieces: list[str], enough: float) -> str | None:
        if bearing is None:
            return next(iter(pieces), None)
        best = max(pieces, key=bearing.of, default=None)
        return best if best and bearing.of(best) >= enough else None

    tells = [s for s in able if _CONTRIBUTION.search(s) or f"{name} " in s]
    tells = [s for s in tells if not _FURTHER.search(s)]
    first = able.index(tells[0]) if tells else len(able)  # before it stands why it was done
    results = [s for s in able[first:] if _RESULT.search(s) and not makes(s)]
    result = nearest(results, enough)
    does = nearest(_plainest([s for s in tells if s not in results], title, name), -1.0)
    if bearing and not does:  # what came of a work says nothing without what it is
        result = nearest([s for s in tells if s in results], -1.0)
    chosen = {s for s in (does, result) if s}
    return [s for s in able if s in chosen]


def _plainest(pieces: list[str], title: str, name: str) -> list[str]:
    """Of these sentences those of which the work is the subject and that are read in one breath."""
    short = [s for s in pieces if len(s.split()) <= MAX_WORDS]
    own = [s for s in short if reported(s, title, name).startswith(name)]
    return own or short or pieces
