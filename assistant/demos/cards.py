"""Which demonstrations there are, found by the name that people type, and run."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

from assistant.catalog.demos import Card, read
from assistant.catalog.load import BrokenCatalogError
from assistant.content import folder
from assistant.demos.shown import Shown
from assistant.errors import InputError


def cards() -> tuple[Card, ...]:
    """The cards of this installation, by name.

    Raises:
        BrokenCatalogError: one is broken; names file, line and field.
    """
    found, problems = read(folder("catalog"))
    if problems:
        raise BrokenCatalogError(problems)
    return tuple(card for card, _ in found)


def find(name: str) -> Card:
    """The card of this name.

    Raises:
        InputError: there is none.
    """
    held = {card.name: card for card in cards()}
    if card := held.get(name.casefold()):
        return card
    near = get_close_matches(name.casefold(), held, 1, 0.5)
    hint = f"did you mean {near[0]}? all: " if near else "see them: "
    raise InputError(f"no demonstration {name!r}", hint=f"{hint}sr-assistant run --demo list")


def show(card: Card, seed: int = 0) -> Shown:
    """Run a demonstration; the same seed gives the same figures, but for times."""
    module = importlib.import_module(f"assistant.demos.{card.module}")
    shown: Shown = module.show(seed)
    return shown
