"""Which of several compared items to take for what a question asks, as far as their records say it;
and what tells them apart where they do not rank them. Each sentence is a fact of the world."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.catalog import Concept, Model, Statement
from assistant.fit import listing
from assistant.question import Wish
from assistant.world.compared import Side, does_of, field_of, hint_of, inside, it_clause
from assistant.world.criteria import CRITERIA, Pick, decided

CHOICE, APART = "choice-", "apart-"  # beginnings of ids
MOST = 4  # items that one sentence compares
_DIFFER = re.compile(r"\b(?:differ\w*|separates?|distinguish\w*|sets? apart)\b", re.I)
_AMOUNT = re.compile(r"\b(?:ha(?:s|ve)|needs?|uses?) (?:more|fewer|less)\b", re.I)  # asks no advice
_OPEN = {
    "license": ("license", "no-license"),
    "year": ("year", "no-year"),
    "figures": ("figure-1", "no-figure-1"),
    "faithful": ("invents", "faithful"),
    "cost": ("parameters", "size_mb", "no-parameters"),
}
"""What is told of each item, by what was asked, where nothing ranks them."""


def facts_of_choice(question: str, wish: Wish, sides: Sequence[Side]) -> Iterator[Statement]:
    """What to take of the compared for what is asked, or that nothing ranks them; then what tells
    them apart."""
    if len(sides) < 2:
        return
    told = {CHOICE: _choices(question, wish, sides), APART: _apart(sides[:MOST])}
    for beginning, texts in told.items():
        for n, text in enumerate(dict.fromkeys(texts)):
            said = text[:1].upper() + text[1:]
            yield Statement(f"{beginning}{n}", "", said, "choice", "result", "evaluation")


def _asked(question: str, wish: Wish) -> list[str]:
    """What a question ranks by, in the order of its words."""
    found = [(m.start(), key) for key, c in CRITERIA.items()
             if (m := re.search(rf"(?<![\w-])(?:{c.asked})(?![\w-])", question, re.I))]  # fmt: skip
    keys = [key for _, key in sorted(found)]
    implied = {"cost": wish.device or "efficiency" in wish.aspects, "license": wish.license,
               "damage": wish.degradations}  # fmt: skip
    return list(dict.fromkeys([*keys, *(key for key, said in implied.items() if said)]))


def _choices(question: str, wish: Wish, sides: Sequence[Side]) -> Iterator[str]:
    asked, taken = _asked(question, wish), set[str]()
    key = next((key for key in asked if key in _OPEN), "")
    told = [inside(text) for s in sides[:MOST] if key and (text := field_of(s, *_OPEN[key]))]
    if told and _AMOUNT.search(question):
        yield f"{'; '.join(told)}."
        return
    for key in asked:
        found = decided(key, sides, question)
        if found is None or found.side.name in taken:
            continue
        where = f" for {CRITERIA[key].called}" if taken else ""
        taken.add(found.side.name)
        yield f"Take {found.side.name}{where}: {found.why}."
    if taken:
        return
    ranked = sorted((s for s in sides if isinstance(s.entry, Model)), key=lambda s: s.fit.rank)
    worse = next((s for s in ranked if s.fit.rank > ranked[0].fit.rank and s.fit.against), None)
    if worse and not worse.fit.against[0].startswith(("its architecture", "the question refuses")):
        yield f"Take {ranked[0].name}: {worse.fit.against[0]}."
        return
    if not asked and _DIFFER.search(question):
        yield f"{'; '.join(map(hint_of, sides[:MOST]))}."
        return
    if gain := _gained(sides):
        yield f"Take {gain.side.name}: {gain.why}."
        return
    by = f" by {CRITERIA[key].called}" if key else ""
    yield f"Nothing recorded ranks {listing([s.name for s in sides[:MOST]])}{by}."
    if told:
        yield f"{'; '.join(told)}."


def _gained(sides: Sequence[Side]) -> Pick | None:
    """A model that was measured against the interpolation it is compared with."""
    ways = {s.entry.name.split()[0].casefold() for s in sides if isinstance(s.entry, Concept)}
    for side in sides:
        for fact in side.entry.measured:
            over = re.search(r"\bgains [\d.]+ dB over (\w+)", fact.text)
            if over and over[1].casefold() in ways:
                return Pick(side, it_clause(fact.text, side.name))
    return None


def _apart(sides: Sequence[Side]) -> Iterator[str]:
    """Each thing that two of the records state differently, in one sentence."""
    for fields in (("trained_on",), ("parameters",), ("invents", "faithful"), ("blind",),
                   ("needs_gpu", "efficient"), ("subjects",), ("handles",)):  # fmt: skip
        told = [field_of(s, *fields) for s in sides]
        if all(told) and _distinct(sides, told) > 1:
            yield "; ".join(text.rstrip(".") for text in told) + "."
    told = [hint_of(s) for s in sides]
    alike = _distinct(sides, told) < len(told)
    yield f"{'; '.join(map(does_of, sides) if alike else told)}."


def _distinct(sides: Sequence[Side], told: Sequence[str]) -> int:
    """How many different things are told of the sides, but for their names."""
    return len({text.replace(side.name, "") for side, text in zip(sides, told, strict=True)})
