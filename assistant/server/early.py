"""Answers while the application is still being imported, which takes seconds on a busy machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from assistant.server.guard import Guard
from assistant.server.metrics import Metrics
from assistant.server.options import Options
from assistant.version import __version__


class Early:
    """The ASGI application that ``make`` gives, made in a thread once the server listens.

    Until then ``/healthz`` says that the process lives, ``/readyz`` that it is loading, to the
    host names of ``options``; every other request waits. ``failed`` is called with what ``make``
    raised.
    """

    def __init__(
        self, make: Callable[[], Any], options: Options, failed: Callable[[Exception], None]
    ) -> None:
        self._make, self._failed = make, failed
        self._guard = Guard(self._told, options, Metrics())
        self._start = time.monotonic()
        self._app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked, or answer it here as long as there is no application."""
        if scope["type"] == "lifespan":
            await self._lived(receive, send)
        elif self._app is None:
            await self._guard(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _told(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            alive = {"status": "ok", "version": __version__}
            await JSONResponse(alive)(scope, receive, send)
        elif scope["path"] == "/readyz":
            seconds = round(time.monotonic() - self._start, 1)
            state = {"state": "loading", "seconds": seconds}
            await JSONResponse(state, 503, {"Retry-After": "2"})(scope, receive, send)
        else:
            await self._made.wait()
            await self._app(scope, receive, send)

    async def _lived(self, receive: Receive, send: Send) -> None:
        await receive()
        self._made, self._over = asyncio.Event(), asyncio.Event()
        living = asyncio.create_task(self._live())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._over.set()
        await living
        await send({"type": "lifespan.shutdown.complete"})

    async def _live(self) -> None:
        """Make the application and keep its lifespan, which one task has to begin and to end."""
        try:
            app = await asyncio.to_thread(self._make)
        except Exception as error:
            self._app = JSONResponse({"state": "failed"}, 503)
            self._failed(error)
        else:
            async with app.router.lifespan_context(app):
                self._app = app
                self._made.set()
                await self._over.wait()
        self._made.set()
