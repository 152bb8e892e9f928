"""Whether the facts behind a sentence carry it: a small trained weighing of what can be counted.

Trained by ``python -m training.checker`` on sentences of ours, true and false, over worlds of the
catalog; weights and card in ``catalog/checker``. Numbers, names, links and characters are checked
exactly before; this decides where words leave it open.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterator, Set
from dataclasses import dataclass

from assistant.checking.evidence import Line, Match, alike, clauses_of, figures_of, same
from assistant.checking.numbers import Number
from assistant.checking.vocabulary import absolutes, comparatives, content, hedges, signs, spelled
from assistant.content import folder
from assistant.encoder.embedding import QueryEncoder
from assistant.encoder.words import Nearness
from assistant.files import read_text
from assistant.text.opposites import contraries

FEATURES = (
    "first", "second", "third", "left", "rarest", "length", "absolute", "compared",
    "hedge_lost", "order", "elsewhere", "named", "asked", "facts", "whole", "you",
    "clause", "flipped", "flipped_part", "miscounted",
    "turned_clause", "mine", "soft", "soft_missing", "own", "named_bare", "same",
)  # fmt: skip
_ORDERED, _BRIEF, _ELSEWHERE = 0.5, 0.15, 0.2  # shares of neighbors, of length, of another's words
_ALL, _SOME, _ONE = 0.999, 0.3, 0.05
_ASKER = frozenset({"you", "your", "user", "users", "user's"})
_CHANGES = ("absolute", "compared", "hedge_lost", "flipped", "turned_clause", "miscounted", "mine")
_MINE = frozenset({"i", "we", "our", "us", "my"})


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
    named_bound: float
    """The bound where the writer named the facts."""

    def weight(self, word: str) -> float:
        """How much a word says; one that the catalog never uses says most."""
        return self.rarity.get(word, 1.0)

    def odds(self, values: dict[str, float], match: Match) -> float:
        """The probability that the facts carry the sentence."""
        total = self.bias + sum(self.features.get(k, 0.0) * v for k, v in values.items())
        total += sum(self.together.get(k, 0.0) * v for k, v in products(values))
        total += sum(self.uncovered.get(word, 0.0) for word in match.missing)
        total += sum(self.said.get(word, 0.0) for word in set(match.words))
        total += sum(self.beside.get(pair, 0.0) for pair in neighbors(match))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


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
def nearness() -> Nearness:
    """How near words are, by the encoder that reads questions."""
    return Nearness(QueryEncoder())


def features(text: str, match: Match, *, items: int, asked: frozenset[str],
             weight: Weights) -> dict[str, float]:  # fmt: skip
    """What can be counted of a sentence and the facts behind it; each about 0 to 1."""
    said = set(match.words)
    covered = [*match.covered, *[match.covered[-1] if match.covered else 0.0] * 3][:3]
    lines = " ".join(line.text for line in match.lines)
    clause, hedge_lost, turned_clause = _clauses(text, match)
    pairs = list(itertools.pairwise(match.words))
    known = sum(pair in line.pairs for pair in pairs for line in match.lines[:2])
    lost = absolutes(text) - absolutes(lines)
    compared = comparatives(text) - comparatives(lines)
    shared, flipped = _flipped(text, match, weight)
    missing = sum(weight.weight(word) for word in match.missing)
    written = spelled(text)
    near = nearness().nearest(
        [written.get(word, word) for word in sorted(match.missing)],
        [word for line in match.lines for word in spelled(line.text).values()],
    )
    rare = [weight.weight(word) for word in sorted(match.missing)]
    total = sum(weight.weight(word) for word in said) or 1.0
    soft = sum(w * n for w, n in zip(rare, near, strict=True))
    values = {
        "first": covered[0],
        "second": covered[1],
        "third": covered[2],
        "left": min(missing, 5.0) / 5.0,
        "rarest": max((weight.weight(word) for word in match.missing), default=0.0),
        "length": min(len(said), 20) / 20.0,
        "absolute": min(len(lost), 2) / 2.0,
        "compared": min(len(compared), 2) / 2.0,
        "hedge_lost": float(hedge_lost),
        "order": known / len(pairs) if pairs else 0.0,
        "elsewhere": match.elsewhere,
        "named": min(items, 3) / 3.0,
        "asked": len(match.missing & asked) / max(1, len(said)),
        "flipped": min(flipped, 2.0) / 2.0,
        "flipped_part": flipped / max(shared, 1e-6) if flipped else 0.0,
        "miscounted": float(_miscounted(text, match)),
        "turned_clause": float(turned_clause),
        "mine": float(bool(_MINE & set(text.lower().replace(",", " ").split()))),
        "facts": len(match.lines) / 3.0,
        "whole": float(covered[2] > 0.999),
        "you": float(bool(_ASKER & set(text.lower().split()))),
        "clause": clause,
        "own": match.own,
        "named_bare": float(bool(items)) * (1.0 - match.own),
        "soft": covered[2] + soft / total,
        "soft_missing": min(sum(rare) - soft, 5.0) / 5.0,
    }  # fmt: skip
    values["figures"] = float(
        match.figures > 0 and not any(alike(one.text, text) for one in match.lines)
    )
    return values | {"same": float(not _changed(values) and covered[2] * clause > _ALL)}


def copied(values: dict[str, float]) -> bool:
    """Whether a sentence repeats its facts: every word and most of their order, or every word of
    one fact, and nothing turned, overstated or compared anew."""
    if _changed(values) or not values["whole"] or values["figures"] * _BRIEF >= values["length"]:
        return False  # with a figure a few words may leave out what it counts
    if values["first"] > _ALL:
        return values["order"] >= _SOME or values["length"] <= _ONE
    return values["order"] >= _ORDERED and values["length"] > _BRIEF


def _changed(values: dict[str, float]) -> bool:
    return any(values[name] for name in _CHANGES) or values["elsewhere"] >= _ELSEWHERE


def _flipped(text: str, match: Match, weight: Weights) -> tuple[float, float]:
    """What the words say that sentence and facts share, and those affirmed in one and denied in
    the other."""
    shared, flipped = 0.0, 0.0
    for word, sign in signs(text).items():
        known = 0
        for line in match.lines:
            known |= line.signs.get(word, 0)
        shared += weight.weight(word) if known else 0.0
        flipped += weight.weight(word) if known and not known & sign else 0.0
    return shared, flipped


def _miscounted(text: str, match: Match) -> bool:
    """Whether a figure counts what another figure of its fact does: 11 prints of 600 kinds."""
    for number in figures_of(text):
        given = [line for line in match.lines if any(same(number, n) for n in line.numbers)]
        counted = content(text[number.end :][:40])[:1]
        for line in given:
            own = [_counted(line, n) for n in line.numbers if same(number, n)]
            others = [_counted(line, n)[:1] for n in line.numbers if not same(number, n)]
            if counted and counted in others and not any(counted[0] in words for words in own):
                return True
    return False


def _counted(line: Line, number: Number) -> tuple[str, ...]:
    return content(line.text[number.end :][:40])[:3]


def _clauses(text: str, match: Match) -> tuple[float, bool, bool]:
    """How much of a sentence stands clause by clause in single clauses of its facts, whether the
    limit that one of them is said with is lost, and whether a word is the contrary of one of it."""
    known = [clause for line in match.lines for clause in line.clauses]
    shared, total, lost, contrary = 0, 0, False, False
    for said, hedged in clauses_of(text):
        best = max(known, key=lambda c: len(c[0] & said), default=None)
        common = len(best[0] & said) if best else 0
        if best is not None and 2 * common >= len(said):
            lost |= best[1] and not hedged
            contrary |= _contrary(said, best[0])
        shared, total = shared + common, total + len(said)
    return shared / max(1, total), lost and not hedges(text), contrary


def _contrary(said: Set[str], given: Set[str]) -> bool:
    """Whether a word that only one side holds has its contrary only on the other."""
    known = contraries()
    return any(known[word] & given - said for word in said - given if word in known)
