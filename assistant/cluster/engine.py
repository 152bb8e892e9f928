"""What finds workers and what one of them does, whatever engine is behind; how long is waited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.errors import BackendError

Opener = Callable[[], Any]
"""Opens what a worker works on; it travels, so it names paths and holds nothing big."""
Work = Callable[..., Any]
"""A function of a module: what was opened, then the arguments."""


class LostError(Exception):
    """A worker is gone; the text says why, in a line."""


class NoWorkersError(BackendError):
    """Nobody is left to do the work."""


class Worker(Protocol):
    """One worker."""

    async def open(self) -> None:
        """Open what it works on; raises what opening raised, or LostError."""

    async def do(self, work: Work, args: tuple[Any, ...]) -> Any:
        """What ``work`` gives; raises what it raised, or LostError."""

    def end(self) -> None:
        """Send it away, whatever it does."""


class Engine(Protocol):
    """Where workers are found."""

    def connect(self) -> int:
        """Reach it; for how many workers it has room. Raises BackendError."""

    def hire(self, opener: Opener) -> Worker:
        """A worker as soon as there is room for it."""

    def leave(self) -> None:
        """Give everything back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited (seconds), and how often something is done again.

    ``work`` is for one piece of it, ``nobody`` how long no worker at all may be open; a piece may
    take ``losses`` workers with it, a place lose ``hires`` in a row without any work done.
    """

    work: float = 300.0
    nobody: float = 600.0
    losses: int = 3
    hires: int = 5
