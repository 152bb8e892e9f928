"""The closed-world check: every answer passes it, whoever wrote it."""

from __future__ import annotations

from assistant.checking.readable import unreadable
from assistant.checking.checker import Passage, Passages, verify

__all__ = ["Passage", "Passages", "unreadable", "verify"]
