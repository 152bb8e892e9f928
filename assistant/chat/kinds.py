"""What a message wants in the middle of a conversation, by the learned reading of it.

The kinds are those of ``training/turns``: a route, ``record: X`` for a question of what a record
states, ``refine: X`` for a change of the wish.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast, get_args

from assistant.catalog import Model, mentioned
from assistant.chat import cues
from assistant.chat.edits import edited
from assistant.chat.routes import Route, Turn
from assistant.chat.said import Said
from assistant.chat.steps import planned
from assistant.chat.wishes import states
from assistant.provision import PLAIN
from assistant.question import DOUBT, Wish, plain, shipped
from assistant.text.english import is_foreign

RECORD, REFINE = "record: ", "refine: "
SURE, LIKELY, _OF_USE = 0.7, 0.3, 0.9
"""How likely a kind has to be to count before the rules, and where no rule knows the message; a
question on this program, which leaves the models that were shown, at all."""
GROWS = (f"{REFINE}factor", f"{REFINE}add")
"""Kinds that may name a factor."""
_AIMS = {"lighter": "efficiency", "better": "quality", "faithful": DOUBT}
_FULL = 6  # words of a message that may be a question of its own
_TOLD = frozenset(get_args(Route)) - {"ask", "refine", "check", "about", "unclear"}
_EXACT = {"files", "term", "alternatives", "run", "limits"}  # what a message states counts first


class Kind(NamedTuple):
    """The likeliest kind of a message, and how likely it is."""

    name: str
    odds: float

    @property
    def changes(self) -> bool:
        """Whether it changes what is wished or asks anew: there the exact rules come first."""
        aims = self.name.removeprefix(REFINE) in _AIMS
        steps = self.name.startswith(REFINE) and not aims
        return steps or self.name in ("take", "new", "check", "about")

    @property
    def helped(self) -> bool:
        """Whether the documentation of this program answers it."""
        return self.name == "trouble" or (self.name == "usage" and self.odds >= _OF_USE)


NONE = Kind("", 0.0)
"""Of a message that opens a conversation, or is not English."""


def kind_of(text: str) -> Kind:
    """The kind of a message; none of what is not English."""
    found = {} if is_foreign(text) else shipped().turn(plain(text))
    return Kind(*next(iter(found.items()))) if found else NONE


def turn_of(said: Said, full: Wish, kind: Kind) -> Turn | None:
    """The turn that a message of this kind makes; None where the kind alone does not say it.

    ``full`` is the wish of the message read as a question of its own.
    """
    if said.names.others:
        return None  # of another record the rules know what is asked
    wish, items = said.state.wish, said.items
    if kind.name.startswith(RECORD):
        topic = kind.name.removeprefix(RECORD)
        return None if states(said.new) else Turn("record", wish, items=items, topic=topic)
    if kind.name.startswith(REFINE) and not cues.WHY.match(said.text):
        return _refined(said, kind.name.removeprefix(REFINE))
    if kind.name == "usage" and not kind.helped:
        return None
    if special := _SPECIAL.get(kind.name):
        return special(said, full)
    if kind.name in _EXACT and states(said.new):
        return None
    if kind.name in _TOLD:
        return Turn(cast("Route", kind.name), wish, items=items)
    return None


def _refined(said: Said, what: str) -> Turn | None:
    """A change of the wish: its steps, its aims, or what is stated exactly."""
    wish = said.state.wish
    if what != "faithful" and (edit := edited(said, what)):
        return Turn("refine", planned(said, edit) if edit.steps else wish, edit=edit)
    if what in _AIMS and not said.new.architectures:
        update: dict[str, object] = {"aspects": (_AIMS[what],)}
        if what == "lighter":
            update["device"] = "light"
        return Turn("refine", said.wish.model_copy(update=update), topic=what)
    return Turn("refine", said.wish) if states(said.new) else None


def _taken(said: Said, _: Wish) -> Turn | None:
    models = [name for name in said.items if isinstance(said.catalog.get(name), Model)]
    return Turn("refine", said.state.wish, items=(models[0],)) if len(models) == 1 else None


def _about(said: Said, _: Wish) -> Turn | None:
    return Turn("about", said.state.wish, items=said.items) if said.items else None


def _compared(said: Said, _: Wish) -> Turn | None:
    if len(said.items) == 1 or said.names.strangers or cues.STRANGER.search(said.text):
        return None
    plain_one = any(one.id in PLAIN for one in mentioned(said.text, said.catalog))
    several = said.compared or len(said.items) > 1 or plain_one
    return Turn("compare" if several else "alternatives", said.state.wish, items=said.items)


def _ordered(said: Said, _: Wish) -> Turn:
    return Turn("order" if len(said.plan) > 1 else "how", said.state.wish)


def _anew(said: Said, full: Wish) -> Turn | None:
    return Turn("ask", full) if said.words >= _FULL else None


def _helped(_: Said, full: Wish) -> Turn:
    return Turn("ask", full.model_copy(update={"form": "trouble"}))


_SPECIAL: dict[str, Callable[[Said, Wish], Turn | None]] = {
    "take": _taken,
    "about": _about,
    "compare": _compared,
    "order": _ordered,
    "new": _anew,
    "numbers": lambda said, _: Turn("numbers", said.wish),
    "trouble": _helped,
    "usage": _helped,
}
