"""Demonstrations: the idea of each cited paper at work on this machine, honestly labelled."""

from assistant.demos.shown import Figure, Shown

__all__ = ["Figure", "Shown"]
