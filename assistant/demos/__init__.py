"""Demonstrations: the idea of each cited paper at work on this machine, honestly labelled."""

from assistant.demos.cards import cards, find, show
from assistant.demos.kept import Kept, kept, sheet
from assistant.demos.shown import Figure, Shown

__all__ = ["Figure", "Kept", "Shown", "cards", "find", "kept", "sheet", "show"]
