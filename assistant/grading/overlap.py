"""Overlap of an answer with its reference: ROUGE-1, ROUGE-2, ROUGE-Lsum, chrF, information.

ROUGE follows Lin (2004) as the package rouge-score 0.1.2 computes it (union LCS for Lsum) and
chrF follows Popović (2015) as sacrebleu 2.6.0 does; tests pin values made by both. They are
written here because rouge-score has had no release since 2022 and reads ASCII only (a Chinese
text scores 0 with no warning), and both return 0 for an empty text where nothing was measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.grading.words import mass
from assistant.text.sentences import statements
from assistant.text.stems import stem, stems, words


@dataclass(frozen=True, slots=True)
class Prf:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f: float


def prf(hits: float, answered: float, wanted: float) -> Prf:
    """From a count of matches and the sizes of both sides."""
    p, r = hits / answered if answered else 0.0, hits / wanted if wanted else 0.0
    return Prf(p, r, 2 * p * r / (p + r) if p + r else 0.0)


def rouge_n(answer: Sequence[str], reference: Sequence[str], n: int) -> Prf:
    """Overlap of n-grams of stems, each counted as often as it occurs on both sides."""
    ours, theirs = _grams(answer, n), _grams(reference, n)
    return prf((ours & theirs).total(), ours.total(), theirs.total())


def _grams(found: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(found[k:] for k in range(n)), strict=False))


def rouge_lsum(answer: str, reference: str) -> Prf:
    """Union of the longest common subsequences of each reference sentence with every sentence."""
    ours = [stems(s) for s in statements(answer)]
    theirs = [stems(s) for s in statements(reference)]
    left_ours = Counter(w for s in ours for w in s)
    left_theirs = Counter(w for s in theirs for w in s)
    sizes = left_ours.total(), left_theirs.total()
    known = [(frozenset(found), found) for found in ours]
    hits = 0
    for wanted in theirs:
        need = frozenset(wanted)
        union = {p for have, found in known if (both := need & have)
                 for p in _lcs(wanted, found, both)}  # fmt: skip
        for place in sorted(union):
            word = wanted[place]
            if left_ours[word] > 0 and left_theirs[word] > 0:
                hits += 1
                left_ours[word] -= 1
                left_theirs[word] -= 1
    return prf(hits, *sizes)


def _lcs(wanted: Sequence[str], found: Sequence[str], shared: frozenset[str]) -> list[int]:
    """Places of ``wanted`` that make one longest common subsequence with ``found``.

    Only ``shared`` words can match, and most pairs of sentences share one or two.
    """
    places = [n for n, word in enumerate(wanted) if word in shared]
    other = [word for word in found if word in shared]
    if len(shared) == 1:
        return places[-min(len(places), len(other)) :]
    full, match = (1 << len(other)) - 1, dict.fromkeys(shared, 0)
    for k, word in enumerate(other):
        match[word] |= 1 << k
    rows = [full]  # bit k of a row is 0 where its length grows at k (Hyyrö 2004)
    for place in places:
        row = rows[-1]
        both = row & match[wanted[place]]
        rows.append(((row + both) | (row - both)) & full)
    chosen: list[int] = []
    i, j = len(places), len(other)
    while i and j:
        if wanted[places[i - 1]] == other[j - 1]:
            chosen.append(places[i - 1])
            i, j = i - 1, j - 1
        elif _length(rows[i], j - 1) > _length(rows[i - 1], j):
            j -= 1
        else:
            i -= 1
    return chosen


def _length(row: int, k: int) -> int:
    return k - (row & ((1 << k) - 1)).bit_count()


def chrf(answer: str, reference: str, *, order: int = 6, beta: float = 2.0) -> float:
    """Character n-gram F2, 0 to 1: mean precision and recall over the orders both sides have."""
    ours, theirs = "".join(answer.split()), "".join(reference.split())
    points = (ours + theirs).encode("utf-32-le", "surrogatepass")
    characters = np.frombuffer(points, dtype="<u4").astype(np.int64)
    grams = np.zeros_like(characters)  # a number for the n-gram that starts at each place
    precision = recall = 0.0
    orders = 0
    for n in range(1, min(order, len(ours), len(theirs)) + 1):
        last = characters[n - 1 :]
        known, grams = np.unique((grams[: len(last)] << 21) | last, return_inverse=True)
        a = np.bincount(grams[: len(ours) - n + 1], minlength=len(known))
        b = np.bincount(grams[len(ours) :], minlength=len(known))
        hits = int(np.minimum(a, b).sum())
        precision += hits / int(a.sum())
        recall += hits / int(b.sum())
        orders += 1
    if not orders:
        return 0.0
    precision, recall = precision / orders, recall / orders
    below = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / below if below else 0.0


def information(answer: str, reference: str, question: str) -> Prf:
    """Overlap of the words that say more than the question did, rarer words weighing more.

    Repeating the question is no information, so its words count on neither side. Each stem
    counts once, with the Zipf weight of `words.weight`.
    """
    asked = {stem(word) for word in words(question)}
    ours = sorted(set(stems(answer)) - asked)
    theirs = sorted(set(stems(reference)) - asked)
    both = sorted(set(ours) & set(theirs))
    return prf(mass(both), mass(ours), mass(theirs))
