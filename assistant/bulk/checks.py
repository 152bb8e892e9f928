"""Items become worlds, replies become answers: in other processes, so that nobody waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, NamedTuple, Protocol

from assistant.answer import Answer
from assistant.bulk.items import Item
from assistant.bulk.requests import world
from assistant.errors import AssistantError
from assistant.generation.language_model import End
from assistant.grounding import Again
from assistant.pipeline import Assistant
from assistant.prompts import Request
from assistant.question import Wish

Reply = tuple[str, End]
Opener = Callable[[], Assistant]
FEW = 40  # items that are checked before other processes would have started


class Checked(NamedTuple):
    """A verified answer as it goes into the journal: its page and what is told of it."""

    page: str
    about: dict[str, Any]


class Engine(Protocol):
    """What does the work of a run: on this machine (`Checker`) or on others (`on_ray`)."""

    @property
    def size(self) -> int:
        """How many items are worked on at once."""

    async def open(self) -> None:
        """Get ready for the first item; raises AssistantError where that cannot be."""

    async def world(self, item: Item, related: int) -> tuple[Request, Wish | None]:
        """What may answer an item."""

    async def __call__(
        self, request: Request, wish: Wish | None, replies: Sequence[Reply] | None, repair: int
    ) -> Checked | Again:
        """The answer to ``request``; written by the generator itself where no replies are given."""

    async def close(self) -> None:
        """End the workers."""

    def told(self) -> dict[str, int]:
        """What the report says of the workers."""


class Checker:
    """``jobs`` processes that each open an assistant of their own; a thread for the first few.

    A plain generator writes there as well: all that takes time is off the event loop. Without an
    ``opener`` there are no processes.
    """

    def __init__(
        self, assistant: Assistant, opener: Opener | None = None, jobs: int = 1, few: int = FEW
    ) -> None:
        self._assistant = assistant
        self._opener = opener
        self.size = jobs
        self._few = few
        self._thread = ThreadPoolExecutor(1)
        self._searching = ThreadPoolExecutor(1)  # the index is read by one at a time
        self._pool: ProcessPoolExecutor | None = None

    async def open(self) -> None:
        """Nothing: processes start with the first item that needs one."""

    async def world(self, item: Item, related: int) -> tuple[Request, Wish | None]:
        """What may answer an item; questions are searched for one at a time."""
        if item.is_prompt:
            return world(self._assistant, item, related)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._searching, world, self._assistant, item, related)

    async def __call__(
        self, request: Request, wish: Wish | None, replies: Sequence[Reply] | None, repair: int
    ) -> Checked | Again:
        """The answer to ``request``; written by the generator itself where no replies are given."""
        work = (request, wish, replies, repair)
        loop = asyncio.get_running_loop()
        self._few -= 1
        if self._opener is None or self._few >= 0:
            return await loop.run_in_executor(self._thread, checked, self._assistant, *work)
        for last in (False, True):
            pool = self._pool = self._pool or self._processes(self._opener)
            try:
                return await loop.run_in_executor(pool, _in_worker, *work)
            except BrokenProcessPool as error:  # a worker was killed, for memory perhaps
                if self._pool is pool:
                    self._pool = None
                if last:
                    told = "a worker process ended before its time"
                    raise AssistantError(told, hint="short of memory? try --jobs 1") from error
        raise AssertionError  # the second turn returns or raises

    async def close(self) -> None:
        """End the workers."""
        for pool in (self._thread, self._searching, self._pool):
            if pool:
                pool.shutdown(wait=True, cancel_futures=True)

    def told(self) -> dict[str, int]:
        """How many processes there may be."""
        return {"size": self.size}

    def _processes(self, opener: Opener) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.size, get_context("spawn"), partial(_start, opener))


def checked(
    assistant: Assistant,
    request: Request,
    wish: Wish | None,
    replies: Sequence[Reply] | None,
    repair: int,
) -> Checked | Again:
    """One answer, without what depends on the clock."""
    if replies is None:
        answer: Answer | Again = assistant.answer(request, wish=wish)
    else:
        answer = assistant.conclude(request, replies, wish=wish, repair=repair)
    if isinstance(answer, Again):
        return answer
    receipt = answer.receipt.model_dump(exclude_none=True) if answer.receipt else {}
    receipt.pop("seconds", None)
    about = {
        "outcome": answer.outcome,
        "fit": answer.fit.model_dump(mode="json"),
        "recommended": [r.id for r in answer.recommended],
        "references": [r.model_dump() for r in answer.references],
        "findings": [f.model_dump() for f in answer.findings],
        "receipt": receipt,
    }
    return Checked(answer.markdown, about)


_own: Assistant | None = None


def _start(opener: Opener) -> None:
    global _own  # noqa: PLW0603 - one assistant a process
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _own = opener()


def _end_with(sentinel: Any) -> None:
    """A worker does not outlive a parent that was killed."""
    wait([sentinel])
    os._exit(1)


def _in_worker(*work: Any) -> Checked | Again:
    if _own is None:
        raise RuntimeError("the worker was not started")
    return checked(_own, *work)
