"""What is wrong with a sentence whose numbers, names and links are right, by what differs.

The check of answers cuts whatever no fact carries. A grader that did so would blame every second
sentence of a careful person, so here a sentence is wrong only where its odds are low and it can be
said why: another item's fact, an absolute word, an invented detail, the contrary. The bounds were
set on the references of ``eval/`` and on ``training/claims``, not on ``eval/answers``.
"""

from __future__ import annotations

import re

from assistant.checking.sentence import Judge, Weighed
from assistant.checking.verdict import copied
from assistant.checking.vocabulary import absolutes, denies

CLAIMS = frozenset(
    {"claim_wrong_owner", "claim_overstated", "claim_invented", "claim_contradicted"}
)
ANOTHERS = 0.5  # share of the words that only a fact of an item not spoken of holds
LEAST = 3  # words that carry meaning; a shorter sentence says too little to be blamed
STRANGE = 2.8  # what words that no fact of the world holds say together; a rare one says 1
CREDITED, OVERSTATED, INVENTED, CONTRADICTED = 0.5, 0.3, 0.3, 0.05
"""Odds below which a sentence with that difference is wrong."""
_WEAK = frozenset({"only", "all", "any", "every", "most", "must", "exact", "exactly", "same"})
_OF_MISFIT = re.compile(r"\bmismatch|\bbut\b|\bwhile\b|\binstead\b|\brather\b", re.I)
_OF_FIT = re.compile(r"\bmismatch|\bfits?\b|\bno (?:model|task|recommendation)\b", re.I)


def of_another_task(text: str, weighed: Weighed, judge: Judge, asked: frozenset[str]) -> bool:
    """Whether a sentence lets a model that does not do what is asked (``asked``: its words) do it."""
    match = weighed.match
    if match is None or not weighed.values or _OF_MISFIT.search(text) or denies(text):
        return False
    named = any(p.recommended for m in judge.owners.mentions(text) for p in m.items)
    stated = judge.weights.odds(weighed.values, match) >= judge.weights.bound
    return named and not stated and bool(asked & {*match.words})


def difference(text: str, weighed: Weighed, judge: Judge) -> tuple[str, str] | None:
    """The kind of what is wrong with ``text``, the view of a sentence, and the evidence."""
    weights, known = judge.weights, judge.evidence.knows
    values, match = weighed.values, weighed.match
    if match is None or not values or copied(values) or _OF_FIT.search(text):
        return None
    if len(set(match.words)) < LEAST:
        return None
    odds = weights.odds(values, match)
    facts = " ".join(line.text for line in match.lines)
    nearest = f"nearest: {match.lines[0].fact.text}" if match.lines else "no fact says so"
    lost = absolutes(text) - absolutes(facts)
    if odds < CREDITED and values["elsewhere"] >= ANOTHERS:
        return "claim_wrong_owner", "another item's: " + ", ".join(sorted(match.missing)[:8])
    if odds < OVERSTATED and (lost - _WEAK or len(lost) > 1):
        return "claim_overstated", f"{', '.join(sorted(lost))}; {nearest}"
    strange = sorted(w for w in match.missing - judge.evidence.asked if not known(w))
    if odds < INVENTED and not denies(text) and sum(map(weights.weight, strange)) >= STRANGE:
        return "claim_invented", f"in no fact: {', '.join(strange[:8])}"
    if odds < CONTRADICTED and not denies(text):
        return "claim_contradicted", nearest
    return None
