"""What every request passes before anything reads it: name, origin, key, size; and its log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
import time
import traceback
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.faults import RefusedError, described
from assistant.server.metrics import Metrics
from assistant.server.options import Options

log = logging.getLogger("sr_assistant.server")

_ID = re.compile(r"[\w.-]{1,64}")
_KEPT_PRIVATE = ("/v1", "/api", "/mcp", "/metrics")
_SAFE = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """ASGI middleware around the whole application, MCP and page included."""

    def __init__(self, app: ASGIApp, options: Options, metrics: Metrics) -> None:
        self._app, self.options, self.metrics = app, options, metrics
        self._keys = [_digest(key) for key in options.keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it with a typed error."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # nothing here speaks WebSocket
        await _Passage(self, scope, receive, send).through(self._app)

    def admit(self, scope: Scope) -> None:
        """Refuse by what the head of the request says."""
        headers, path = Headers(scope=scope), scope["path"]
        name = _name(headers.get("host", ""))
        if name not in self.options.hosts:
            raise RefusedError(400, "this server does not answer to that host name", "bad_host")
        origin = headers.get("origin")
        if origin and origin != "null" and scope["method"] not in _SAFE:
            if urlsplit(origin).netloc.casefold() != headers.get("host", "").casefold():
                raise RefusedError(403, "requests of other sites are refused", "cross_origin")
        elif origin == "null" and scope["method"] not in _SAFE:
            raise RefusedError(403, "requests of other sites are refused", "cross_origin")
        if self._keys and _is_below(path, _KEPT_PRIVATE) and not self._knows(headers):
            raise RefusedError(401, "a valid API key is needed", "invalid_api_key")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.most(scope):
            raise self.too_large(scope)

    def most(self, scope: Scope) -> int:
        """Bytes that the body of this request may have."""
        sent = Headers(scope=scope).get("content-type", "")
        files = sent.startswith("multipart/form-data") or scope["path"].startswith("/v1/")
        return self.options.max_upload if files else self.options.max_body

    def too_large(self, scope: Scope) -> Exception:
        """The refusal of a body that is too long."""
        limit = self.most(scope)
        said = f"the body is longer than {limit / (1 << 20):g} MB"
        return RefusedError(413, said, "too_large")

    def _knows(self, headers: Headers) -> bool:
        given = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        found = _digest(given.strip())
        matches = [hmac.compare_digest(found, key) for key in self._keys]  # all, in equal time
        return any(matches)


class _Passage:
    """One request on its way."""

    def __init__(self, guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        self._guard, self._scope = guard, scope
        self._receive, self._send = receive, send
        self._status = 0
        self._read = 0
        self._complete = False
        self._start = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        self._id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope["sr.request_id"] = self._id

    async def through(self, app: ASGIApp) -> None:
        try:
            self._guard.admit(self._scope)
            await app(self._scope, self._received, self._sent)
        except RefusedError as error:
            headers = {"WWW-Authenticate": "Bearer"} if error.status_code == 401 else {}
            await self._refuse(error.status_code, error.body, headers)
        except Exception as error:  # the last line: no traceback reaches a client or the log's text
            status, said, headers = described(error)
            if status == 500:
                log.error("%s %s", self._id, _where(error))
            await self._refuse(status, said, headers)
        finally:
            self._told()

    async def _received(self) -> Message:
        if self._complete:
            return await self._receive()
        guard = self._guard
        try:
            async with asyncio.timeout(guard.options.patience):
                message = await self._receive()
        except TimeoutError as error:
            raise RefusedError(408, "the body did not arrive in time", "too_slow") from error
        self._read += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._read > guard.most(self._scope):
            raise guard.too_large(self._scope)
        return message

    async def _sent(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._id
            if not self._complete and _has_body(self._scope):
                headers["Connection"] = "close"  # nobody reads the rest
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not _is_below(self._scope["path"], ("/page",)):
                headers.setdefault("Cache-Control", "no-store")
        await self._send(message)

    async def _refuse(self, status: int, said: object, headers: dict[str, str]) -> None:
        if self._status:
            return  # the answer has begun: the connection ends here
        response = JSONResponse(said, status, headers)
        await response(self._scope, self._receive, self._sent)

    def _told(self) -> None:
        route = self._scope.get("route")
        name = getattr(route, "path", None) or _first(self._scope["path"])
        seconds = time.perf_counter() - self._start
        method = self._scope["method"]
        self._guard.metrics.request(name, method, self._status, seconds)
        log.info("%s %s %s %d %.0f ms", self._id, method, name, self._status, 1000 * seconds)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _name(host: str) -> str:
    """The name of a Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].casefold()
    return host.partition(":")[0].casefold()


def _is_below(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _first(path: str) -> str:
    """A label for what has no route: text of users never becomes one."""
    return "/mcp" if _is_below(path, ("/mcp",)) else "(none)"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def _where(error: BaseException) -> str:
    """Kind and places of an error; its words may hold what a user wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
    return f"{type(error).__name__} at {places}"
