"""Language models that a test can make wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from assistant.generation import End, LanguageModel, Message
from assistant.pipeline import Assistant
from assistant.settings import Settings


class Slow(LanguageModel):
    """Says a word now and then until it is let go; ``silent`` says nothing at all."""

    name = "slow"

    def __init__(self, *, silent: bool = False) -> None:
        self.asked = threading.Semaphore(0)
        self.free = threading.Event()
        self._silent = silent

    def complete(self, _: Sequence[Message]) -> Iterator[str | End]:
        self.asked.release()
        if self._silent:
            self.free.wait(30)
        yield "## 1. Task\n\n"
        while not self.free.wait(0.05):
            yield "and "
        yield End("stop")

    def opened(self, settings: Settings, _: object) -> Assistant:
        """What a server opens in place of the assistant of the settings."""
        assistant = Assistant(cache=settings.cache_folder)
        assistant.generator = self
        return assistant
