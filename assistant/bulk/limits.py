"""How fast an endpoint is asked: rates, one shared pause, and as many at once as it bears."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections import deque
from collections.abc import Mapping

from assistant.bulk.faults import Fault

MAX_BACKOFF = 60.0
PATIENT = 3  # waves of refusals in which the endpoint is taken at its word
_BURST = 0.1  # seconds of its rate that a bucket may give at once
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class HaltedError(Exception):
    """The run ends before this request: a fault that stops all, a pause too long, or Ctrl-C."""


class Bucket:
    """Requests or tokens a minute, evenly spaced (GCRA); ``limit`` None is no limit."""

    def __init__(self, limit: float | None) -> None:
        self._most = limit
        self.limit = limit
        self._free = 0.0

    def reserve(self, amount: float, now: float) -> float:
        """Take ``amount`` and say how many seconds to wait until it may be used."""
        if self.limit is None:
            return 0.0
        self._free = max(self._free, now - _BURST)
        wait = self._free - now
        self._free += amount * 60 / self.limit
        return max(0.0, wait)

    def settle(self, estimated: float, used: float) -> None:
        """Correct a reservation once the real amount is known."""
        if self.limit is not None:
            self._free += (used - estimated) * 60 / self.limit

    def learn(self, limit: float) -> None:
        """Keep to what the endpoint says, and never to more than the user said."""
        if limit > 0:
            self.limit = min(limit, self._most) if self._most is not None else limit


class Gate:
    """What every request passes before it is sent, and hears of afterwards."""

    def __init__(
        self,
        *,
        concurrency: int,
        rpm: float | None = None,
        tpm: float | None = None,
        max_wait: float = 300.0,
    ) -> None:
        self.requests, self.tokens = Bucket(rpm), Bucket(tpm)
        self.most, self.limit = concurrency, float(concurrency)
        self.busy = 0
        self.max_wait = max_wait
        self.halted: Fault | None = None
        """Why no further request is admitted."""
        self._halt = asyncio.Event()
        self._queue: deque[asyncio.Future[None]] = deque()
        self._until = 0.0  # end of the shared pause
        self._paused = 0.0  # seconds of pauses since the last success
        self._episodes = 0

    def halt(self, fault: Fault) -> None:
        """Admit no request any more; those under way end as they do."""
        self.halted = self.halted or fault
        self._halt.set()
        for waiting in self._queue:
            if not waiting.done():
                waiting.set_result(None)

    async def enter(self, tokens: float) -> None:
        """Wait for the pause, the rates and a free place; HaltedError where none will come."""
        while True:
            await self.sleep(self._until - time.monotonic())
            now = time.monotonic()
            wait = max(self.requests.reserve(1, now), self.tokens.reserve(tokens, now))
            await self.sleep(wait)
            if time.monotonic() < self._until:  # a pause began meanwhile
                continue
            if self.busy >= int(self.limit):
                await self._place()
                if time.monotonic() < self._until or self.busy >= int(self.limit):
                    continue
            break
        if self.halted:
            raise HaltedError
        self.busy += 1

    def leave(self) -> None:
        """The request is over; let the next one in."""
        self.busy -= 1
        free = int(self.limit) - self.busy
        while self._queue and free > 0:
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(None)
                free -= 1

    def succeeded(self, headers: Mapping[str, str]) -> None:
        """A reply came: one more at once, slowly; and what the endpoint says of its limits."""
        self._paused, self._episodes = 0.0, 0
        self.limit = min(self.most, self.limit + 1 / self.limit)
        self._read(headers)

    def slow_down(self, fault: Fault, headers: Mapping[str, str]) -> None:
        """Too many requests: all wait, and half as many go at once; one pause for one wave."""
        self._read(headers)
        now = time.monotonic()
        first = now >= self._until
        if first:
            self._episodes += 1
            self.limit = max(1.0, self.limit / 2)
        wait = fault.wait
        if wait is None:
            if not first:
                return
            wait = backoff(self._episodes)
        elif self._episodes > PATIENT:  # it says "at once" and does not mean it
            wait = max(wait, backoff(self._episodes - PATIENT))
        longer = max(0.0, now + wait - max(self._until, now))
        self._paused += longer
        self._until = max(self._until, now + wait)
        if wait > self.max_wait or self._paused > self.max_wait:
            clock = time.strftime("%H:%M", time.localtime(time.time() + wait))
            said = f"{fault.message}; resume after {clock}"
            self.halt(Fault("stop", "rate_limit_deferred", said, fault.status, wait))

    async def sleep(self, seconds: float) -> None:
        """Sleep unless the run is halted, which raises HaltedError."""
        if seconds > 0 and not self.halted:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._halt.wait(), seconds)
        if self.halted:
            raise HaltedError

    async def _place(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(waiting)
        await waiting

    def _read(self, headers: Mapping[str, str]) -> None:
        """Keep to ``x-ratelimit-*``; what is used up pauses all until it is reset."""
        for bucket, name in ((self.requests, "requests"), (self.tokens, "tokens")):
            limit = headers.get(f"x-ratelimit-limit-{name}")
            if limit is None:
                continue
            with contextlib.suppress(ValueError):
                bucket.learn(float(limit))
            if headers.get(f"x-ratelimit-remaining-{name}") == "0":
                reset = seconds_of(headers.get(f"x-ratelimit-reset-{name}", ""))
                self._until = max(self._until, time.monotonic() + min(reset, self.max_wait))


def backoff(attempt: int) -> float:
    """Full jitter between 1 and 60 seconds (Brooker, AWS Architecture Blog, 2015)."""
    return random.uniform(1.0, max(1.0, min(MAX_BACKOFF, 2.0**attempt)))  # noqa: S311 - no secret


def seconds_of(span: str) -> float:
    """Seconds of a span such as ``6m0s``, ``20ms`` or ``1.5``; 0 for anything else."""
    found = _SPAN.findall(span)
    if found:
        return sum(float(number) * _SECONDS[unit] for number, unit in found)
    try:
        return max(0.0, float(span))
    except ValueError:
        return 0.0
