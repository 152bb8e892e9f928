"""What a reply means for its item and for the run: which failures pass, and which never will."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from assistant.generation.async_chat import Raw
from assistant.generation.language_model import MAX_DRAFT
from assistant.generation.openai_chat import REDIRECTS

Action = Literal["stop", "fail", "pause", "retry"]
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_RETRIED = (0, 408, 409, 500, 502, 504)
_STATUSES = {"length": "truncated", "content_filter": "filtered"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request has no reply, and what is done about it.

    ``stop`` ends the run, ``fail`` its item; ``pause`` holds everybody for ``wait`` seconds (None:
    the endpoint did not say), ``retry`` asks this item again after a while.
    """

    action: Action
    code: str
    message: str
    status: int = 0
    wait: float | None = None

    @property
    def class_(self) -> str:
        """How ``errors.jsonl`` calls it."""
        return {"stop": "run", "fail": "item"}.get(self.action, "passing")


def fault_of(raw: Raw) -> Fault | None:
    """The fault of a reply, or None for a chat completion. The code counts before the status."""
    if raw.unreachable:
        return Fault("retry", "unreachable", raw.reason)
    status, error = raw.status, _error(raw)
    if status == 200 and error is None:
        if is_completion(raw.body):
            return None
        said = raw.reason or "the reply is no chat completion"
        return Fault("retry", "unreadable_reply", said, status)
    if status == 200 and error is not None:  # some gateways hide the status in the body
        inner = error.get("code")
        status = inner if isinstance(inner, int) else 500
    code = str((error or {}).get("code") or (error or {}).get("type") or status or "connection")
    said = " ".join(str((error or {}).get("message") or raw.reason or "").split())[:300]
    said = said or f"status {status}"
    if code in _QUOTA or (error or {}).get("type") in _QUOTA or status == 402:
        return Fault("stop", "insufficient_quota", said, status)
    if status == 401:
        return Fault("stop", "invalid_api_key" if code == "401" else code, said, status)
    if status in REDIRECTS:
        return Fault("stop", "redirected", said, status)
    if status in (429, 503):
        return Fault("pause", code, said, status, retry_after(raw.headers))
    if status in _RETRIED or status > 504:
        return Fault("retry", code, said, status)
    return Fault("fail", code, said, status)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``Retry-After`` (seconds or an HTTP date)."""
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        given = headers.get(name, "").strip()
        try:
            seconds = float(given) * unit
        except ValueError:
            continue
        if 0 <= seconds < 1e9:
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, date.timestamp() - (time.time() if now is None else now))


def text_of(body: Any) -> tuple[str, str]:
    """The words of a completion and how it ended (``stop``, ``length``, ...)."""
    choice = body["choices"][0]
    content = choice["message"].get("content")
    if isinstance(content, list):  # parts, as some servers send them
        content = "".join(str(p.get("text") or "") for p in content if isinstance(p, dict))
    text, finish = str(content or ""), str(choice.get("finish_reason") or "stop")
    return text[:MAX_DRAFT], "length" if len(text) > MAX_DRAFT else finish


def state_of(body: Any) -> str:
    """``ok``, or why a completion is no normal success: empty, truncated, filtered, refused."""
    text, finish = text_of(body)
    if body["choices"][0]["message"].get("refusal"):
        return "refused"
    return _STATUSES.get(finish) or ("ok" if text.strip() else "empty")


def ended_by(states: Sequence[str]) -> str:
    """How the last of these replies ended, in the words of the endpoint; ``stop`` for none."""
    return next((k for k, v in _STATUSES.items() if states[-1:] == [v]), "stop")


def is_completion(body: Any) -> bool:
    """Whether a body is a chat completion: choices, each with a message."""
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or not choices:
        return False
    return all(isinstance(c, dict) and isinstance(c.get("message"), dict) for c in choices)


def _error(raw: Raw) -> dict[str, Any] | None:
    """The error object of a body in the dresses of OpenAI, vLLM and FastAPI."""
    body = raw.body
    if not isinstance(body, dict):
        return None
    found = body.get("error")
    if isinstance(found, dict):
        return found
    if found:
        return {"message": str(found)}
    if body.get("object") == "error" or (raw.status >= 400 and "message" in body):
        return body
    return {"message": str(body["detail"])} if raw.status >= 400 and body.get("detail") else None
