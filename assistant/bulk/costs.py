"""Tokens and money: estimated before a request, counted after it, never guessed to be free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.generation.language_model import amount

METHOD = "characters / 4"
_PER = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; None where nobody said.

    No table of prices is built in: they change, and none could be checked here.
    """

    input: float | None = None
    output: float | None = None

    def cost(self, tokens_in: float, tokens_out: float) -> float | None:
        """What a request costs, or None for unknown."""
        if self.input is None or self.output is None:
            return None
        return (tokens_in * self.input + tokens_out * self.output) / _PER


FREE = Prices(0.0, 0.0)
"""What runs on this machine."""


@dataclass
class Spent:
    """What a run has used; ``cost`` is None as soon as one reply's is unknown."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0

    def add(self, body: Any, prices: Prices) -> float | None:
        """Count a reply by its own account; its cost as reported, else by the prices."""
        used = usage_of(body)
        usage = body.get("usage")
        reported = amount(usage.get("cost")) if isinstance(usage, dict) else None
        self.requests += 1
        if used is None:
            cost = prices.cost(0, 0) if prices == FREE else None
        else:
            self.tokens_in += used[0]
            self.tokens_out += used[1]
            cost = prices.cost(*used) if reported is None else reported
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        return cost


def usage_of(body: Any) -> tuple[int, int] | None:
    """Input and output tokens that an endpoint reports, or None."""
    usage = body.get("usage") if isinstance(body, dict) else None
    if not isinstance(usage, dict):
        return None
    asked, said = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return (asked, said) if isinstance(asked, int) and isinstance(said, int) else None


def estimate(messages: Any) -> int:
    """Tokens of messages, by `METHOD`: no vocabulary is there offline."""
    return sum(len(str(m.get("content") or "")) for m in messages) // 4 + 4 * len(messages)
