"""One provided item of a world: how prose calls it, its links, all that may be stated of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from assistant.catalog import Entry, Model, Statement, source
from assistant.fit import Fit, Offer, times
from assistant.links import candidates, identify
from assistant.prompts import Item
from assistant.roles import Joined, Role
from assistant.text.titles import known_as

_One = TypeVar("_One", Joined, "Provided")


@dataclass(frozen=True, slots=True)
class Provided:
    """One provided item with its record (if the catalog has one), offer, fit, role and note."""

    item: Item
    entry: Entry | None
    recommended: bool
    offer: Offer
    fit: Fit
    role: Role
    note: str
    facts: tuple[Statement, ...] = ()

    @property
    def name(self) -> str:
        """How prose calls it: a model's id, a known paper's short name, else as its own text or
        its title does."""
        if self.entry is not None and not isinstance(self.entry, Model):
            return self.entry.name
        if self.entry or self.recommended or not self.item.summary:
            return self.item.name
        known = known_as(self.item.name, " ".join(self.item.summary.split()))
        return known if known not in self.item.name else self.item.name

    @property
    def called(self) -> str:
        """How prose calls it where its record gives models a name too."""
        return self.entry.name if self.entry is not None else self.name

    @property
    def links(self) -> tuple[str, ...]:
        """Its provided links that can be printed and found again as one link."""
        return tuple(link for link in dict.fromkeys(self.item.links) if usable(link))

    @property
    def keys(self) -> frozenset[str]:
        """Identities of its provided links."""
        return frozenset(i.key for link in self.links if (i := identify(link)))

    @property
    def text(self) -> str:
        """Everything an answer may state of it: the given text (L0) and its record (L1)."""
        return "\n".join(_texts(self.item, self.entry))


def usable(link: str) -> bool:
    """Whether a provided link has an identity and reads back from text as exactly itself."""
    return identify(link) is not None and [c.text for c in candidates(link, (link,))] == [link]


def closest(items: Iterable[_One], overall: Fit) -> _One | None:
    """The closest fitting item where the recommended model is a mismatch."""
    return next((one for one in items if one.item.name == overall.closest), None)


def answering(items: Iterable[_One], overall: Fit) -> _One | None:
    """The item that answers: the closest where no recommended model does, else the best."""
    if overall.verdict == "mismatch":
        return closest(items, overall)
    recommended = (one for one in items if one.recommended)
    return min(recommended, key=lambda one: one.fit.rank, default=None)


def _texts(item: Item, entry: Entry | None) -> list[str]:
    texts = [item.name, *([item.summary] if item.summary else [])]
    if entry is None:
        return texts
    texts += [entry.id, entry.title, entry.name, *entry.aliases, entry.does, entry.differs or ""]
    texts += [entry.input, entry.output, *entry.steps, *(fact.text for fact in entry.facts)]
    texts += [
        f"{f.metric} {f.value:g} {f.dataset} {f.protocol} {source(f.place)}" for f in entry.figures
    ]
    texts += [times(scale) for scale in entry.scales]
    texts += [entry.license or "", *(f"{tag} models" for tag in entry.tags)]
    if isinstance(entry, Model):
        texts += [*entry.trained_on, entry.variant or "", entry.architecture or ""]
        texts += [f"{entry.parameters:,} {entry.parameters}"] if entry.parameters else []
        texts += [f"{entry.size_mb:g} MB"] if entry.size_mb else []
        texts += [(entry.released or "")[:4], *entry.platforms]
    return [text for text in texts if text]
