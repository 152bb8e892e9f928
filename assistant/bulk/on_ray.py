"""Answers made on many machines: the workers search and verify, this process asks and keeps.

Rates, pauses and money are kept to by one asker, and every reply is in the one journal before
anybody works on it: a machine that is lost takes no reply with it that was paid for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.bulk.checks import Checked, Reply, checked
from assistant.bulk.items import Item
from assistant.bulk.keys import Keys
from assistant.bulk.requests import world
from assistant.cluster import Workers
from assistant.errors import CatalogError
from assistant.generation import LanguageModel
from assistant.generation.language_model import End, Message
from assistant.grounding import Again
from assistant.pipeline import Assistant
from assistant.prompts import Request, parse
from assistant.question import Wish
from assistant.settings import Settings


class WorkersChecker:
    """A `Checker` whose workers are those of a cluster."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    @property
    def size(self) -> int:
        """How many items are worked on at once."""
        return self._workers.size

    async def open(self) -> None:
        """Find workers; raises AssistantError where there are none."""
        await self._workers.open()

    async def world(self, item: Item, related: int) -> tuple[Request, Wish | None]:
        """What may answer an item; a prompt file is read here, faster than it would be sent."""
        if item.is_prompt:
            return parse(item.text, item.place), None
        found: tuple[Request, Wish | None] = await self._workers.call(world, item, related)
        return found

    async def __call__(
        self, request: Request, wish: Wish | None, replies: Sequence[Reply] | None, repair: int
    ) -> Checked | Again:
        """The answer to ``request``; written by the generator itself where no replies are given."""
        work = (request, wish, replies, repair)
        made: Checked | Again = await self._workers.call(checked, *work)
        return made

    async def close(self) -> None:
        """Send the workers away."""
        await self._workers.close()

    def told(self) -> dict[str, int]:
        """What the report says of them."""
        w = self._workers
        return {"size": w.size, "lost": w.lost, "done_again": w.again}


class AskedElsewhere(LanguageModel):
    """The language model behind replies that came from elsewhere; workers need only its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        """Never called: whoever holds the journal asks."""
        raise AssertionError(f"a worker asks nobody, {len(messages)} messages")


@dataclass(frozen=True)
class Alike:
    """Opens, on another machine, an assistant that answers as the one here does.

    It carries paths, names and the key of the store, where it searches; keys of endpoints and of
    our server stay here.
    """

    settings: Settings
    writer: str | None
    keys: Keys
    related: int

    @classmethod
    def of(cls, settings: Settings, assistant: Assistant, keys: Keys, related: int) -> Alike:
        """What opens the like of ``assistant``, which ``settings`` describe."""
        generator = assistant.generator
        given: dict[str, Any] = {"api_keys": None, "key_file": None}
        writer = generator.name if isinstance(generator, LanguageModel) else None
        if writer or settings.generator == "auto":
            given["generator"] = "composer"
        return cls(settings.model_copy(update=given), writer, keys, related)

    def __call__(self) -> Assistant:
        """Open it, with its index.

        Raises:
            CatalogError: its answers would be others.
        """
        assistant = Assistant.of(self.settings)
        if self.writer:
            assistant.generator = AskedElsewhere(self.writer)
        found = Keys.of(assistant, related=self.related, render=self.keys.render)
        if (found.identity, found.searched) != (self.keys.identity, self.keys.searched):
            raise CatalogError(
                "a machine of the cluster has another version, catalog or weights than this one",
                hint="install the same version, the same --catalog and the same weights on each",
            )
        assistant.search  # noqa: B018 - an index that has to be built first is no piece of work
        return assistant
