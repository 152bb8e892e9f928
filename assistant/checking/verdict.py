"""Whether the facts behind a sentence carry it: a small trained weighing of what can be counted.

Trained by ``python -m training.checker`` on sentences of ours, true and false, over worlds of the
catalog; weights and card in ``catalog/checker``. Numbers, names, links and characters are checked
exactly before; this decides where words leave it open, with what a small network reads of the
sentence beside its facts (``paired``) where that can change the outcome.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.checking.evidence import Match
from assistant.checking.lines import clauses_of
from assistant.checking.paired import NETWORK, Paired
from assistant.checking.vocabulary import OPPOSITE, absolutes, comparatives, hedges, spelled
from assistant.content import folder
from assistant.encoder.embedding import QueryEncoder
from assistant.encoder.words import Nearness
from assistant.files import read_text
from assistant.stored import read_safetensors

FEATURES = (
    "first", "second", "third", "left", "rarest", "length", "denied", "absolute", "compared",
    "hedge_lost", "order", "elsewhere", "named", "asked", "opposite", "facts", "whole", "you",
    "numbers", "clause", "softest", "soft", "soft_missing", "own", "named_bare",
)  # fmt: skip


_ORDERED, _BRIEF, _ELSEWHERE = 0.5, 0.15, 0.2  # shares of neighbors, of length, of another's words
_ALL, _SOME, _ONE = 0.999, 0.3, 0.05
COUNTED, READ = 8.0, 4.0  # logits beyond say no more


@dataclass(frozen=True, slots=True)
class Weights:
    """The trained weighing: rarity of words, weight of each feature and of words that no fact
    covers, and the bound above which a sentence stands."""

    rarity: dict[str, float]
    features: dict[str, float]
    together: dict[str, float]
    uncovered: dict[str, float]
    said: dict[str, float]
    beside: dict[str, float]
    bias: float
    bound: float
    """The odds from which on what is counted carries a sentence by itself (for the grader)."""
    both: dict[str, float]
    """Weights of what is ``counted`` and of what the network ``read``, both as logits, and the
    sum from which on a sentence stands: a ``bound``, and one where it is ``known`` which facts are
    meant, since the writer named them or copied their words."""

    def weight(self, word: str) -> float:
        """How much a word says; one that the catalog never uses says most."""
        return self.rarity.get(word, 1.0)

    def odds(self, values: dict[str, float], match: Match) -> float:
        """The probability that the facts carry the sentence, by what is counted."""
        return 1.0 / (1.0 + math.exp(-_within(self.counted(values, match), 30.0)))

    def counted(self, values: dict[str, float], match: Match) -> float:
        """How far the facts carry the sentence by what is counted, as a logit."""
        total = self.bias + sum(self.features.get(k, 0.0) * v for k, v in values.items())
        total += sum(self.together.get(k, 0.0) * v for k, v in products(values))
        total += sum(self.uncovered.get(word, 0.0) for word in match.missing)
        total += sum(self.said.get(word, 0.0) for word in set(match.words))
        total += sum(self.beside.get(pair, 0.0) for pair in neighbors(match))
        return total

    def carries(self, counted: float, read: Callable[[], float], *, known: bool) -> bool:
        """Whether a sentence stands; ``read`` is asked only where it can change that."""
        wanted = self.both["known" if known else "bound"]
        wanted -= self.both["counted"] * _within(counted, COUNTED)
        if abs(wanted) > self.both["read"] * READ:
            return wanted < 0
        return self.both["read"] * _within(read(), READ) >= wanted


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))


def products(values: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Each two of the counted values together."""
    for (one, v), (two, w) in itertools.combinations(values.items(), 2):
        if v and w:
            yield f"{one} {two}", v * w


def neighbors(match: Match) -> frozenset[str]:
    """The words of a sentence that stand beside each other."""
    return frozenset(f"{one} {two}" for one, two in itertools.pairwise(match.words))


@functools.cache
def weights() -> Weights:
    """The weights that ship."""
    data = json.loads(read_text(folder("catalog") / "checker" / "checker.json"))
    return Weights(**{name: data[name] for name in Weights.__slots__})


