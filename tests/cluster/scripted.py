"""An engine inside this process whose workers get lost, hang or open badly when told so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from assistant.cluster.engine import LostError, Opener, Work


class Scripted:
    """Room for ``room`` workers; the ``lost`` and ``hung`` are numbers of pieces of work, from 1.

    A function in ``lost`` decides by the arguments of a piece. ``opens`` says what opening raises,
    by the number of the worker.
    """

    def __init__(
        self,
        room: int = 2,
        *,
        lost: Iterable[int] | Callable[..., bool] = (),
        hung: Iterable[int] = (),
        opens: Callable[[int], Exception | None] = lambda _: None,
    ) -> None:
        self.room, self.hung, self.opens = room, set(hung), opens
        self.lost = lost if callable(lost) else set(lost)
        self.begun = self.hired = self.ended = 0
        self.left = False

    def connect(self) -> int:
        return self.room

    def hire(self, opener: Opener) -> ScriptedWorker:
        self.hired += 1
        return ScriptedWorker(self, opener, self.hired)

    def leave(self) -> None:
        self.left = True


class ScriptedWorker:
    def __init__(self, engine: Scripted, opener: Opener, number: int) -> None:
        self.engine, self.opener, self.number = engine, opener, number
        self.own: Any = None

    async def open(self) -> None:
        await asyncio.sleep(0)
        if error := self.engine.opens(self.number):
            raise error
        self.own = self.opener()

    async def do(self, work: Work, args: tuple[Any, ...]) -> Any:
        engine = self.engine
        engine.begun += 1
        number = engine.begun
        await asyncio.sleep(0.001)
        dies = engine.lost(*args) if callable(engine.lost) else number in engine.lost
        if dies:
            raise LostError("its node is gone")
        if number in engine.hung:
            await asyncio.sleep(60)
        return work(self.own, *args)

    def end(self) -> None:
        self.engine.ended += 1
