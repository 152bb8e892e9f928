"""What an import does to the records of a catalog: which are new, changed, the same, disputed.

Papers are the same by their arXiv id, DOI or other paper link, else by id; models by id, else by
paper, scales, name and variant together, if that singles one out. Of two imported records that are
the same, the first counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.catalog.kept import Kept, Listed
from assistant.catalog.records import Entry, Model
from assistant.links import identify

# What two records can disagree about; wording (title, does, steps ...) is no disagreement.
_CLAIMS = (
    "task", "scales", "any_scale", "paper", "github", "huggingface", "license",
    "architecture", "parameters", "channels",
)  # fmt: skip
_LINKS = ("paper", "github", "huggingface")


@dataclass(frozen=True, slots=True)
class Change:
    """A record of which an import gives other values in ``fields``."""

    entry: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    """What an import would do to a catalog; ``unchanged`` are ids, ``conflicts`` name the records
    that stay."""

    added: Sequence[Entry] = ()
    changed: Sequence[Change] = ()
    unchanged: Sequence[str] = ()
    conflicts: Sequence[Change] = ()


class Merging:
    """What is there, and what an import that is being read does to it."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.imported: set[str] = set()
        """Ids of the import's models: a record that it has is no other record's twin."""
        self.news: dict[tuple[Path, int], Entry] = {}
        self._added, self._unchanged = Listed(self.kept), list[str]()
        self._changed, self._conflicts = list[Change](), list[Change]()
        self._own, self._done = set[int](), set[int]()
        self._papers: dict[str, int] = {}
        self._models: dict[object, list[str]] = defaultdict(list)

    def know(self, entry: Entry, number: int, *, own: bool) -> None:
        """A record that is there."""
        self._look_out(entry, number)
        if own:
            self._own.add(number)
        if isinstance(entry, Model) and (key := _traits(entry)):
            self._models[key].append(entry.id)

    def take(self, entry: Entry, keep: Callable[[Entry], int]) -> None:
        """A record that the import brings; ``keep`` takes it if it is new."""
        number = self._find(entry)
        if number is None:
            number = keep(entry)
            self._added.append(number)
            self._look_out(entry, number)
            self._done.add(number)
            return
        old = self.kept.get(number)
        if number in self._own and number not in self._done and old.kind == entry.kind:
            new = entry.model_copy(update={"id": old.id})
            if fields := _differing(old, new):
                self._changed.append(Change(new, fields))
                if where := self.kept.where(number):
                    self.news[where] = new
            else:
                self._unchanged.append(old.id)
        else:
            self._unchanged.append(old.id)
            if fields := _disagreeing(old, entry):
                self._conflicts.append(Change(old, fields))
        self._done.add(number)

    def diff(self) -> Diff:
        """All of it."""
        changed, conflicts = tuple(self._changed), tuple(self._conflicts)
        return Diff(self._added, changed, tuple(self._unchanged), conflicts)

    def _look_out(self, entry: Entry, number: int) -> None:
        if entry.kind == "paper" and (key := _key(entry.paper)):
            self._papers.setdefault(key, number)

    def _find(self, entry: Entry) -> int | None:
        if entry.kind == "paper":
            found = self._papers.get(_key(entry.paper) or "")
            if found is not None:
                return found
        if (known := self.kept.number(entry.id)) is not None:
            return known
        twins = self._models.get(_traits(entry), []) if isinstance(entry, Model) else []
        twins = [twin for twin in twins if twin not in self.imported]
        return self.kept.number(twins[0]) if len(twins) == 1 else None


def _key(link: str | None) -> str | None:
    found = identify(link) if link else None
    return found.key if found else None


def _traits(model: Model) -> object:
    """Paper, scales, name and variant, or None without a paper: siblings share the rest."""
    paper = _key(model.paper)
    name = "".join(filter(str.isalnum, model.name.casefold()))
    variant = (model.variant or "").casefold()
    return (paper, tuple(sorted(model.scales)), name, variant) if paper else None


def _differing(old: Entry, new: Entry) -> tuple[str, ...]:
    return tuple(n for n in type(new).model_fields if getattr(old, n) != getattr(new, n))


def _disagreeing(old: Entry, new: Entry) -> tuple[str, ...]:
    """The claims that both records make, and make differently."""
    if old.kind != new.kind:
        return ("kind",)
    both = (n for n in _CLAIMS if getattr(old, n, None) and getattr(new, n, None))
    return tuple(n for n in both if _claim(old, n) != _claim(new, n))


def _claim(entry: Entry, name: str) -> object:
    value = getattr(entry, name)
    if name in _LINKS:
        return _key(value) or value
    return value.casefold() if isinstance(value, str) else value
