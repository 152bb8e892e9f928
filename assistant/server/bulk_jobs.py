"""``/api/bulk``: prompt files, questions or tables in; checked, answered, stopped, fetched."""

from __future__ import annotations

import asyncio
import json
import threading
import zipfile
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, UploadFile
from fastapi import Path as Place
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response

from assistant.bulk import Job, Options, Progress, find
from assistant.errors import AssistantError, InputError
from assistant.server import uploads
from assistant.server.faults import NotFoundError, clean
from assistant.server.service import Service
from assistant.server.stream import EventStream, event

Id = Annotated[str, Place(max_length=40, description="Id of the job.")]
State = Literal["refused", "checked", "waiting", "running", "stopping", "stopped", "done", "failed"]
OVER = ("stopped", "done", "failed")
RESULTS = "results.zip"
_SHOWN = 50  # problems
_LOOK = 0.25  # seconds between two looks at the progress
_MISSES = 20  # mismatches that are shown


@dataclass
class Bulk:
    """One job of a client."""

    id: str
    folder: Path
    job: Job
    state: State = "checked"
    items: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)
    report: dict[str, Any] | None = None
    why: str = ""
    future: Future[None] | None = None

    def to_json(self) -> dict[str, Any]:
        """What a client sees of it."""
        p, report = self.progress, self.report
        told: dict[str, Any] = {
            "id": self.id,
            "state": self.state,
            "items": self.items,
            "problems": self.problems,
            "warnings": self.warnings,
            "answered": p.answered + p.cached,
            "failed": p.failed,
            "left": max(0, self.items - p.answered - p.cached - p.failed),
        }
        if self.why:
            told["message"] = self.why
        if report:
            kept = ("answers", "outcomes", "fit", "findings", "seconds", "cost", "errors")
            told["report"] = {name: report[name] for name in kept if name in report}
            told["mismatches"] = report.get("mismatches", [])[:_MISSES]
            told["results"] = f"/api/bulk/{self.id}/{RESULTS}"
        return told


class Jobs:
    """The jobs that are known; a job is known as long as its folder is."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._known: dict[str, Bulk] = {}

    def get(self, id: str) -> Bulk:
        """A job; raises NotFoundError where there is none of that id."""
        found = self._known.get(id)
        if found is None or not found.folder.is_dir():
            self._known.pop(id, None)
            raise NotFoundError("no such job", hint="jobs make room for newer ones")
        return found

    def checked(self, files: Sequence[UploadFile]) -> Bulk:
        """A job for files of a client, with all that is wrong with them.

        Raises:
            InputError: there is no file.
        """
        service = self._service
        id, folder = service.shelf.place()
        try:
            found = uploads.saved(files, folder / "in", service.options.max_files)
            sources = find([str(path) for path in found], folder / "out")
            named = [replace(s, name=found.get(s.path, s.path.name)) for s in sources]
            assistant = service.assistant
            options = Options(related=service.settings.related)
            one = Bulk(id, folder, Job(assistant, named, folder / "out", options))
            checked = one.job.check()
        except BaseException:
            service.shelf.drop(id)
            raise
        one.items = checked.items
        one.problems = [clean(str(problem)) for problem in checked.problems[:_SHOWN]]
        one.warnings = [clean(str(warning)) for warning in checked.warnings[:_SHOWN]]
        one.state = "refused" if one.problems else "checked"
        with self._lock:
            self._known[id] = one
        service.shelf.settle(id)
        return one

    def start(self, one: Bulk) -> None:
        """Answer it as soon as a worker is free.

        Raises:
            BusyError: too many jobs wait.
            InputError: something is wrong with its files, or it was started before.
        """
        with self._lock:
            if one.state != "checked":
                raise InputError(f"the job is {one.state}", hint="send the files again")
            one.future = self._service.jobs.submit(lambda: self._run(one))
            one.state = "waiting"

    def stop(self, one: Bulk) -> None:
        """End it: what is answered stays."""
        if one.future and one.future.cancel():
            one.state = "stopped"
        elif one.state in ("waiting", "running", "stopping"):
            one.state = "stopping"
            one.job.stop()

    def _run(self, one: Bulk) -> None:
        if one.state == "stopping":
            one.state = "stopped"
            return
        one.state = "running"

        def heard(progress: Progress) -> None:
            one.progress = progress
            if one.state == "stopping" or self._service.ending.is_set():
                one.job.stop()

        try:
            report = one.job.run(heard)
            _zipped(one.folder)
            one.report = report
            one.state = "stopped" if one.job.halted else "done"
            one.why = clean(one.job.halted.message) if one.job.halted else ""
        except AssistantError as error:
            one.state, one.why = "failed", clean(error.message)
        except Exception as error:
            one.state, one.why = "failed", f"unexpected {type(error).__name__}"
            raise


def routes(service: Service) -> APIRouter:
    """The routes of bulk jobs."""
    router = APIRouter(prefix="/api/bulk", tags=["Bulk"])
    jobs = Jobs(service)

    @router.post("", status_code=201)
    async def create(
        files: Annotated[list[UploadFile], File(description="Prompt files, .txt, .jsonl, .csv.")],
        start: Annotated[bool, Form(description="Start it where nothing is wrong.")] = False,
    ) -> dict[str, Any]:
        """Send files and hear all that is wrong with them; nothing is asked before that."""
        service.assistant  # noqa: B018 - refuses as long as nothing can be answered
        one = await run_in_threadpool(jobs.checked, files)
        if start and one.state == "checked":
            jobs.start(one)
        return one.to_json()

    @router.post("/{id}/start", status_code=202)
    def start(id: Id) -> dict[str, Any]:
        """Answer what was checked."""
        one = jobs.get(id)
        jobs.start(one)
        return one.to_json()

    @router.get("/{id}")
    def state(id: Id) -> dict[str, Any]:
        """How far it is."""
        return jobs.get(id).to_json()

    @router.get("/{id}/events")
    async def events(id: Id) -> Response:
        """How far it is, whenever that changes, until it is over."""
        one = jobs.get(id)

        async def told() -> AsyncIterator[bytes]:
            last = None
            while True:
                now = one.to_json()
                if now != last:
                    last = now
                    yield event(now, "progress" if one.state not in OVER else "done")
                if one.state in (*OVER, "refused", "checked"):
                    return
                await asyncio.sleep(_LOOK)

        return EventStream(told(), lambda: None, service.options.patience)

    @router.delete("/{id}", status_code=202)
    def stop(id: Id) -> dict[str, Any]:
        """Stop it; what is answered can still be fetched."""
        one = jobs.get(id)
        jobs.stop(one)
        return one.to_json()

    @router.get("/{id}/results.zip", response_class=FileResponse)
    def results(id: Id) -> FileResponse:
        """The answers, one JSON line each as well, the errors and the report."""
        path = service.shelf.file(jobs.get(id).id, RESULTS)
        return FileResponse(path, media_type="application/zip", filename="answers.zip")

    return router


def _zipped(folder: Path) -> None:
    """Everything of a run but its journal; no path of this machine goes along."""
    out = folder / "out"
    inside = f"{folder / 'in'}/"
    with zipfile.ZipFile(folder / RESULTS, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(out.rglob("*")):
            if not path.is_file() or path.name.startswith((".", "journal")):
                continue
            name = path.relative_to(out).as_posix()
            if path.name == "run.json":
                report = json.loads(path.read_text("utf-8"))
                report["inputs"] = [given.removeprefix(inside) for given in report["inputs"]]
                archive.writestr(name, json.dumps(report, ensure_ascii=False, indent=2) + "\n")
            else:
                archive.write(path, name)
