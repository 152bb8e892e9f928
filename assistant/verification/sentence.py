"""One sentence against the world: everything that may be wrong with it, but for its links."""

from __future__ import annotations

import re

from assistant.answer import Finding
from assistant.text.characters import view
from assistant.verification.citations import Links, Markers
from assistant.verification.claims import Claims, quotations
from assistant.verification.figures import Figures
from assistant.verification.names import Names
from assistant.verification.owners import Owners
from assistant.verification.units import Unit
from assistant.world import World

MAX_SENTENCE = 2_000  # characters; nothing longer is a sentence
_LEAD = re.compile(  # a number of the list, heading or row itself
    r"^(?:[-+•> ]*\(?\d{1,2}[.):]|#[# ]*\d{1,2}(?:\.\d{1,2}){0,3}[.):]*|\| ?\d{1,2} ?\|)(?=\s)"
)
_REPOSITORY = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]+/[\w.-]+)", re.I)


class Judge:
    """The checks of one world; remembers what it judged."""

    def __init__(self, world: World, links: Links, owners: Owners) -> None:
        self.links = links
        self.owners = owners
        self.names = Names(world, owners, links.spellings)
        self.figures = Figures(world, owners)
        self.claims = Claims(world, owners)
        self.markers = Markers("", links, owners)
        found = (_REPOSITORY.match(url) for url in links.spellings)
        self._repositories = {name[1] for name in found if name}
        self._judged: dict[Unit, tuple[Finding, ...]] = {}

    def begin(self, markers: Markers) -> None:
        """Read sentences with the markers of another part 3."""
        self.markers, self._judged = markers, {}

    def faults(self, unit: Unit) -> tuple[Finding, ...]:
        """What a sentence says that the world does not give: nothing, or the first fault.

        Links of the sentence are blanked; its action is ``removed``, or ``rejected`` where the
        whole text cannot be trusted.
        """
        found = self._judged.get(unit)
        if found is None:
            fault = self._fault(unit)
            self._judged[unit] = found = (fault,) if fault else ()
        return found

    def names_only_provided(self, text: str) -> bool:
        """Whether a text without sentences, such as a label, holds no outside name or link."""
        plain = view(text)
        bare = self.owners.masked(plain)
        return not self.links.hidden(plain) and not self.names.outside(plain, bare)

    def _fault(self, unit: Unit) -> Finding | None:
        span = unit.text.strip()
        if len(unit.text) > MAX_SENTENCE:
            return finding("unreadable", span)
        if any(items is None for _, _, items in self.markers.find(unit.text)):
            return finding("link_outside", span, "no such entry in part 3")
        text = view(self.markers.named(unit.text))
        read = Unit(text, unit.before, unit.above)
        if hidden := self.links.hidden(text):
            return finding("link_outside", hidden)
        bare = self.owners.masked(text)
        for name in self._repositories:
            bare = bare.replace(name, " " * len(name))
        if lead := _LEAD.match(text):
            bare = " " * lead.end() + bare[lead.end() :]
        for quote in quotations(text):
            if found := self.claims.quotation(read, quote):
                return finding(found[0], span, found[1])
            bare = bare[: quote.start] + " " * (quote.end - quote.start) + bare[quote.end :]
        if found := self.claims.wording(unit.text, bare):
            action = "rejected" if found[0] == "injection_echo" else "removed"
            return finding(found[0], span, found[1], action)
        if found := self.names.outside(text, bare):
            return finding(found[1], span, found[0])
        if figure := self.figures.problem(read, bare):
            return finding(figure[0], span, f"{figure[1]} is not given by {figure[2]}")
        if found := self.names.foreign(read, bare):
            return finding("claim_wrong_owner", span, f"{found[0]}: {found[1]}")
        if found := self.claims.mechanism(read, bare):
            return finding(found[0], span, found[1])
        return None


def finding(kind: str, span: str, evidence: str = "", action: str = "removed") -> Finding:
    """A finding with words of bounded length."""
    fields = {"kind": kind, "span": span[:300], "evidence": evidence[:300], "action": action}
    return Finding.model_validate(fields)
