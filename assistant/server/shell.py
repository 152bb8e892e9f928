"""The page: a shell and static files, no build step; it asks nobody but ``/api``."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant import demos
from assistant.server.faults import NotFoundError

FOLDER = Path(__file__).parent / "page"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def routes() -> APIRouter:
    """The shell at ``/`` and its files below ``/page``; all are read once."""
    router = APIRouter(include_in_schema=False)
    files = {
        path.name: (path.read_bytes(), _KINDS[path.suffix])
        for path in FOLDER.iterdir()
        if path.suffix in _KINDS
    }
    tags = {name: _tag(data) for name, (data, _) in files.items()}
    version = hashlib.sha256("".join(sorted(tags.values())).encode()).hexdigest()[:8]
    shell = (FOLDER / "index.html").read_text("utf-8").replace("{{version}}", version)

    @router.get("/")
    async def index() -> HTMLResponse:
        return HTMLResponse(shell)

    @router.get("/favicon.ico")
    async def icon() -> Response:
        return Response(*files["icon.svg"][:1], media_type="image/svg+xml")

    @router.get("/page/{name}")
    async def file(name: str, request: Request) -> Response:
        if name not in files:
            raise NotFoundError("no such file")
        data, kind = files[name]
        return _unless_known(request, data, kind, tags[name])

    @router.get("/page/demos/{name}.png")
    def sheet(name: str, request: Request) -> Response:
        """The sheet of a demonstration as it ships."""
        path = next((demos.sheet(card) for card in demos.cards() if card.name == name), None)
        if path is None or not path.is_file():
            raise NotFoundError("no such file")
        data = path.read_bytes()
        return _unless_known(request, data, "image/png", _tag(data))

    return router


def _tag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def _unless_known(request: Request, data: bytes, kind: str, tag: str) -> Response:
    head = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=head)
    return Response(data, media_type=kind, headers=head)
