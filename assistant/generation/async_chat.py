"""Many requests to one endpoint at once: whole replies as they came, and nothing is retried.

Rate limits, retries and what a status means are the caller's (``assistant.bulk``): the client of
openai retries unseen by any limiter, so its own retries are off.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import BackendError
from assistant.generation.language_model import LanguageModel, Message
from assistant.generation.openai_chat import REDIRECTS, OpenAIChat, redirected

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

MAX_REPLY = 2_000_000  # bytes; fifty times the longest draft that is read
TOO_LONG = 413  # what the status says of a request that is too long, said of a reply
Body = Mapping[str, Any]
"""A chat-completion request: ``model``, ``messages`` and parameters."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What came back for one request: status 0 and a reason where nothing did."""

    status: int
    body: Any = None
    """The JSON of the reply; None where it is none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    reason: str = ""
    unreachable: bool = False
    """Nobody listens there: not the request's fault, and likely that of the address."""


class Completions(Protocol):
    """What answers chat-completion requests; it never raises for what an endpoint does."""

    async def complete(self, body: Body) -> Raw:
        """The reply to one request."""

    async def close(self) -> None:
        """Give back connections and threads."""


class AsyncChat:
    """The endpoint of an `OpenAIChat` over the client's aiohttp transport."""

    def __init__(self, chat: OpenAIChat, connections: int) -> None:
        self._chat = chat
        self._connections = connections
        self._opened: AsyncOpenAI | None = None

    async def complete(self, body: Body) -> Raw:
        """POST ``/chat/completions`` once."""
        import httpx2
        import openai

        client = self._opened or self._open()
        try:
            reply: Any = await client.post(
                "/chat/completions",
                cast_to=httpx2.Response,
                body=dict(body),
                stream=True,
                stream_cls=openai.AsyncStream[Any],
            )
            response: httpx2.Response = reply  # by ``cast_to``
            data = await _read(response)
        except openai.APIStatusError as error:
            response, data = error.response, error.response.content[:MAX_REPLY]
        except Exception as error:  # of openai, of httpx2, and of the transport as it is
            return self._nothing(error)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code in REDIRECTS:
            aim = headers.get("location", "")
            return Raw(response.status_code, None, headers, redirected(self._chat.base_url, aim))
        if data is None:
            said = f"the reply is longer than {MAX_REPLY:,} bytes"
            return Raw(TOO_LONG, None, headers, said)
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            return Raw(response.status_code, None, headers, "the reply is no JSON")
        return Raw(response.status_code, content, headers)

    def _nothing(self, error: BaseException) -> Raw:
        """What is told where no reply came."""
        while error.__cause__ is not None:
            error = error.__cause__
        if isinstance(error, ConnectionRefusedError | socket.gaierror):
            return Raw(0, reason=f"{self._chat.base_url} cannot be reached", unreachable=True)
        if isinstance(error, TimeoutError):
            return Raw(0, reason=f"no reply within {self._chat.settings.timeout:g} seconds")
        return Raw(0, reason=f"{type(error).__name__}: {' '.join(str(error).split())[:160]}")

    async def close(self) -> None:
        """Close all connections."""
        if self._opened:
            await self._opened.close()

    def _open(self) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI, DefaultAioHttpClient

        room = httpx2.Limits(
            max_connections=self._connections, max_keepalive_connections=self._connections
        )
        timeout = self._chat.settings.timeout
        self._opened = AsyncOpenAI(
            base_url=self._chat.base_url,
            api_key=self._chat.sent_key,
            max_retries=0,
            timeout=timeout,
            http_client=DefaultAioHttpClient(limits=room, timeout=timeout, follow_redirects=False),
        )
        return self._opened


async def _read(response: httpx2.Response) -> bytes | None:
    """The body of a reply; None where it goes on and on, and the rest is left unread."""
    pieces, size = [], 0
    try:
        async for piece in response.aiter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_REPLY:
                return None
    finally:
        await response.aclose()
    return b"".join(pieces)


class ThreadedChat:
    """Any other `LanguageModel`: its blocking replies, each in a thread of its own."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def complete(self, body: Body) -> Raw:
        """One whole reply in the shape of a chat completion."""
        messages: list[Message] = [(m["role"], m["content"]) for m in body["messages"]]
        try:
            text, end = await asyncio.to_thread(self._model.reply, messages)
        except BackendError as error:
            return Raw(0, reason=error.message)
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": end.finish}
        content: dict[str, Any] = {"model": end.model or self._model.name, "choices": [choice]}
        if end.input_tokens is not None:
            content["usage"] = {
                "prompt_tokens": end.input_tokens,
                "completion_tokens": end.output_tokens or 0,
            }
        return Raw(200, content)

    async def close(self) -> None:
        """Nothing is held open."""


def completions(model: LanguageModel, connections: int) -> Completions:
    """How ``model`` is asked many things at once."""
    if isinstance(model, OpenAIChat):
        return AsyncChat(model, connections)
    return ThreadedChat(model)


def body_of(model: LanguageModel, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The request that asks ``model``, with the parameters of the settings."""
    if not isinstance(model, OpenAIChat):
        return {"model": model.name, "messages": list(messages)}
    return {"model": model.model, "messages": list(messages), **model.parameters}
