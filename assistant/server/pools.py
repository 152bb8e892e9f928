"""Work in threads: so many at once, so many waiting, the rest is told to come back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_USUAL = 1.0  # seconds of a piece of work before any was measured


class BusyError(Exception):
    """All places are taken; ``seconds`` from now one is likely free."""

    def __init__(self, pool: str, seconds: int) -> None:
        super().__init__(f"all places for {pool} are taken")
        self.pool = pool
        self.seconds = seconds


class Pool:
    """``workers`` threads before which at most ``waiting`` pieces of work wait."""

    def __init__(self, name: str, workers: int, waiting: int) -> None:
        self.name, self.workers, self.waiting = name, workers, waiting
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=f"serve-{name}")
        self._lock = threading.Lock()
        self._admitted = 0
        self._running = 0
        self._seconds = _USUAL

    @property
    def running(self) -> int:
        """How many workers are busy."""
        return self._running

    @property
    def queued(self) -> int:
        """How many pieces of work wait for a worker."""
        return max(0, self._admitted - self._running)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Start ``work`` when a worker is free; cancelling the future while it waits forgets it.

        Raises:
            BusyError: too many wait already.
        """
        with self._lock:
            if self._admitted >= self.workers + self.waiting:
                ahead = self._admitted / self.workers
                raise BusyError(self.name, max(1, min(120, round(ahead * self._seconds))))
            self._admitted += 1
        future = self._threads.submit(self._timed, work)
        future.add_done_callback(self._over)
        return future

    def _timed(self, work: Callable[[], T]) -> T:
        start = time.monotonic()
        with self._lock:
            self._running += 1
        try:
            return work()
        finally:
            with self._lock:
                self._running -= 1
                self._seconds += 0.1 * (time.monotonic() - start - self._seconds)

    def _over(self, _: Future[T]) -> None:
        with self._lock:
            self._admitted -= 1

    def close(self) -> None:
        """Admit nothing more, forget what waits; what runs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
