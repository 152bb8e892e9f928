"""A bulk job from its inputs to its report: checked first, then run or emitted."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.bulk import outputs
from assistant.bulk.asking import Asker
from assistant.bulk.batches import emit, ingest
from assistant.bulk.checks import Checker, Engine, Opener
from assistant.bulk.costs import FREE, Prices
from assistant.bulk.faults import Fault
from assistant.bulk.journal import Journal
from assistant.bulk.keys import Keys
from assistant.bulk.limits import Gate
from assistant.bulk.on_ray import WorkersChecker
from assistant.bulk.options import Options
from assistant.bulk.report import report_of, state_of, unchanged
from assistant.bulk.runner import Progress, Run
from assistant.bulk.selection import Selection
from assistant.bulk.sources import Source
from assistant.bulk.validation import Checked, validate
from assistant.cluster import RayEngine, Workers
from assistant.errors import InputError
from assistant.files import make_folder
from assistant.generation import LanguageModel
from assistant.generation.async_chat import completions
from assistant.generation.local import LocalChat
from assistant.generation.openai_chat import OpenAIChat
from assistant.pipeline import Assistant


@dataclass
class Job:
    """What ``sources`` hold, to be answered into ``out``.

    Raises:
        InputError: a cost is limited and the price is not known, or the engine not installed.
    """

    assistant: Assistant
    sources: Sequence[Source]
    out: Path
    options: Options = field(default_factory=Options)
    halted: Fault | None = field(default=None, init=False)
    """What ended the last run before its end."""
    asked: Asker | None = field(default=None, init=False)
    """What asks the language model while the job runs."""
    _items: int | None = field(default=None, init=False)
    _running: tuple[asyncio.AbstractEventLoop, Run] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        options = self.options
        self._ray = RayEngine(options.ray_address) if options.engine == "ray" else None
        self.keys = Keys.of(self.assistant, related=options.related, render=options.render)
        self.selection = Selection(
            self.sources, self.keys, options.samples, options.shard, options.limit
        )
        generator = self.assistant.generator
        self.prices = Prices(options.price_in, options.price_out)
        if not isinstance(generator, LanguageModel) or isinstance(generator, LocalChat):
            self.prices = FREE
        if options.max_cost is not None and self.prices.cost(1, 1) is None:
            raise InputError(
                f"--max-cost: the price of {generator.name} is not known",
                hint="give --price-in and --price-out, in dollars for a million tokens",
            )

    def check(self) -> Checked:
        """All that is wrong with the inputs. What has an answer already was right before."""
        journal = Journal(self.out, write=False)
        generator = self.assistant.generator
        model = generator.model if isinstance(generator, OpenAIChat) else None
        try:
            checked = validate(
                self.sources,
                self.out,
                model=model,
                known=lambda digest: journal.has_answer(self.keys.of_prompt(digest)),
                samples=self.options.samples,
            )
        finally:
            journal.close()
        self._items = checked.items
        return checked

    def run(
        self,
        heard: Callable[[Progress], None] = lambda _: None,
        opener: Opener | None = None,
        *,
        replies: Sequence[Path] = (),
    ) -> dict[str, Any]:
        """Answer all that is due, write all files and return the report (``run.json``).

        ``opener`` opens an assistant in another process, on Ray on another machine. With
        ``replies``, files that a provider's batch API gave back, these are read and nothing is
        asked.

        Raises:
            InputError: another run writes there, the disk is full, or a file cannot be read.
        """
        make_folder(self.out)
        journal = Journal(self.out)
        try:
            return asyncio.run(self._answer(journal, heard, opener, replies))
        finally:
            journal.close()

    def stop(self) -> None:
        """End a run in good order, from another thread; a second time at once."""
        if self._running:
            loop, run = self._running
            with contextlib.suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(run.interrupt)

    def emit(self, path: Path) -> tuple[list[Path], int]:
        """Write what has neither answer nor reply as input for a provider's batch API.

        Returns the files and the number of lines.

        Raises:
            InputError: no endpoint's model is chosen, or nothing is due.
        """
        generator = self.assistant.generator
        if not isinstance(generator, OpenAIChat):
            raise InputError(
                f"{generator.name} has no batch interface", hint="name a model: --llm NAME"
            )
        make_folder(self.out)
        journal = Journal(self.out)
        try:
            return asyncio.run(emit(self._prepared(journal), path))
        finally:
            journal.close()

    async def _answer(
        self,
        journal: Journal,
        heard: Callable[[Progress], None],
        opener: Opener | None,
        replies: Sequence[Path],
    ) -> dict[str, Any]:
        start, options = time.time(), self.options
        run = self._prepared(journal)
        problems = await ingest(run, replies, self.prices) if replies else []
        if not replies:
            run.asker = self.asked = self._asker(run.gate)
        run.checker = self._engine(opener)
        run.concurrency = options.concurrency if run.asker else 1
        run.progress, run.heard = Progress(total=self._total()), heard
        ticking = asyncio.create_task(_tick(run))
        self._running = asyncio.get_running_loop(), run
        try:
            with _interruptible(run):
                await run.answer()
        finally:
            self._running = None
            ticking.cancel()
            await run.checker.close()
            if run.asker:
                await run.asker.endpoint.close()
        self.halted = run.gate.halted
        if report := unchanged(run, options, start):
            outputs.write_report(self.out, report)
            return report
        tally = outputs.write(self.out, self.selection, journal, self.halted)
        report = report_of(run, tally, options, start)
        report["state"] = state_of(run)
        if replies:
            report["problems"] = [str(problem) for problem in problems]
        outputs.write_report(self.out, report)
        return report

    def _prepared(self, journal: Journal) -> Run:
        """A run that asks nobody yet."""
        options = self.options
        gate = Gate(
            concurrency=options.concurrency,
            rpm=options.rpm,
            tpm=options.tpm,
            max_wait=options.max_wait,
        )
        checker = Checker(self.assistant)
        run = Run(self.assistant, self.selection, self.out, journal, checker, gate)
        run.related, run.only_failed = options.related, options.only_failed
        return run

    def _engine(self, opener: Opener | None) -> Engine:
        jobs = self.options.jobs
        if self._ray:
            return WorkersChecker(Workers(opener or Assistant, self._ray, jobs))
        return Checker(self.assistant, opener, jobs or 1)

    def _total(self) -> int:
        """The number of answers that a whole run ends with."""
        options = self.options
        if self._items is None or options.shard != (1, 1):
            return sum(1 for _ in self.selection)
        return options.samples * min(self._items, options.limit or self._items)

    def _asker(self, gate: Gate) -> Asker | None:
        generator, options = self.assistant.generator, self.options
        if not isinstance(generator, LanguageModel):
            return None
        endpoint = completions(generator, options.concurrency)
        return Asker(endpoint, gate, options.max_attempts, self.prices, options.max_cost)


async def _tick(run: Run) -> None:
    """Tell of the progress also while nothing ends, and show the pages that are finished."""
    while True:
        await asyncio.sleep(1)
        run.heard(run.progress)
        run.write_pages()


@contextlib.contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run in good order, a second one at once."""
    loop = asyncio.get_running_loop()
    kinds = (signal.SIGINT, signal.SIGTERM)
    try:
        for kind in kinds:
            loop.add_signal_handler(kind, run.interrupt)
    except (NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        for kind in kinds:
            loop.remove_signal_handler(kind)
