"""What all handlers share: the assistant, loaded in the background, and the pools that work."""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answer import Answer
from assistant.catalog import Catalog, Model
from assistant.chat.sessions import Sessions
from assistant.errors import AssistantError
from assistant.generation import Composer, LanguageModel
from assistant.pipeline import Assistant
from assistant.server.faults import NotReadyError, clean
from assistant.server.interrupts import Interruptible
from assistant.server.metrics import Metrics
from assistant.server.options import Options
from assistant.server.pools import Pool
from assistant.server.shelf import Shelf
from assistant.settings import Settings

_WARM = "Which model for 2x?"  # loads what the first question would load
State = Literal["loading", "indexing", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the start is; ``records`` are those that have to be embedded."""

    state: State
    records: int = 0
    since: float = 0.0
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """What ``/readyz`` says."""
        seconds = round(time.monotonic() - self.since, 1)
        told: dict[str, Any] = {"state": self.state}
        if self.state in ("loading", "indexing"):
            told["seconds"] = seconds
        if self.records:
            told["records"] = self.records
        return {**told, **({"message": self.why} if self.why else {})}


class Service:
    """One per process. ``start`` loads; until it is done what needs the index says so."""

    def __init__(
        self,
        settings: Settings,
        options: Options,
        opener: Callable[[Settings, Callable[[int], None]], Assistant] = Assistant.of,
    ) -> None:
        self.settings, self.options, self.metrics = settings, options, Metrics()
        self.asks = Pool("questions", options.asks, options.asks_waiting)
        self.runs = Pool("runs", options.runs, options.runs_waiting)
        self.jobs = Pool("jobs", options.jobs, options.jobs_waiting)
        self.shelf = Shelf(options.kept, options.kept_bytes)
        self.progress = Progress("loading", since=time.monotonic())
        self.ending = threading.Event()
        self._opener = opener
        self._assistant: Assistant | None = None
        self._runnable: tuple[Model, ...] = ()
        self._sessions: Sessions | None = None
        self._loading: threading.Thread | None = None

    @property
    def pools(self) -> tuple[Pool, ...]:
        """All pools."""
        return self.asks, self.runs, self.jobs

    def start(self) -> None:
        """Load catalog and index in a thread of their own."""
        self._loading = threading.Thread(target=self._load, name="serve-load", daemon=True)
        self._loading.start()

    def _load(self) -> None:
        since = self.progress.since

        def building(records: int) -> None:
            self.progress = Progress("indexing", records, since)

        try:
            assistant = self._opener(self.settings, building)
            self._assistant = assistant
            from assistant.workflow.weights import runnable

            _ = assistant.search
            self.composing.ask(_WARM)
            self._runnable = tuple(runnable(assistant.catalog))
            self.progress = Progress("ready", since=since)
        except Exception as error:
            why = error.message if isinstance(error, AssistantError) else type(error).__name__
            self.progress = Progress("failed", since=since, why=clean(why))

    async def ready(self, seconds: float = 600) -> bool:
        """Wait for the end of loading; whether questions are answered now."""
        for _ in range(int(seconds * 50)):
            if self.progress.state in ("ready", "failed"):
                break
            await asyncio.sleep(0.02)
        return self.progress.state == "ready"

    @property
    def catalog(self) -> Catalog:
        """The catalog; raises NotReadyError before it is loaded."""
        return self._loaded().catalog

    @property
    def assistant(self) -> Assistant:
        """The assistant with the generator of the settings; raises NotReadyError before."""
        if self.progress.state != "ready":
            self._refuse()
        return self._loaded()

    @property
    def composing(self) -> Assistant:
        """The same assistant with the offline composer."""
        return _with(self._loaded(), Composer())

    def interruptible(self, stop: threading.Event, *, offline: bool = False) -> Assistant:
        """The assistant for one request, whose language model ends once ``stop`` is set."""
        assistant = self.assistant
        if offline:
            return self.composing
        generator = assistant.generator
        if isinstance(generator, LanguageModel):
            return _with(assistant, Interruptible(generator, stop))
        return assistant

    @property
    def runnable(self) -> tuple[Model, ...]:
        """The models that can run here, looked for once."""
        return self._runnable

    @property
    def sessions(self) -> Sessions:
        """The conversations that the command line keeps, too."""
        if self._sessions is None:
            self._sessions = Sessions(self.settings.data_folder)
        return self._sessions

    def count(self, answer: Answer) -> None:
        """Count an answer."""
        self.metrics.answer(answer.outcome, answer.fit.verdict)

    def close(self) -> None:
        """End in good order: runs after their tile, answers after their sentence."""
        self.ending.set()
        for pool in self.pools:
            pool.close()
        self.shelf.close()

    def _loaded(self) -> Assistant:
        if self._assistant is None:
            self._refuse()
        assert self._assistant is not None  # noqa: S101 - refused otherwise
        return self._assistant

    def _refuse(self) -> None:
        progress = self.progress
        if progress.state == "failed":
            raise NotReadyError(
                f"the catalog could not be loaded: {progress.why}", "catalog_missing"
            )
        what = f"indexing {progress.records} records" if progress.records else "loading the catalog"
        raise NotReadyError(f"not ready yet: {what}")


def _with(assistant: Assistant, generator: Any) -> Assistant:
    """The same assistant, its loaded index included, with another generator."""
    other = copy.copy(assistant)
    other.generator = generator
    return other
