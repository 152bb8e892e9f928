"""A message as the rules of a conversation read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from assistant.catalog import Catalog, Entry
from assistant.chat import cues
from assistant.chat.state import State
from assistant.chat.wishes import merged, plan_of, stated
from assistant.naming import best_variant, named, unknown
from assistant.question import Wish


class Named(NamedTuple):
    """What a message names: records beside the current family, unknown names, the family."""

    others: tuple[Entry, ...] = ()
    strangers: tuple[str, ...] = ()
    own: tuple[Entry, ...] = ()


class Said(NamedTuple):
    """A message and what it comes into: its plain text, the wish that it asks for, the
    conversation, the catalog; whom it names and which shown items it points at."""

    text: str
    new: Wish
    state: State
    catalog: Catalog
    names: Named = Named()
    items: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def wish(self) -> Wish:
        """The wish in force after it."""
        return merged(self.state.wish, self.new)

    @property
    def stated(self) -> tuple[str, ...]:
        """The fields of the wish that it changes."""
        return stated(self.new)

    @property
    def compared(self) -> bool:
        """Whether several models are there that it may compare."""
        request = self.state.request
        return bool(self.state.compared or (request and len(request.recommended) > 1))

    @property
    def plan(self) -> tuple[str, ...]:
        """The steps in force before it."""
        return plan_of(self.state.wish)

    @property
    def earlier(self) -> tuple[str, ...]:
        """The steps before the last change."""
        return plan_of(self.state.past[-1].wish) if self.state.past else ()

    @property
    def recorded_of(self) -> bool:
        """Whether it asks what a record states, and does not choose by it ("the one with fewer
        parameters")."""
        return self.recorded and not cues.PARAMETERS.search(self.text)

    @property
    def recorded(self) -> bool:
        """Whether it asks for something that records state."""
        return any(pattern.search(self.text) for pattern in cues.RECORDED.values())


def names_in(text: str, wish: Wish, current: str, catalog: Catalog) -> Named:
    """What ``text`` names while the model ``current`` is in force."""
    model = catalog.get(current)
    entries = named(text, catalog, wish)
    own = tuple(e for e in entries if model and (e.id == current or e.name == model.name))
    others = tuple(e for e in entries if e not in own)
    return Named(others, () if others else tuple(unknown(text, catalog)), own)


def variants(names: Iterable[str], wish: Wish, catalog: Catalog) -> tuple[str, ...]:
    """The ids of the models of these families that fit a wish best."""
    found = (catalog.get(name) for name in names)
    families = {e.name: [m for m in catalog.models if m.name == e.name] for e in found if e}
    return tuple(best_variant(family, catalog, wish).id for family in families.values() if family)
