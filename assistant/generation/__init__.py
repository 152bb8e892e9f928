"""Writers of answers behind one interface: the offline composer, language models later."""

from __future__ import annotations

from typing import Protocol

from assistant.answer import Answer
from assistant.generation.composer import Composer
from assistant.world import World

__all__ = ["Composer", "Generator"]


class Generator(Protocol):
    """Writes a draft about a world; whatever it writes, the verifier decides."""

    name: str
    template: str

    def write(self, world: World) -> Answer:
        """The draft of an answer to ``world``."""