@functools.cache
def paired() -> Paired:
    """The network that reads a sentence beside its facts, as it ships."""
    return Paired(read_safetensors(folder("catalog") / "checker" / NETWORK))


@functools.cache
def nearness() -> Nearness:
    """How near words are, by the encoder that reads questions."""
    return Nearness(QueryEncoder())


def features(text: str, match: Match, *, items: int, asked: frozenset[str],
             weight: Weights) -> dict[str, float]:  # fmt: skip
    """What can be counted of a sentence and the facts behind it; each about 0 to 1."""
    said = set(match.words)
    covered = [*match.covered, *[match.covered[-1] if match.covered else 0.0] * 3][:3]
    lines = " ".join(line.text for line in match.lines)
    clause, turned_round, hedge_lost = _clauses(text, match)
    pairs = list(itertools.pairwise(match.words))
    known = sum(pair in line.pairs for pair in pairs for line in match.lines[:2])
    lost = absolutes(text) - absolutes(lines)
    compared = comparatives(text) - comparatives(lines)
    facts = frozenset().union(*(line.words for line in match.lines))
    turned = any(OPPOSITE[word] in facts for word in match.missing if word in OPPOSITE)
    missing = sum(weight.weight(word) for word in match.missing)
    written = spelled(text)
    near = nearness().nearest(
        [written.get(word, word) for word in sorted(match.missing)],
        [word for line in match.lines for word in spelled(line.text).values()],
    )
    rare = [weight.weight(word) for word in sorted(match.missing)]
    total = sum(weight.weight(word) for word in said) or 1.0
    soft = sum(w * n for w, n in zip(rare, near, strict=True))
    return {
        "first": covered[0],
        "second": covered[1],
        "third": covered[2],
        "left": min(missing, 5.0) / 5.0,
        "rarest": max((weight.weight(word) for word in match.missing), default=0.0),
        "length": min(len(said), 20) / 20.0,
        "denied": float(turned_round),
        "absolute": min(len(lost), 2) / 2.0,
        "compared": min(len(compared), 2) / 2.0,
        "hedge_lost": float(hedge_lost),
        "order": known / len(pairs) if pairs else 0.0,
        "elsewhere": match.elsewhere,
        "named": min(items, 3) / 3.0,
        "asked": len(match.missing & asked) / max(1, len(said)),
        "opposite": float(turned),
        "facts": len(match.lines) / 3.0,
        "whole": float(covered[2] > 0.999),
        "you": float(bool({"you", "your"} & set(text.lower().split()))),
        "numbers": float(bool(match.unfounded)),
        "clause": clause,
        "own": match.own,
        "named_bare": float(bool(items)) * (1.0 - match.own),
        "softest": min(near, default=1.0),
        "soft": covered[2] + soft / total,
        "soft_missing": min(sum(rare) - soft, 5.0) / 5.0,
    }  # fmt: skip


def copied(values: dict[str, float]) -> bool:
    """Whether a sentence repeats its facts: every word and most of their order, or every word of
    one fact, and nothing turned, overstated or compared anew."""
    changed = values["denied"] or values["absolute"] or values["compared"] or values["hedge_lost"]
    if changed or not values["whole"] or values["elsewhere"] >= _ELSEWHERE:
        return False
    if values["first"] > _ALL:
        return values["order"] >= _SOME or values["length"] <= _ONE
    return values["order"] >= _ORDERED and values["length"] > _BRIEF


def _clauses(text: str, match: Match) -> tuple[float, bool, bool]:
    """How much of a sentence stands clause by clause in single clauses of its facts, whether one of
    them denies what the other says, and whether the fact's is said with a limit that is lost."""
    known = [clause for line in match.lines for clause in line.clauses]
    shared, total, turned, lost = 0, 0, False, False
    for said, denied, hedged in clauses_of(text):
        best = max(known, key=lambda c: (len(c[0] & said), c[1] == denied), default=None)
        common = len(best[0] & said) if best else 0
        if best is not None and 2 * common >= len(said):
            turned |= best[1] != denied
            lost |= best[2] and not hedged
        shared, total = shared + common, total + len(said)
    return shared / max(1, total), turned, lost and not hedges(text)
