"""Every failure as one JSON object, in the shape that OpenAI's clients read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import (
    AssistantError,
    BackendError,
    CatalogError,
    GroundingError,
    InputError,
    reason,
)
from assistant.server.flow import GoneError
from assistant.server.pools import BusyError

# A path of this machine; what stands behind "://", a letter or a digit is no such thing.
_PATH = re.compile(r"(?<![\w:/.])/(?:[^\s/:'\"]+/)+([^\s/:'\",;]*)")
_FLAG = re.compile(r"(?<!\w)--([a-z][a-z-]*)(?= |$|,|;)")
_GONE = 499


class NotReadyError(Exception):
    """What is asked needs a catalog or an index that is still being loaded."""

    def __init__(self, message: str, code: str = "not_ready") -> None:
        super().__init__(message)
        self.code = code


class NotFoundError(InputError):
    """There is no such record, conversation, run or model; ``said`` is its code."""

    def __init__(
        self, message: str, *, hint: str = "", said: str = "not_found", param: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.said, self.param = said, param


class RefusedError(HTTPException):
    """A request that is not let through, whoever reads its body at that moment."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(status, message)
        self.body = body(message, "invalid_request_error", code)


def body(
    message: str, kind: str, code: str | None = None, param: str | None = None, hint: str = ""
) -> dict[str, Any]:
    """The object of an error; ``hint`` says what to do."""
    told = {"message": clean(message), "type": kind, "param": param, "code": code}
    return {"error": {**told, **({"hint": clean(hint)} if hint else {})}}


def clean(text: str) -> str:
    """One line without paths of this machine: of each the last name stays."""
    return _PATH.sub(r"\1", " ".join(text.split()))


def described(error: BaseException) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of what went wrong."""
    bad = "invalid_request_error"
    if isinstance(error, NotFoundError):
        return 404, body(error.message, bad, error.said, error.param, error.hint), {}
    if isinstance(error, GroundingError):
        return 422, body(error.message, bad, "not_grounded", hint=error.hint), {}
    if isinstance(error, InputError):
        told = [_FLAG.sub(r"\1", text or "") for text in (error.message, error.hint)]
        return 400, body(told[0], bad, "invalid_input", hint=told[1]), {}
    if isinstance(error, CatalogError):
        return 503, body(error.message, "server_error", "catalog_missing", hint=error.hint), {}
    if isinstance(error, BackendError):
        return 503, body(error.message, "server_error", "backend_unavailable", hint=error.hint), {}
    if isinstance(error, AssistantError):
        return 500, body(error.message, "server_error", "failed", hint=error.hint), {}
    if isinstance(error, BusyError):
        said = body(str(error), "rate_limit_error", "rate_limit_exceeded", hint="try again soon")
        return 429, said, {"Retry-After": str(error.seconds)}
    if isinstance(error, NotReadyError):
        said = body(str(error), "server_error", error.code, hint="see /readyz")
        return 503, said, {"Retry-After": "2"}
    if isinstance(error, GoneError):
        return _GONE, body("the client closed the connection", bad, "client_closed"), {}
    if isinstance(error, RequestValidationError):
        return 400, _validation(error.errors()), {}
    if isinstance(error, RefusedError):
        return error.status_code, error.body, {}
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code)
        kind = "server_error" if error.status_code >= 500 else bad
        return error.status_code, body(str(error.detail), kind, code), dict(error.headers or {})
    return 500, body("something unexpected went wrong", "server_error", "bug"), {}


def _validation(faults: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fault = faults[0]
    place = [str(part) for part in fault["loc"] if part not in ("body", "query", "path")]
    field = ".".join(place) or None
    if fault["type"] == "json_invalid":
        return body("the body is no JSON", "invalid_request_error", "invalid_json")
    said = reason({**fault, "ctx": fault.get("ctx", {})})
    return body(f"{field or 'the body'}: {said}", "invalid_request_error", "invalid_field", field)


async def answered(request: Request, error: Exception) -> Response:
    """The handler of all failures that are told."""
    status, said, headers = described(error)
    request.scope["sr.fault"] = type(error).__name__
    return JSONResponse(said, status, headers)


TOLD: tuple[type[Exception], ...] = (
    AssistantError,
    BusyError,
    NotReadyError,
    GoneError,
    RequestValidationError,
    HTTPException,
)
