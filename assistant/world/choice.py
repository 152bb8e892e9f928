"""Which of several compared items to take for what a question asks, as far as their records say it;
and what tells them apart where they do not rank them. Each sentence is a fact of the world."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.catalog import Concept, Model, Statement
from assistant.fit import listing
from assistant.question import Wish, asks_amount
from assistant.world.compared import Side, does_of, field_of, hint_of, inside, it_clause
from assistant.world.criteria import CRITERIA, decided
from assistant.world.deciding import Pick, measured_speed

CHOICE, RECORDED, UNRANKED, APART = "choice-", "recorded-", "unranked-", "apart-"
"""How the ids begin of what to take, of what is recorded of that which is asked where nothing ranks
the compared by it, of saying so, and of what tells them apart."""
MOST = 4  # items that one sentence compares
_DIFFER = re.compile(r"\b(?:differ\w*|separates?|distinguish\w*|sets? apart)\b", re.I)
_MORE = re.compile(r"\b(?:ha(?:s|ve)|needs?|uses?) (?:more|fewer|less)\b", re.I)  # asks no advice
_SCARCE = r"only|just|merely|barely|no more|at most|less|under"
_ON = r"but|and|or|as long as|provided|although|though|while|yet|because|since|only"
_NO_MATTER = re.compile(  # what is there to spare or does not matter ranks nothing
    r"(?<!\bonly )(?<!\bjust )(?<!\bmerely )(?<!\bbarely )\b(?:have|has|got|own)\b"
    rf"(?:(?!\b(?:{_SCARCE})\b)[^,.;?]){{0,20}}?\b[1-9]\d+ ?gb\b"
    r"|\b(?:do(?:n['’]?t| not) (?:care|mind)|does(?:n['’]?t| not) matter|regardless of|no matter)\b"
    rf"(?:\b(?:and|or) (?:about |the |its )?[\w-]+(?= *(?:[,.;?!]|$|but\b))"  # "speed or memory"
    rf"|(?!\b(?:{_ON})\b)[^,.;?])*", re.I,
)  # fmt: skip
_NAME = "\0"  # in place of a name, in sentences that are alike but for it
_ALIKE = re.compile(rf"of {_NAME}|{_NAME} may")
_OPEN = {
    "license": ("license", "no-license"),
    "year": ("year", "no-year"),
    "figures": ("figure-1", "no-figure-1"),
    "faithful": ("invents", "faithful"),
    "cost": ("parameters", "size_mb", "no-parameters"),
}
"""What is told of each item, by what was asked, where nothing ranks them."""
_SPEED = re.compile(r"\b(?:fast|slow|quick|speed|seconds|latency|runtime|how long)", re.I)


def facts_of_choice(question: str, wish: Wish, sides: Sequence[Side]) -> Iterator[Statement]:
    """What to take of the compared for what is asked, or what is recorded of it and that nothing
    ranks them; then what tells them apart."""
    if len(sides) < 2:
        return
    keys = asked_by(question, wish)
    chosen = list(_choices(question, keys, sides))
    key = next((key for key in keys if key in _OPEN), "")
    by = f" by {CRITERIA[key].called}" if key else ""
    ranks = f"Nothing recorded ranks {listing([s.name for s in sides[:MOST]])}{by}."
    told = {
        CHOICE: chosen,
        RECORDED: _recorded(question, keys, sides[:MOST], chosen),
        UNRANKED: [] if chosen else [ranks],
        APART: _apart(sides[:MOST]),
    }
    for beginning, texts in told.items():
        for n, text in enumerate(dict.fromkeys(texts)):
            said = text[:1].upper() + text[1:]
            yield Statement(f"{beginning}{n}", "", said, "choice", "result", "evaluation")


def asked_by(question: str, wish: Wish) -> list[str]:
    """What a question ranks by: what its words name, in their order, but for what does not matter
    to it; then what it implies."""
    named = _named(question)
    cost = wish.device or "efficiency" in wish.aspects
    implied = {"cost": cost, "license": wish.license, "damage": wish.degradations}
    return list(dict.fromkeys([*named, *(key for key, meant in implied.items() if meant)]))


def _named(question: str) -> list[str]:
    question = _NO_MATTER.sub(" ", question)
    found = [(m.start(), key) for key, c in CRITERIA.items()
             if (m := re.search(rf"(?<![\w-])(?:{c.asked})(?![\w-])", question, re.I))]  # fmt: skip
    return [key for _, key in sorted(found)]


def _recorded(
    question: str, keys: Sequence[str], sides: Sequence[Side], chosen: Sequence[str]
) -> Iterator[str]:
    """What is recorded of each item of that which is asked; of figures also beside a choice that
    rests on another thing."""
    for key in keys:
        if key not in _OPEN or (chosen and key != "figures"):
            continue
        if not any(" is published with " in text for text in chosen):
            yield from _of_each(question, key, sides)
        if not chosen:
            return


def _of_each(question: str, key: str, sides: Sequence[Side]) -> list[str]:
    """What is recorded of each item, in one sentence: what is the same of all is said once."""
    if key == "cost" and _SPEED.search(question):
        told = [(s.name, measured_speed(s) or field_of(s, "no-speed")) for s in sides]
    else:
        told = [(s.name, field_of(s, *_OPEN[key])) for s in sides]
    told = [(name, text) for name, text in told if text]
    said = {text.replace(name, _NAME, 1) for name, text in told}
    if len(told) > 1 and len(said) == 1 and _ALIKE.search(alike := said.pop()):
        return [alike.replace(_NAME, listing([name for name, _ in told]))]
    return [f"{'; '.join(inside(text) for _, text in told)}."] if told else []


def _choices(question: str, asked: Sequence[str], sides: Sequence[Side]) -> Iterator[str]:
    if asks_amount(question) or _MORE.search(question):
        return
    taken, named = set[str](), _named(question)
    for one in asked:
        if taken and one not in named:  # what is implied overrules nothing
            break
        found = decided(one, sides, question)
        if found is None or found.side.name in taken:
            continue
        where = f" for {CRITERIA[one].called}" if taken else ""
        taken.add(found.side.name)
        yield f"Take {found.side.name}{where}: {found.why}."
    if taken:
        return
    ranked = sorted((s for s in sides if isinstance(s.entry, Model)), key=lambda s: s.fit.rank)
    worse = next((s for s in ranked if s.fit.rank > ranked[0].fit.rank and s.fit.against), None)
    if worse and not worse.fit.against[0].startswith(("its architecture", "the question refuses")):
        yield f"Take {ranked[0].name}: {_met(ranked[0], worse)}."
        return
    if not asked and _DIFFER.search(question):
        yield f"{'; '.join(map(hint_of, sides[:MOST]))}."
        return
    if gain := _gained(sides):
        yield f"Take {gain.side.name}: {gain.why}."


def _met(best: Side, worse: Side) -> str:
    """Why one fits better: by what it is made for, where only that is not said of the other."""
    against = worse.fit.against[0]
    made = field_of(best, "subjects")
    if against.startswith("nothing provided says that") and made:
        return f"{it_clause(made, best.name)}; nothing like it is recorded of {worse.name}"
    return against


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
