"""The closed world of one answer: the provided items, what is known of each, how each fits."""

from __future__ import annotations

from assistant.world.closed import World
from assistant.world.joining import build
from assistant.world.provided import Provided, usable

__all__ = ["Provided", "World", "build", "usable"]
