"""One request, asked until it is answered, has failed for good, or the run ends."""

from __future__ import annotations

import time
from array import array
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from assistant.bulk.costs import FREE, Prices, Spent, estimate, usage_of
from assistant.bulk.faults import Fault, fault_of, state_of, text_of
from assistant.bulk.limits import Gate, HaltedError, backoff
from assistant.generation import End
from assistant.generation.async_chat import Body, Completions, Raw

EARLY = 5
"""Failures of one kind, none answered before, that are the configuration's and not the items'."""
_LOOK = 0.02  # seconds until money set aside is counted again
_UNREACHED = 3  # attempts where nothing listens and nothing ever did


class FailedError(Exception):
    """A request has failed for good."""

    def __init__(self, fault: Fault, attempts: int) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class Reply:
    """A chat completion, how many attempts it took, the seconds of the last, and its cost."""

    body: dict[str, Any]
    attempts: int
    latency: float
    cost: float | None


@dataclass
class Asker:
    """Asks an endpoint within its limits and the user's."""

    endpoint: Completions
    gate: Gate
    max_attempts: int = 6
    prices: Prices = FREE
    max_cost: float | None = None
    spent: Spent = field(default_factory=Spent)
    attempts: int = 0
    latencies: array[float] = field(default_factory=lambda: array("f"))
    _reserved: dict[int, float] = field(default_factory=dict)
    _tickets: int = 0
    _early: int = 0

    async def ask(self, body: Body, keep: Callable[[Reply], Awaitable[object]]) -> Reply:
        """The reply to a request, once ``keep`` has brought it to safety.

        Its place is given free only then: a run that is killed has paid in vain for no more
        requests than may be under way at once.

        Raises:
            FailedError: it has none and will have none.
            HaltedError: the run ends before it was asked (again).
        """
        tokens_in = estimate(body["messages"])
        tokens_out = body.get("max_completion_tokens") or body.get("max_tokens") or 0
        ticket = await self._reserve(tokens_in, tokens_out)
        tried = failures = 0
        try:
            while True:
                await self.gate.enter(tokens_in + tokens_out)
                tried += 1
                self.attempts += 1
                start = time.perf_counter()
                try:
                    raw = await self.endpoint.complete(body)
                    latency = time.perf_counter() - start
                    fault = fault_of(raw)
                    if fault is None:
                        reply = self._received(raw, tried, latency, tokens_in + tokens_out)
                        await keep(reply)
                        return reply
                finally:
                    self.gate.leave()
                if fault.action == "pause":
                    self.gate.slow_down(fault, raw.headers)
                    continue
                failures += 1
                if fault.action == "stop":
                    self.gate.halt(fault)
                    raise HaltedError
                if fault.action == "fail" or failures >= self._bearable(fault):
                    self._consider(fault)
                    raise FailedError(fault, tried)
                await self.gate.sleep(backoff(failures))
        finally:
            self._reserved.pop(ticket, None)

    def _received(self, raw: Raw, tried: int, latency: float, estimated: int) -> Reply:
        self.gate.succeeded(raw.headers)
        used = usage_of(raw.body)
        if used:
            self.gate.tokens.settle(estimated, sum(used))
        self.latencies.append(latency)
        return Reply(raw.body, tried, round(latency, 3), self.spent.add(raw.body, self.prices))

    def _bearable(self, fault: Fault) -> int:
        if not self.spent.requests and fault.code == "unreachable":
            return min(_UNREACHED, self.max_attempts)
        return self.max_attempts

    def _consider(self, fault: Fault) -> None:
        """The first failures, all of them for good: no item is at fault."""
        if self.spent.requests or fault.status not in (0, 403, 404):
            return
        self._early += 1
        if self._early >= EARLY:
            said = f"the first {EARLY} requests failed: {fault.message}"
            self.gate.halt(Fault("stop", fault.code, said, fault.status))

    async def _reserve(self, tokens_in: int, tokens_out: int) -> int:
        """Set money aside before it is spent; nothing is admitted that might pass the limit.

        A reply is mostly shorter than it may be: as long as some are under way, it is waited for
        what they leave. Returns the ticket under which it is set aside.
        """
        if self.max_cost is None:
            return 0
        cost = self.prices.cost(tokens_in, tokens_out) or 0.0
        while self._reserved and (
            self._spent() + sum(self._reserved.values()) + cost > self.max_cost
        ):
            await self.gate.sleep(_LOOK)
        if self._spent() + cost > self.max_cost:
            said = f"--max-cost {self.max_cost:g} is reached; {self._spent():.4f} were spent"
            self.gate.halt(Fault("stop", "max_cost", said))
            raise HaltedError
        self._tickets += 1
        self._reserved[self._tickets] = cost
        return self._tickets

    def _spent(self) -> float:
        """An unknown cost may be any."""
        return float("inf") if self.spent.cost is None else self.spent.cost


def reply_of(body: Any) -> tuple[str, End]:
    """A chat completion as the verifier takes it."""
    text, finish = text_of(body)
    return text, End.told(finish, body.get("usage"), body.get("model"))


def told_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What the replies say of themselves: how each ended, and what all cost."""
    costs = [line.get("cost") for line in lines]
    known = all(isinstance(cost, int | float) for cost in costs)
    return {
        "replies": [state_of(line["body"]) for line in lines],
        "cost": sum(costs) if known else None,
    }
