"""Server-sent events: written as they come, given up when the client is gone or does not read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.server.flow import disconnected

QUIET = 15.0  # seconds after which a comment shows proxies that the stream lives


def event(data: Any, name: str | None = None) -> bytes:
    """One event; ``data`` is JSON or, for ``[DONE]``, a text."""
    said = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {said}\n\n".encode()


class EventStream(Response):
    """Sends ``chunks``; ``close`` is called at the end, whatever ended it."""

    media_type = "text/event-stream"

    def __init__(
        self, chunks: AsyncIterator[bytes], close: Callable[[], None], patience: float
    ) -> None:
        self._chunks, self._close, self._patience = chunks, close, patience
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events, or stop when the client has left."""
        sending = asyncio.ensure_future(self._sent(send))
        gone = asyncio.ensure_future(disconnected(Request(scope, receive)))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        except (TimeoutError, OSError):
            pass  # it does not read, or is gone
        finally:
            self._close()
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)

    async def _sent(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        chunks = aiter(self._chunks)
        while True:
            ahead = asyncio.ensure_future(anext(chunks))
            try:
                while not (await asyncio.wait((ahead,), timeout=QUIET))[0]:
                    await self._write(send, b": \n\n")
                chunk = ahead.result()
            except StopAsyncIteration:
                break
            finally:
                ahead.cancel()
            await self._write(send, chunk)
        await send({"type": "http.response.body", "body": b""})

    async def _write(self, send: Send, chunk: bytes) -> None:
        message = {"type": "http.response.body", "body": chunk, "more_body": True}
        async with asyncio.timeout(self._patience):
            await send(message)
