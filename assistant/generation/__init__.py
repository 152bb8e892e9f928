"""Writers of answers behind one interface: the offline composer and language models.

A generator has a ``name``, the ``template`` it writes from, and ``write(world)``. A language model
is a `LanguageModel` with one method, ``complete``. Another package adds one by an entry point of
the group ``sr_assistant.generators`` that names a function from `Settings` to a generator.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from assistant.answer import Answer
from assistant.generation.composer import Composer
from assistant.generation.language_model import End, LanguageModel, Message
from assistant.generation.registry import known, open_generator
from assistant.world import World

__all__ = [
    "Composer",
    "End",
    "Generator",
    "LanguageModel",
    "Message",
    "known",
    "open_generator",
]


@runtime_checkable
class Generator(Protocol):
    """Writes a draft about a world; whatever it writes, the verifier decides."""

    name: str
    template: str

    def write(self, world: World) -> Answer:
        """The draft of an answer to ``world``."""
