"""What clients of OpenAI's API send, read as one message after a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import InputError

MODEL = "sr-assistant"
OFFLINE = "sr-assistant-offline"


class _Open(BaseModel):
    """Clients send many parameters that mean nothing here; they are accepted."""

    model_config = ConfigDict(extra="allow")


class Message(_Open):
    """A message; its content is a text or a list of parts."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None


class StreamOptions(_Open):
    """Whether the stream ends with the usage."""

    include_usage: bool | None = None


class Own(_Open):
    """What only our own callers ask for: the workflow run on the picture that is sent along."""

    run: bool = False


class Completion(_Open):
    """The body of ``POST /v1/chat/completions``."""

    model: str
    messages: list[Message] = Field(min_length=1, max_length=2_000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    sr_assistant: Own = Own()


class Response(_Open):
    """The body of ``POST /v1/responses``."""

    model: str
    input: str | list[dict[str, Any]]
    instructions: str | None = None
    metadata: dict[str, str] | None = None
    previous_response_id: str | None = None
    stream: bool | None = False
    sr_assistant: Own = Own()


@dataclass(frozen=True, slots=True)
class Asked:
    """The last message of the user, those before it, and the pictures sent with the last."""

    message: str
    before: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    """Data URIs."""

    @property
    def characters(self) -> int:
        """Of all messages, for the usage."""
        return sum(map(len, (self.message, *self.before)))


def asked(messages: Sequence[Message]) -> Asked:
    """The question of a chat completion.

    Raises:
        InputError: no message is the user's, or a picture is not sent along.
    """
    said = [_read(m.content) for m in messages if m.role == "user"]
    if not said:
        raise InputError("messages: none is the user's", hint="send one with the role user")
    return Asked(said[-1][0], tuple(text for text, _ in said[:-1] if text.strip()), said[-1][1])


def asked_of(body: Response) -> Asked:
    """The question of a request for a response."""
    if body.previous_response_id:
        raise InputError(
            "previous_response_id: responses are not kept here", hint="send the whole history"
        )
    if isinstance(body.input, str):
        return Asked(body.input)
    roles = {"system", "developer", "assistant"}
    messages = [
        Message(role="user" if item.get("role") not in roles else "assistant", content=content)
        for item in body.input
        if item.get("type", "message") == "message"
        and isinstance(content := item.get("content"), str | list)
    ]
    if not messages:
        raise InputError("input: no message in it", hint="send a text or a list of messages")
    return asked(messages)


def _read(content: str | list[dict[str, Any]] | None) -> tuple[str, tuple[str, ...]]:
    if content is None or isinstance(content, str):
        return content or "", ()
    texts, pictures = [], []
    for part in content:
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("text"), str):
            texts.append(part["text"])
        found = part.get("image_url")
        url = found.get("url") if isinstance(found, dict) else found
        if isinstance(url, str):
            if not url.startswith("data:"):
                raise InputError("pictures are not fetched from addresses", hint="send a data URI")
            pictures.append(url)
    return "\n".join(texts), tuple(pictures)
