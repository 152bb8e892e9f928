"""The gate that every request passes: rates, shared pauses, and as many at once as is borne."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from assistant.bulk.faults import Fault, fault_of, retry_after
from assistant.bulk.limits import Bucket, Gate, HaltedError, seconds_of
from assistant.generation.async_chat import Raw


def refused(wait: float | None) -> Fault:
    return Fault("pause", "rate_limit_exceeded", "slow down", 429, wait)


def test_a_bucket_spaces_requests_evenly_and_gives_no_more_than_its_burst() -> None:
    bucket = Bucket(600)
    waits = [round(bucket.reserve(1, 100.0), 3) for _ in range(4)]
    assert [0.0, 0.0, 0.1, 0.2] == waits


def test_a_bucket_never_gives_more_than_the_user_allows_whatever_the_endpoint_says() -> None:
    bucket, free = Bucket(100), Bucket(None)
    for limit in (50, 1000):
        bucket.learn(limit)
        free.learn(limit)
    assert (100, 1000) == (bucket.limit, free.limit)


def test_unused_tokens_are_given_back() -> None:
    bucket = Bucket(60)
    bucket.reserve(10, 100.0)
    bucket.settle(10, 4)
    assert 4 - 0.1 == pytest.approx(bucket.reserve(1, 100.0))


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("1s", 1), ("6m0s", 360), ("20ms", 0.02), ("1.5", 1.5), ("1h2m", 3720), ("soon", 0), ("", 0)],
)
def test_spans_are_read_in_the_forms_that_endpoints_use(span: str, seconds: float) -> None:
    assert seconds == pytest.approx(seconds_of(span))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sat, 21 Nov 2026 10:00:05 GMT"}, 5),
        ({"retry-after": "Sat, 21 Nov 2026 09:00:00 GMT"}, 0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    now = 1795255200.0  # 2026-11-21 10:00:00 UTC
    assert seconds == retry_after(headers, now)


@pytest.mark.parametrize(
    ("status", "body", "action", "code"),
    [
        (429, {"error": {"code": "insufficient_quota"}}, "stop", "insufficient_quota"),
        (429, {"error": {"code": "rate_limit_exceeded"}}, "pause", "rate_limit_exceeded"),
        (401, {"error": {"code": "invalid_api_key"}}, "stop", "invalid_api_key"),
        (402, {"error": {"message": "pay"}}, "stop", "insufficient_quota"),
        (400, {"error": {"code": "context_length_exceeded"}}, "fail", "context_length_exceeded"),
        (400, {"object": "error", "message": "bad", "code": 400}, "fail", "400"),
        (422, {"detail": "a field is missing"}, "fail", "422"),
        (404, {"error": {"code": "model_not_found"}}, "fail", "model_not_found"),
        (503, None, "pause", "503"),
        (500, {"error": "sorry"}, "retry", "500"),
        (529, {"error": {"type": "overloaded_error"}}, "retry", "overloaded_error"),
        (0, None, "retry", "connection"),
        (200, None, "retry", "unreadable_reply"),
        (200, {"choices": []}, "retry", "unreadable_reply"),
        (200, {"choices": [{"message": "text"}]}, "retry", "unreadable_reply"),
        (200, {"error": {"code": 429, "message": "upstream"}}, "pause", "429"),
    ],
)
def test_a_reply_is_told_from_what_passes_and_what_never_will(
    status: int, body: object, action: str, code: str
) -> None:
    fault = fault_of(Raw(status, body))
    assert (action, code) == ((fault.action, fault.code) if fault else ("", ""))


def test_a_completion_is_no_fault() -> None:
    assert None is fault_of(Raw(200, {"choices": [{"message": {"content": "text"}}]}))


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def inner() -> None:
        await work()

    asyncio.run(inner())


def test_one_wave_of_refusals_is_one_pause_and_halves_what_goes_at_once_once() -> None:
    async def work() -> None:
        gate = Gate(concurrency=64)
        for _ in range(40):
            gate.slow_down(refused(0.2), {})
        assert 32 == gate.limit
        start = time.monotonic()
        await gate.enter(0)
        assert time.monotonic() - start >= 0.19

    run(work)


def test_after_a_pause_no_more_go_at_once_than_the_limit_and_all_go_in_the_end() -> None:
    async def work() -> None:
        gate, most, done = Gate(concurrency=8), 0, 0
        gate.slow_down(refused(0.01), {})

        async def one() -> None:
            nonlocal most, done
            await gate.enter(0)
            most = max(most, gate.busy)
            await asyncio.sleep(0.001)
            gate.leave()
            done += 1

        await asyncio.gather(*(one() for _ in range(50)))
        assert (4, 50, 0) == (most, done, gate.busy)

    run(work)


def test_an_endpoint_that_always_says_at_once_is_not_asked_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assistant.bulk.limits.backoff", lambda _: 20.0)

    async def work() -> None:
        gate = Gate(concurrency=1, max_wait=50)
        for _ in range(10):
            gate.slow_down(refused(0), {})
            gate._until = 0.0  # as if the pause were over
        assert gate.halted is not None
        assert "rate_limit_deferred" == gate.halted.code

    run(work)


def test_what_waits_is_told_at_once_when_the_run_ends() -> None:
    async def work() -> None:
        gate = Gate(concurrency=1, rpm=1)
        await gate.enter(0)
        waiting = [asyncio.create_task(gate.enter(0)) for _ in range(3)]
        await asyncio.sleep(0.01)
        gate.halt(Fault("stop", "interrupted", "interrupted"))
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert [HaltedError] * 3 == [type(one) for one in found]

    run(work)
