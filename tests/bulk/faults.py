"""What a server may do wrong, and to which requests."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Literal

OUTSIDE = "A better one: https://github.com/somebody/elsewhere and https://arxiv.org/abs/1706.03762"

RetryAfter = Literal["", "seconds", "float", "ms", "date"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One reply as it should not be; the fields that are left alone are those of a good reply."""

    name: str = "good"
    wait: float = 0
    """Seconds before anything is sent, on top of the latency."""
    status: int = 200
    code: str = ""
    retry_after: RetryAfter = ""
    seconds: float = 0
    """What ``retry_after`` tells; a date is rounded up to whole seconds."""
    raw: bytes | None = None
    """Sent instead of a completion."""
    kind: str = "application/json"
    cut: Literal["", "before", "within"] = ""
    """The connection ends before the reply or in the middle of its body."""
    text: str | None = None
    """Instead of the draft."""
    more: str = ""
    """Appended to the draft."""
    finish: str = "stop"
    refusal: str | None = None
    usage: bool = True
    id: str | None = None
    """Instead of the identifier of this completion."""


GOOD = Fault()


def limited(form: RetryAfter, seconds: float = 0, status: int = 429) -> Fault:
    """A passing limit that tells when to come back in one of the forms that are in use."""
    name = f"{status}_{form or 'without'}"
    return Fault(name, status=status, code="rate_limit_exceeded", retry_after=form, seconds=seconds)


_PAGE = b"<!doctype html><title>502</title><h1>Bad gateway</h1>"
_ERRORS = {
    "bad_request": (400, "invalid_value"),
    "too_long": (400, "context_length_exceeded"),
    "wrong_key": (401, "invalid_api_key"),
    "forbidden": (403, "unsupported_country_region_territory"),
    "no_model": (404, "model_not_found"),
    "timed_out": (408, ""),
    "conflict": (409, ""),
    "quota": (429, "insufficient_quota"),
    "server_error": (500, "server_error"),
    "bad_gateway": (502, ""),
    "unavailable": (503, ""),
    "gateway_timeout": (504, ""),
}
_OTHERS = (
    Fault("slow", wait=0.5),
    limited("seconds", 1),
    limited("float", 0.25),
    limited("ms", 0.25),
    limited("date", 1),
    limited(""),
    limited("float", 0.25, status=503),
    Fault("429_long", status=429, retry_after="seconds", seconds=3600),
    Fault("cut_before", cut="before"),
    Fault("cut_within", cut="within"),
    Fault("not_json", raw=b'{"id": "chatcmpl-1", "choi'),
    Fault("wrong_shape", raw=b'{"object": "chat.completion", "choices": "none"}'),
    Fault("no_choices", raw=b'{"id": "x", "object": "chat.completion", "choices": []}'),
    Fault("array", raw=b"[1, 2]"),
    Fault("nothing", raw=b""),
    Fault("page", raw=_PAGE, kind="text/html"),
    Fault("empty", text=""),
    Fault("truncated", finish="length"),
    Fault("filtered", finish="content_filter"),
    Fault("refused", text="", refusal="I cannot help with that."),
    Fault("wrong_id", id="chatcmpl-of-another-row"),
    Fault("outside", more=f"\n\n{OUTSIDE}\n"),
    Fault("no_usage", usage=False),
)
FAULTS: Mapping[str, Fault] = {
    **{name: Fault(name, status=s, code=code) for name, (s, code) in _ERRORS.items()},
    **{fault.name: fault for fault in _OTHERS},
}
"""Every fault by its name; `limited` and ``Fault(...)`` make others."""


@dataclass(frozen=True)
class Rule:
    """Which requests meet a fault: all conditions must hold."""

    fault: Fault | str
    numbers: Container[int] | None = None
    """Numbers of requests, counted from 1 in the order of arrival."""
    text: str = ""
    """What the last message of the user must contain."""
    share: float = 1
    """The chance, drawn anew for each attempt of the same messages."""
    times: int | None = None
    """How many attempts of the same messages may meet it."""

    @property
    def reply(self) -> Fault:
        """The fault, also where it is given by name."""
        return FAULTS[self.fault] if isinstance(self.fault, str) else self.fault

    def holds(self, number: int, text: str, attempt: int, drawn: float) -> bool:
        """Whether a request meets the fault; ``drawn`` is its lot between 0 and 1."""
        return (
            (self.numbers is None or number in self.numbers)
            and self.text in text
            and (self.times is None or attempt <= self.times)
            and drawn < self.share
        )
