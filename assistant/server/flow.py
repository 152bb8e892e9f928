"""What a worker makes piece by piece, as an async iterator that its client can walk away from."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from assistant.server.pools import Pool

T = TypeVar("T")
R = TypeVar("R")
_END = object()


class GoneError(Exception):
    """The client closed the connection."""


class Listener(threading.Event):
    """Who listens to a worker; it is set once nobody does."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self.tell = tell
        """Gives the listener a piece out of the middle of a longer call."""


class Flow(Generic[T]):
    """The pieces that ``make`` yields in a worker of ``pool``.

    ``make`` is given its `Listener`; between two pieces the worker looks whether it is set and
    ends. The worker never waits for the client: what is made is kept here.

    Raises:
        BusyError: on creation, where the pool is full.
    """

    def __init__(self, pool: Pool, make: Callable[[Listener], Iterable[T]]) -> None:
        self.stop = Listener(self._put)
        self._make = make
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[Any] = asyncio.Queue()
        self._ahead: list[T] = []
        self._future = pool.submit(self._work)

    def _work(self) -> None:
        try:
            for piece in self._make(self.stop):
                if self.stop.is_set():
                    return
                self._put(piece)
        except BaseException as error:  # told to whoever reads
            self._put(_Failed(error))
        else:
            self._put(_END)

    def _put(self, piece: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)

    async def begin(self, request: Request) -> None:
        """Wait for the first piece, so that what is wrong with the question has its own status.

        Raises:
            GoneError: the client left before.
            Exception: what ``make`` raised.
        """
        try:
            self._ahead.append(await unless_gone(request, anext(self)))
        except StopAsyncIteration:
            self._put(_END)
        except BaseException:
            self.close()
            raise

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        if self._ahead:
            return self._ahead.pop()
        piece = await self._pieces.get()
        if piece is _END:
            raise StopAsyncIteration
        if isinstance(piece, _Failed):
            raise piece.error
        found: T = piece
        return found

    def close(self) -> None:
        """Nobody reads any more."""
        self.stop.set()
        self._future.cancel()

    async def all(self, request: Request) -> list[T]:
        """All pieces; the worker ends where the client leaves before."""
        return await unless_gone(request, self._all(), self.close)

    async def _all(self) -> list[T]:
        return [piece async for piece in self]


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


async def disconnected(request: Request) -> None:
    """Returns when the client is gone; its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_gone(
    request: Request, work: Awaitable[R], close: Callable[[], None] = lambda: None
) -> R:
    """What ``work`` gives, or GoneError as soon as the client closes the connection.

    ``close`` is called at the end, whatever ended it.
    """
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(disconnected(request))
    try:
        await asyncio.wait((doing, gone), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise GoneError
        return doing.result()
    finally:
        close()
        for task in (doing, gone):
            task.cancel()
        await asyncio.gather(doing, gone, return_exceptions=True)


async def called(request: Request, pool: Pool, work: Callable[[Listener], R]) -> R:
    """What ``work`` returns in a worker of ``pool``."""
    flow = Flow(pool, lambda stop: iter((work(stop),)))
    (result,) = await flow.all(request)
    return result
