"""The routes that a message can take, and what it leads to."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from assistant.catalog import Entry
from assistant.chat.steps import Edit
from assistant.question import Wish

Route = Literal[
    "ask",  # a new question: a whole answer
    "refine",  # the wish changes: another recommendation
    "check",  # does the model do this too
    "why",
    "how",
    "about",  # another item by its name or place
    "compare",
    "sources",
    "numbers",
    "limits",
    "weigh",  # can it be trusted with this, is it made for that
    "alternatives",
    "term",
    "short",
    "record",  # what its record states: license, year, data, cost
    "files",  # which pictures can be read
    "order",  # which step first, and why
    "run",
    "thanks",
    "help",
    "outside",
    "aside",  # asks for nothing
    "unclear",
]


ROUTES: tuple[str, ...] = get_args(Route)


class Turn(NamedTuple):
    """The route of a message, the wish it leads to, the records it names, what it does to the steps
    of the plan."""

    route: Route
    wish: Wish
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """Names of shown items that the message points at."""
    edit: Edit | None = None
    topic: str = ""
    """What is asked of a record where the message has no word of ours for it; what a change aims at
    ("lighter", "better", "faithful")."""
