"""A bulk run: every item asked once, verified, kept; an own loop keyed by id.

LangChain's ``batch`` with retries puts answers into wrong rows and its ``abatch`` goes on paying
after a failure (docs/decisions.md), so the loop is ours: one task an item, at most ``concurrency``
requests at a time, and the items are read as they are needed.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from assistant.bulk.asking import Asker, FailedError, Reply, reply_of, told_of
from assistant.bulk.checks import Checked, Engine
from assistant.bulk.faults import Fault
from assistant.bulk.items import Item
from assistant.bulk.journal import DiskError, Journal
from assistant.bulk.limits import Gate, HaltedError
from assistant.bulk.outputs import write_answer
from assistant.bulk.requests import body
from assistant.bulk.selection import Due, Selection
from assistant.cluster import NoWorkersError
from assistant.errors import AssistantError
from assistant.generation import LanguageModel
from assistant.grounding import Again
from assistant.pipeline import Assistant
from assistant.prompts import Request

DRAIN = 30.0  # seconds that requests under way are given after Ctrl-C
INTERRUPTED = "interrupted"


@dataclass
class Progress:
    """How far a run is; the numbers of this run, not of earlier ones."""

    total: int = 0
    answered: int = 0
    cached: int = 0
    failed: int = 0
    left: int = 0
    """Not reached: the run ended before."""
    started: float = field(default_factory=time.time)

    @property
    def seen(self) -> int:
        """Items that are over, one way or another."""
        return self.answered + self.cached + self.failed + self.left


@dataclass
class Run:
    """Answers what ``selection`` holds, into the journal and ``out``.

    ``asker`` is None for a generator that is no language model, and where nothing may be asked.
    """

    assistant: Assistant
    selection: Selection
    out: Path
    journal: Journal
    checker: Engine
    gate: Gate
    asker: Asker | None = None
    concurrency: int = 32
    related: int = 3
    only_failed: bool = False
    heard: Callable[[Progress], None] = lambda _: None
    progress: Progress = field(default_factory=Progress)
    asked_for: Any = field(default_factory=hashlib.sha256)
    """A digest of all keys and ids of the selection, in order, once `answer` is over."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _pages: list[tuple[Due, str]] = field(default_factory=list)
    _asked: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _places: asyncio.Semaphore | None = None

    async def answer(self) -> None:
        """Answer all that is due. Failures of items are in the journal; nothing is raised.

        The last await is over when every line is on disk.

        Raises:
            AssistantError: something is due and there is nobody to work on it.
        """
        identity = self.selection.keys.identity
        for number, due in enumerate(self.selection):
            if number % 100 == 0:
                await asyncio.sleep(0)  # signals and the display get their turn
            self.asked_for.update(f"{due.key} {due.id}\n".encode("utf-8", "surrogatepass"))
            if self.journal.has_answer(due.key, identity):
                self._count("cached")
                continue
            if self.gate.halted or (self.only_failed and not self.journal.failure(due.key)):
                self._count("left")
                continue
            if first := self._asked.get(due.key):  # the same prompt under another id
                self._start(self._like(first, due))
                continue
            places = self._places or await self._ready()
            await places.acquire()
            task = self._asked[due.key] = self._start(self._one(due))
            task.add_done_callback(partial(self._over, due.key, places))
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _ready(self) -> asyncio.Semaphore:
        """The places of items, as soon as there are workers: not before something is due."""
        await self.checker.open()
        # half of the items may be written down and checked while the other half is asked
        self._places = asyncio.Semaphore(2 * max(self.concurrency, self.checker.size))
        return self._places

    def _over(self, key: str, places: asyncio.Semaphore, _: asyncio.Task[None]) -> None:
        del self._asked[key]
        places.release()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _like(self, first: asyncio.Task[None], due: Due) -> None:
        """Share what becomes of the same request; files are made of the journal at the end."""
        await asyncio.wait((first,))
        if self.journal.has_answer(due.key, self.selection.keys.identity):
            self._count("cached")
        else:
            self._count("failed" if self.journal.failure(due.key) else "left")

    def write_pages(self) -> None:
        """Write the pages of what is safe in the journal; to be called now and then.

        A disk that is full ends the run; the pages are made of the journal at its end again.
        """
        pages, self._pages = self._pages, []
        try:
            for due, page in pages:
                write_answer(self.out, due, page)
        except DiskError as error:
            self.gate.halt(Fault("stop", "disk", error.message))

    def interrupt(self) -> None:
        """Admit nothing more; what is under way has 30 seconds, or ends at once the second time."""
        again = self.gate.halted is not None and self.gate.halted.code == INTERRUPTED
        self.gate.halt(Fault("stop", INTERRUPTED, "interrupted"))
        asyncio.get_running_loop().call_later(0.0 if again else DRAIN, self._cancel)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _count(self, what: str) -> None:
        setattr(self.progress, what, getattr(self.progress, what) + 1)
        self.heard(self.progress)

    async def _one(self, due: Due) -> None:
        try:
            checked, about = await self._answered(due)
            await self.journal.append(
                "answer",
                due.key,
                self.selection.keys.identity,
                id=due.id,
                time=time.time(),
                about={**checked.about, **about},
                page=checked.page,
            )
            self._pages.append((due, checked.page))
        except (HaltedError, asyncio.CancelledError):
            self._count("left")
        except FailedError as error:
            await self._failed(due, error.fault, error.attempts)
        except (DiskError, NoWorkersError) as error:
            code = "disk" if isinstance(error, DiskError) else "no_workers"
            self.gate.halt(Fault("stop", code, error.message))
            self._count("left")
        except AssistantError as error:
            await self._failed(due, Fault("fail", type(error).__name__, error.message), 0)
        except Exception as error:
            said = f"unexpected {type(error).__name__}: {error}; please report this bug"
            await self._failed(due, Fault("fail", "bug", said), 0)
        else:
            self._count("answered")

    async def _failed(self, due: Due, fault: Fault, attempts: int) -> None:
        error: dict[str, Any] = {
            "class": fault.class_,
            "code": fault.code,
            "message": fault.message,
        }
        error |= {"status": fault.status, "attempts": attempts} if attempts else {}
        try:
            await self.journal.append("failed", due.key, id=due.id, time=time.time(), error=error)
        except DiskError as full:
            self.gate.halt(Fault("stop", "disk", full.message))
        self._count("failed")

    async def _answered(self, due: Due) -> tuple[Checked, dict[str, Any]]:
        """The verified answer of an item, asked for as often as it takes."""
        request, wish = await self.checker.world(due.item, self.related)
        if not isinstance(self.assistant.generator, LanguageModel):
            written = await self.checker(request, wish, None, 0)
            if isinstance(written, Again):
                raise AssertionError("nothing can go back")
            return written, {}
        lines = self.journal.replies(due.key)
        asked = self.body(due.item, request)
        repair = self.assistant.repair if self.asker else 0
        if not lines:
            lines.append(await self._ask(due, asked, 0))
        while True:
            replies = [reply_of(line["body"]) for line in lines]
            step = await self.checker(request, wish, replies, repair)
            if not isinstance(step, Again):
                return step, told_of(lines)
            draft = {"role": "assistant", "content": replies[step.reply][0]}
            told = {"role": "user", "content": step.complaint}
            again = {**asked, "messages": [*asked["messages"], draft, told]}
            try:
                lines.append(await self._ask(due, again, len(lines)))
            except (FailedError, HaltedError):
                repair = 0  # the reply that there is stands, cut as it must be

    async def _ask(self, due: Due, asked: Mapping[str, Any], number: int) -> dict[str, Any]:
        """Ask, and keep the reply before anything is done with it: it was paid for."""
        if self.asker is None:
            raise HaltedError
        line: dict[str, Any] = {"n": number}

        def keep(reply: Reply) -> asyncio.Future[None]:
            line.update(cost=reply.cost, attempts=reply.attempts, latency=reply.latency)
            line.update(time=time.time(), body=reply.body)
            return self.journal.append("reply", due.key, **{"id": due.id, **line})

        await self.asker.ask(asked, keep)
        return line

    def body(self, item: Item, request: Request) -> dict[str, Any]:
        """What an endpoint is asked about an item."""
        generator = self.assistant.generator
        if not isinstance(generator, LanguageModel):
            raise AssertionError("only a language model is asked")
        return body(generator, item, request, rendered=self.selection.keys.render)
