"""One sentence against the world: everything that may be wrong with it, but for its links."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.answer import Finding
from assistant.catalog import Statement
from assistant.checking.citations import Links, Markers
from assistant.checking.evidence import Evidence, Match
from assistant.checking.lines import alike
from assistant.checking.names import Names
from assistant.checking.numbers import numbers
from assistant.checking.owners import Owners
from assistant.checking.paired import Told
from assistant.checking.units import Unit
from assistant.checking.verdict import Weights, copied, features, paired, weights
from assistant.checking.vocabulary import absolutes, denies
from assistant.checking.whose import Whose
from assistant.checking.wording import Wording, quotations
from assistant.text.characters import view
from assistant.world import World
from assistant.world.unsaid import NOT_STATED

Ids = frozenset[str]
Stands = Literal["stated", "arithmetic", "reworded"]
MAX_SENTENCE = 2_000  # characters; nothing longer is a sentence
_LEAD = re.compile(  # a number of the list, heading or row itself; a link between two facts
    r"^(?:In general,|[-+•> ]*\(?\d{1,2}[.):]|#[# ]*\d{1,2}(?:\.\d{1,2}){0,3}[.):]*|"
    r"\| ?\d{1,2} ?\|)(?=\s)"
)
_LABELED = r"^(?:\d+\. )?(?:Model )?"  # before the name of a model in a line of a workflow
_BOLD = re.compile(r"(?:[-*+] )?(?:\*\*|__)[^*_\n]+(?:\*\*|__):?")
MAX_LABEL = 5  # words of a label that carry meaning
BRIEF = 0.05  # of a sentence that says one word of its facts, as "Take it."
IN_FEW, FIGURED = 4, 0.77  # odds by counting that a number in so few words needs besides
COPIED = 0.5  # what a network must read of a sentence in the words of its facts: counts err there
MAX_READ = 200  # sentences that a network reads, some 4 s; what follows is only counted
_REPOSITORY = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]+/[\w.-]+)", re.I)


class Weighed(NamedTuple):
    """A sentence after the exact checks: its fault, or what can be counted of it."""

    fault: Finding | None
    values: dict[str, float]
    match: Match | None


class Ruling(NamedTuple):
    """What is found of a sentence: its fault, or the facts behind it and how it stands to them."""

    fault: Finding | None
    facts: tuple[Statement, ...] = ()
    stands: Stands = "stated"


class Judge:
    """The checks of one world; remembers what it judged."""

    def __init__(
        self,
        world: World,
        links: Links,
        owners: Owners,
        *,
        known: Weights | None = None,
        words: bool = True,
    ) -> None:
        self.words = words
        """Whether words need facts; without it only links, names and numbers do."""
        self.links = links
        self.owners = owners
        self.names = Names(world, owners, links.spellings)
        self.wording = Wording(world, owners)
        self.markers = Markers("", links, owners)
        self.weights = known or weights()
        self.evidence = Evidence(world, owners, self.weights.weight)
        self._items = world.provided
        self._whose = Whose(world, owners, self.evidence)
        found = (_REPOSITORY.match(url) for url in links.spellings)
        self._repositories = {name[1] for name in found if name}
        self._ruled: dict[tuple[Unit, Ids | None], Ruling] = {}
        self._read = 0

    def begin(self, markers: Markers) -> None:
        """Read sentences with the markers of another part 3."""
        self.markers, self._ruled, self._read = markers, {}, 0

    def faults(self, unit: Unit) -> tuple[Finding, ...]:
        """What a sentence says that the world does not give: nothing, or the first fault.

        Links of the sentence are blanked; its action is ``removed``, or ``rejected`` where the
        whole text cannot be trusted.
        """
        fault = self.rule(unit).fault
        return (fault,) if fault else ()

    def rule(self, unit: Unit, named: Ids | None = None) -> Ruling:
        """What is found of a sentence; asked again, the same.

        With ``named``, the ids of the facts that its writer says are behind it, these are asked
        first.
        """
        found = self._ruled.get((unit, named))
        if found is None:
            found = self._rule(unit, named)
            if found.fault and named:
                found = self._rule(unit, None)
            self._ruled[unit, named] = found
        return found

    def names_only_provided(self, text: str) -> bool:
        """Whether a text without sentences, such as a label, holds no outside name or link."""
        plain = view(text)
        bare = self.owners.masked(plain)
        return not self.links.hidden(plain) and not self.names.outside(plain, bare)

    def _rule(self, unit: Unit, named: Ids | None) -> Ruling:
        fault, values, match = self.weighed(unit, named)
        if fault and fault.kind == "claim_unsupported" and not self.words:
            return Ruling(None, (), "reworded")
        if fault or match is None:
            return Ruling(fault)
        facts = tuple(line.fact for line in match.lines)
        known = bool(named) or copied(values)  # which facts are meant
        sound = match.repeated or (copied(values) and values["length"] <= BRIEF)
        if sound or self._carried(unit, values, match, known=known):
            counted = bool(facts) and facts[0].place == "arithmetic"
            return Ruling(None, facts, "arithmetic" if counted else "stated")
        if not self.words:
            return Ruling(None, facts, "reworded")
        nearest = facts[0].text if facts else "no fact"
        return Ruling(finding("claim_unsupported", unit.text.strip(), f"nearest: {nearest}"))

    def _carried(self, unit: Unit, values: dict[str, float], match: Match, *, known: bool) -> bool:
        """Whether the facts carry a sentence, by what is counted and what a network reads."""

        def read() -> float:
            self._read += 1
            text = view(self.markers.named(unit.text)).strip()
            for p in self._items:  # it learned names, not ids, and sentences, not labels
                if p.entry is not None:
                    text = text.replace(p.item.name, p.entry.name)
                    text = re.sub(rf"{_LABELED}{re.escape(p.entry.name)}: ", "", text, count=1)
            return paired().score(text[:1].upper() + text[1:], self.told(match))

        odds = self.weights.odds(values, match)
        figured = any(n.kind != "size" for n in match.figures)  # sizes are computed
        if figured and len(set(match.words)) <= IN_FEW and not known and odds < FIGURED:
            return False
        if self._read >= MAX_READ:
            return odds >= self.weights.bound
        if copied(values) and read() >= COPIED:
            return True
        return self.weights.carries(self.weights.counted(values, match), read, known=known)

    def told(self, match: Match) -> tuple[Told, ...]:
        """The facts behind a sentence, each with the name of its item."""
        entries = [p.entry for p in self._items]
        owners = [
            p.name if e is None else e.name for p, e in zip(self._items, entries, strict=True)
        ]
        return tuple(
            ("" if line.owner is None else owners[line.owner], view(line.fact.text))
            for line in match.lines
        )

    def weighed(self, unit: Unit, named: Ids | None = None) -> Weighed:
        """The exact checks of a sentence, then what can be counted of it."""
        span = unit.text.strip()
        if len(unit.text) > MAX_SENTENCE:
            return _bad("unreadable", span)
        if any(items is None for _, _, items in self.markers.find(unit.text)):
            return _bad("link_outside", span, "no such entry in part 3")
        text = view(self.markers.named(unit.text))
        if hidden := self.links.hidden(text):
            return _bad("link_outside", hidden)
        bare = self.owners.masked(text)
        for name in self._repositories:
            bare = bare.replace(name, " " * len(name))
        if lead := _LEAD.match(text):
            bare = " " * lead.end() + bare[lead.end() :]
        read = Unit(text, unit.before, unit.above)
        items = self._whose.about(read)
        own = self._whose.given(read, bare, items)
        for quote in quotations(text):
            if found := self.wording.quotation(read, quote):
                return _bad(found[0], span, found[1])
            bare = bare[: quote.start] + " " * (quote.end - quote.start) + bare[quote.end :]
        if found := self.wording.fault(unit.text, bare):
            action = "rejected" if found[0] == "injection_echo" else "removed"
            return _bad(found[0], span, found[1], action)
        if not own and (found := self._foreign(text, bare)):  # a record may name others
            return _bad(found[1], span, found[0])
        bare = re.sub(r"\(\s+\)", lambda found: " " * len(found[0]), bare)  # an id in brackets
        match = self.evidence.match(bare, items, named=named, given=own)
        silent = not match.words or _is_label(unit.text, bare, match)
        if silent and not match.figures:
            return Weighed(None, {}, None)
        given = match.repeated or any(alike(line.fact.text, span) for line in match.lines)
        whole = given or any(alike(line.text, bare) for line in match.lines)
        if (match.unfounded and not given) or not (match.words or whole):
            figure = next(iter(match.unfounded or numbers(bare)))
            return _bad("number_absent", span, bare[figure.start : figure.end])
        if unowned := self._whose.unowned(text, bare, items, match):
            return _bad("claim_unsupported", span, unowned)
        mentioned = len({id(p) for m in self.owners.mentions(text) for p in m.items})
        values = features(
            bare, match, items=mentioned, asked=self.evidence.asked, weight=self.weights
        )
        about = any(self._whose.stands_for(text, line) for line in match.lines)
        unsaid = not given and not about and self._whose.about_one(read)
        said = "no fact says this of the item"
        return Weighed(finding("claim_unsupported", span, said) if unsaid else None, values, match)

    def _foreign(self, text: str, bare: str) -> tuple[str, str] | None:
        """What no sentence but a fact may say: that an ask, which it quotes, is open; the names of
        others. Each with the kind of its finding."""
        if NOT_STATED.casefold() in text.casefold():
            return "a provided fact may meet this ask", "claim_unsupported"
        return self.names.outside(text, bare)


def _is_label(raw: str, bare: str, match: Match) -> bool:
    """Whether a unit only leads in what follows: a heading, or a label of a few words.

    It names no item and says nothing that could be false: all its words are those of the catalog.
    """
    text = raw.strip()
    heading = text.startswith("#") or _BOLD.fullmatch(text) or text.endswith((":", ":**"))
    plain = len(match.words) <= MAX_LABEL and not absolutes(bare) and not denies(bare)
    return bool(heading) and plain and bare.strip(" *#:_-") == view(text).strip(" *#:_-")


def _bad(kind: str, span: str, evidence: str = "", action: str = "removed") -> Weighed:
    return Weighed(finding(kind, span, evidence, action), {}, None)


def finding(kind: str, span: str, evidence: str = "", action: str = "removed") -> Finding:
    """A finding with words of bounded length."""
    fields = {"kind": kind, "span": span[:300], "evidence": evidence[:300], "action": action}
    return Finding.model_validate(fields)
