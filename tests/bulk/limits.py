"""Limits of requests and tokens a minute as a provider keeps and tells them."""

from __future__ import annotations

import math


class Bucket:
    """A token bucket as providers keep it: full at first, the share of a minute refills always.

    ``grace`` is what may be overdrawn: the first request spends time on its connection, so that
    the server's bucket begins a little later than that of a client.
    """

    def __init__(self, per_minute: float, capacity: float | None = None, grace: float = 0) -> None:
        self.per_minute = per_minute
        self.capacity = capacity or per_minute
        self._level, self._grace, self._seen = self.capacity, grace, 0.0

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` may be taken; more than the capacity needs a full bucket."""
        if self._seen:
            gained = (now - self._seen) * self.per_minute / 60
            self._level = min(self.capacity, self._level + gained)
        self._seen = now
        lacking = min(amount, self.capacity) - self._level
        return lacking * 60 / self.per_minute if lacking > self._grace else 0.0

    def take(self, amount: float) -> None:
        """Take what `wait` allowed."""
        self._level -= amount

    @property
    def left(self) -> int:
        """What could be taken now."""
        return max(0, math.floor(self._level))

    @property
    def reset(self) -> float:
        """Seconds until the bucket is full."""
        return (self.capacity - self._level) * 60 / self.per_minute


def duration(seconds: float) -> str:
    """As OpenAI writes it: ``20ms``, ``1s``, ``1.5s``, ``6m0s``, ``1h0m0s``."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    whole = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{whole}{round(rest, 3):g}s"
