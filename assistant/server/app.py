"""The application: start reading here.

request -> Guard (names, origin, key, size, id, log) -> routes -> a worker of a pool
                                                         |
                    openai_api  /v1                      v
                    rest        /api      ask, search, run, demos, bulk, grade, catalog, chat
                    tools       /mcp      the same for coding assistants
                    page        /         what a browser shows; it calls /api only
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from mcp.server.transport_security import TransportSecuritySettings

from assistant.server import (
    asking,
    bulk_jobs,
    finding,
    grading_route,
    looking,
    openai_api,
    running,
    shell,
    showing,
    tools,
)
from assistant.server.faults import TOLD, answered
from assistant.server.guard import Guard
from assistant.server.metrics import MEDIA_TYPE
from assistant.server.options import Options
from assistant.server.service import Service
from assistant.settings import Settings
from assistant.version import __version__


def application(
    settings: Settings, options: Options | None = None, service: Service | None = None
) -> Any:
    """The whole server as an ASGI application; it loads the index once it is started."""
    shared = service or Service(settings, options or Options.of(settings))
    mcp = tools.server(shared)
    # names and origins are checked by Guard; without sessions nothing is kept between calls
    spoken = mcp.streamable_http_app(
        streamable_http_path="/",
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        shared.start()
        try:
            async with mcp.session_manager.run():  # a mounted application has no lifespan
                yield
        finally:
            shared.close()

    app = FastAPI(
        title="sr-assistant",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    for kind in TOLD:
        app.add_exception_handler(kind, answered)
    app.include_router(_health(shared))
    for room in (openai_api, asking, finding, looking, running, showing, bulk_jobs, grading_route):
        app.include_router(room.routes(shared))
    app.include_router(shell.routes())
    app.mount("/mcp", spoken)
    app.add_middleware(Guard, options=shared.options, metrics=shared.metrics)
    return app


def _health(service: Service) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process lives."""
        return {"status": "ok", "version": __version__}

    @router.get("/readyz")
    async def readyz() -> Response:
        """Whether questions are answered, and else how far the index is."""
        told = service.progress.to_json()
        ready = told["state"] == "ready"
        return JSONResponse(told, 200 if ready else 503, {} if ready else {"Retry-After": "2"})

    @router.get("/metrics")
    async def metrics() -> Response:
        """Counts and times for Prometheus."""
        ready = service.progress.state == "ready"
        return PlainTextResponse(
            service.metrics.text(service.pools, ready=ready), 200, {}, MEDIA_TYPE
        )

    return router
