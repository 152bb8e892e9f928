"""Workers that each opened something once and work on it; whoever is lost is replaced.

Work has no effects: it takes values and gives a value. So what was under way when a worker was lost
is done again by another, and nobody can tell. Every wait has an end and every repetition a
number, because an engine's own have none (Ray repeats without end and waits for ever).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.cluster.engine import (
    Engine,
    Limits,
    LostError,
    NoWorkersError,
    Opener,
    Work,
    Worker,
)
from assistant.errors import AssistantError

_LOOK = 0.5  # seconds between two looks at whether anybody is at work
_AHEAD = 2  # pieces a worker that `each` keeps ready


@dataclass(slots=True)
class _Piece:
    work: Work
    args: tuple[Any, ...]
    done: asyncio.Future[Any]
    losses: int = 0


class Workers:
    """``size`` places for workers (None: as many as there is room for), each with one piece of
    work at a time."""

    def __init__(
        self,
        opener: Opener,
        engine: Engine,
        size: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.size = size or 0
        self.lost = self.again = 0
        """Workers that were lost, and pieces of work that were done again for it."""
        self.refused: AssistantError | None = None
        """Why a worker could not be opened, though others were."""
        self._opener, self._engine, self._limits = opener, engine, limits or Limits()
        self._connected = False
        self._loop: asyncio.Runner | None = None
        self._waiting: asyncio.Queue[_Piece] = asyncio.Queue()
        self._places: list[asyncio.Task[None]] = []
        self._watching: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._open = 0
        self._why: AssistantError | None = None
        self._last = ""

    async def open(self) -> None:
        """Hire, and wait until one of them is open.

        Raises:
            BackendError: the engine cannot be reached, or no worker opened.
            AssistantError: what opening raised, where it raised it everywhere.
        """
        if not self._connected:
            room = await asyncio.to_thread(self._engine.connect)
            self._connected = True
            self.size = self.size or max(1, room)
            self._places = [asyncio.create_task(self._place()) for _ in range(self.size)]
            self._watching = asyncio.create_task(self._watch())
        await self._ready.wait()
        if self._why:
            raise self._why

    async def call(self, work: Work, *args: Any) -> Any:
        """What a worker makes of ``work``.

        Raises:
            AssistantError: the work took several workers with it, or raised it itself.
            NoWorkersError: nobody is left.
        """
        if self._why:
            raise self._why
        piece = _Piece(work, args, asyncio.get_running_loop().create_future())
        self._waiting.put_nowait(piece)
        return await piece.done

    def each(self, work: Work, many: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What the workers make of ``many`` arguments, in their order; for callers without a loop,
        within ``with workers``.

        Raises:
            AssistantError: as `open` and `call`; what is under way is given up.
        """
        loop = self._loop
        if loop is None:
            raise RuntimeError("each is for use within: with workers")
        started: deque[asyncio.Task[Any]] = deque()
        try:
            loop.run(self.open())
            for args in many:
                started.append(loop.get_loop().create_task(self.call(work, *args)))
                if len(started) > _AHEAD * self.size:
                    yield loop.run(_ended(started.popleft()))
            while started:
                yield loop.run(_ended(started.popleft()))
        finally:
            loop.run(_cancelled(started))

    def __enter__(self) -> Workers:
        self._loop = asyncio.Runner()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop:
            self._loop.run(self.close())
            self._loop.close()
            self._loop = None

    async def close(self) -> None:
        """Send all of them away."""
        if not self._connected:
            return
        self._connected = False
        tasks = [*self._places, *([self._watching] if self._watching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._refuse(NoWorkersError("the workers were sent away"))
        await asyncio.to_thread(self._engine.leave)

    async def _place(self) -> None:
        """One worker after another, until too many were lost in a row."""
        lost = 0
        while lost < self._limits.hires:
            worker = self._engine.hire(self._opener)
            try:
                await worker.open()
                with self._at_work():
                    while True:
                        await self._serve(worker)
                        lost = 0
            except LostError as error:
                lost += 1
                self.lost += 1
                self._last = str(error)
            except AssistantError as error:  # it would open no better the next time
                self.refused = error
                return
            except Exception as error:
                self.refused = AssistantError(f"a worker did not open: {_line(error)}")
                return
            finally:
                worker.end()

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        self._open += 1
        self._ready.set()
        try:
            yield
        finally:
            self._open -= 1

    async def _serve(self, worker: Worker) -> None:
        """One piece of work; LostError where the worker is lost over it."""
        piece = await self._waiting.get()
        if piece.done.done():  # who wanted it is gone
            return
        try:
            value = await asyncio.wait_for(worker.do(piece.work, piece.args), self._limits.work)
        except (LostError, TimeoutError) as error:
            late = f"no result within {self._limits.work:g} seconds"
            why = str(error) if isinstance(error, LostError) else late
            self._take_back(piece, why)
            raise LostError(why) from error
        except asyncio.CancelledError:
            piece.done.cancel()
            raise
        except Exception as error:
            _settle(piece, error)
        else:
            if not piece.done.done():
                piece.done.set_result(value)

    def _take_back(self, piece: _Piece, why: str) -> None:
        piece.losses += 1
        if piece.losses < self._limits.losses:
            self.again += 1
            self._waiting.put_nowait(piece)
            return
        told = f"{piece.losses} workers were lost over it: {why}"
        _settle(piece, AssistantError(told, hint="short of memory? see the logs of the cluster"))

    async def _watch(self) -> None:
        """Give up where nobody has been open for too long, or nobody will ever be."""
        since = time.monotonic()
        while not all(place.done() for place in self._places):
            now = time.monotonic()
            since = now if self._open else since
            if now - since > self._limits.nobody:
                break
            await asyncio.sleep(_LOOK)
        said = f"no worker is left{': ' if self._last else ''}{self._last}"
        self._refuse(self.refused or NoWorkersError(said, hint="see: ray status"))

    def _refuse(self, error: AssistantError) -> None:
        """Take no more work, and let nobody wait for what was taken."""
        self._why = error
        self._ready.set()
        for place in self._places:
            place.cancel()
        while not self._waiting.empty():
            _settle(self._waiting.get_nowait(), error)


async def _ended(task: asyncio.Task[Any]) -> Any:
    return await task


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


async def _cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    found = list(tasks)
    for task in found:
        task.cancel()
    await asyncio.gather(*found, return_exceptions=True)


def _settle(piece: _Piece, error: Exception) -> None:
    if not piece.done.done():
        piece.done.set_exception(error)
