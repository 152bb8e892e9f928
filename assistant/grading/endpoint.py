"""The language model that judges, behind the same client as the one that writes answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from assistant.generation.openai_chat import OpenAIChat, Unreachable
from assistant.settings import Settings

__all__ = ["Endpoint", "Model", "Unreachable"]
TEMPERATURE = 0.7  # so that votes differ; their seeds make them repeatable


class Model(Protocol):
    """A model that can be asked: its name and one reply a call."""

    name: str

    def reply(self, prompt: str, schema: Mapping[str, Any], seed: int) -> str:
        """The raw text of one reply; raises BackendError where there is none."""


class Endpoint:
    """A model behind an OpenAI-compatible endpoint; ``timeout`` in seconds, else SRA_TIMEOUT."""

    def __init__(
        self, name: str, url: str | None, key: str | None, *, timeout: float | None = None
    ) -> None:
        given = {"temperature": TEMPERATURE} | ({"timeout": timeout} if timeout else {})
        settings = Settings().model_copy(update=given)
        self.name = name
        self._chat = OpenAIChat(name, url, key, settings=settings)

    def reply(self, prompt: str, schema: Mapping[str, Any], seed: int) -> str:
        """Ask once; where nobody answers at all, the error names the flag of the judge."""
        try:
            return self._chat.json_reply(prompt, schema, seed=seed)
        except Unreachable as error:
            hint = "check --judge-url and SRA_JUDGE_KEY"
            raise Unreachable(f"judge {self.name}: {error.message}", hint=hint) from error
