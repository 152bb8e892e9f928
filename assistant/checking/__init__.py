"""The closed-world check: every answer passes it, whoever wrote it."""

from __future__ import annotations

from assistant.checking.checker import verify
from assistant.checking.passages import Passage, Passages
from assistant.checking.readable import unreadable

__all__ = ["Passage", "Passages", "unreadable", "verify"]
