"""What is wrong with a sentence whose numbers, names and links are right, by what differs.

The check of answers cuts whatever no fact carries. A grader that did so would blame every second
sentence of a careful person, so here a sentence is wrong only where its odds are low and it can be
said why: another item's fact, an absolute word, an invented detail, the contrary. The bounds were
set on the references of ``eval/`` and on ``training/claims``; the 90 answers of ``eval/answers``
were seen while this was tuned, so what is measured on them flatters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.checking.evidence import Match
from assistant.checking.sentence import Judge, Weighed
from assistant.checking.verdict import copied
from assistant.checking.vocabulary import absolutes, denies
from assistant.grading.edits import closest, edits

ANOTHERS = 0.5  # share of the words that only a fact of an item not spoken of holds
LEAST = 3  # words that carry meaning; a shorter sentence says too little to be blamed
STRANGE = 2.8  # what words that no fact of the world holds say together; a rare one says 1
CREDITED, OVERSTATED, INVENTED, CONTRADICTED = 0.5, 0.3, 0.3, 0.05
"""Odds below which a sentence with that difference is wrong."""
SAME = 0.7  # share of a sentence's words in a fact that says much the same
_UNSAID = re.compile(r"\bwould\b", re.I)  # a case that is only thought of tells no detail
_WEAK = frozenset({"only", "all", "any", "every", "most", "must", "exact", "exactly", "same"})
_OF_FIT = re.compile(r"\bmismatch|\bfits?\b|\bno (?:model|task|recommendation)\b", re.I)


def odds_of(text: str, weighed: Weighed, judge: Judge) -> float | None:
    """How likely facts carry a sentence; None for one that repeats them or says too little."""
    values, match = weighed.values, weighed.match
    if match is None or not values or copied(values) or _OF_FIT.search(text):
        return None
    return judge.weights.odds(values, match) if len(set(match.words)) >= LEAST else None


def difference(text: str, match: Match, values: Mapping[str, float], judge: Judge,
               odds: float) -> tuple[str, str] | None:  # fmt: skip
    """The kind of what is wrong with ``text``, the view of a sentence, and the evidence."""
    weights, facts = judge.weights, [line.fact.text for line in match.lines]
    nearest = f"nearest: {facts[0]}" if facts else "no fact says so"
    lost = absolutes(text) - absolutes(" ".join(facts))
    strange = sorted(match.missing - judge.evidence.asked - judge.evidence.words)
    if turned := _turned(text, facts):
        return "claim_contradicted", turned
    if odds < CREDITED and values["elsewhere"] >= ANOTHERS:
        return "claim_wrong_owner", "another item's: " + ", ".join(sorted(match.missing)[:8])
    if odds < OVERSTATED and (lost - _WEAK or len(lost) > 1):
        return "claim_overstated", f"{', '.join(sorted(lost))}; {nearest}"
    if denies(text):
        return None
    told = not _UNSAID.search(text)
    if odds < INVENTED and told and sum(map(weights.weight, strange)) >= STRANGE:
        return "claim_invented", f"in no fact: {', '.join(strange[:8])}"
    return ("claim_contradicted", nearest) if odds < CONTRADICTED else None


def _turned(text: str, facts: Sequence[str]) -> str | None:
    """A negation or an opposite against the fact that says nearly the same."""
    best, share = closest(text, facts)
    if share < SAME:
        return None
    found = (e for e in edits(text, best) if e.kind in ("opposite", "negation") and e.word)
    first = next(found, None)
    return f"{first.kind}: {first.word}; the fact: {best}" if first else None
