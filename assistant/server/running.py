"""``/api/run``: models or chains on a client's picture, side by side, with receipts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi import Path as Place
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response

from assistant.errors import AssistantError, InputError
from assistant.server import uploads
from assistant.server.asking import streamed
from assistant.server.flow import Flow, Listener
from assistant.server.graphs import drawn, suited
from assistant.server.service import Service
from assistant.server.shelf import filling
from assistant.workflow import Workflow

Form_ = Literal["png", "jpg", "webp"]
BEFORE = "before.png"
_FLAG = " (--auto takes it)"  # of the command line, which is not spoken of here
_KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".zip": "application/zip",
}


class StoppedError(AssistantError):
    """Nobody listens any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to run on which picture; ``id`` names the folder on the shelf."""

    id: str
    folder: Path
    picture: Path
    workflow: Workflow | None
    """None: what suits the picture."""
    scale: float | None = None
    tile: int | None = None
    form: str = "png"
    reference: Path | None = None


def routes(service: Service) -> APIRouter:
    """The routes that run models."""
    router = APIRouter(prefix="/api", tags=["Run"])

    @router.get("/run/models")
    def models() -> list[dict[str, Any]]:
        """The models that can run here, and whether small weights of ours stand in."""
        service.assistant  # noqa: B018 - refuses before they were looked for
        from assistant.workflow.weights import available, scale_of

        return [
            {
                "id": m.id,
                "name": m.name,
                "task": m.task,
                "scale": scale_of(m),
                "does": m.does,
                "stands_in": (found := available(m)) is not None and found.origin == "shipped",
            }
            for m in service.runnable
        ]

    @router.post("/run")
    async def run(  # noqa: PLR0913, PLR0917 - one parameter a field of the form
        request: Request,
        picture: Annotated[UploadFile, File(description="The picture.")],
        model: Annotated[
            list[str],
            Form(description="Model ids, those of a series joined by commas; again: beside it."),
        ] = [],  # noqa: B006 - FastAPI copies it
        workflow: Annotated[
            str | None, Form(max_length=200_000, description="The workflow of an answer, as JSON.")
        ] = None,
        auto: Annotated[
            bool, Form(description="Look at the picture and take the models that suit it.")
        ] = False,
        scale: Annotated[float | None, Form(gt=0, le=64)] = None,
        tile: Annotated[int | None, Form(ge=0, le=8192)] = None,
        format: Annotated[Form_, Form()] = "png",
        reference: Annotated[UploadFile | None, File(description="The true picture.")] = None,
        stream: Annotated[bool, Form()] = False,
    ) -> Response:
        """Run models or chains on a picture, several side by side; a closed connection stops it.

        Events: ``start``, ``tile`` (label, done, of), ``done``. The results are at
        ``/api/run/ID/FILE`` until newer ones come.
        """
        service.assistant  # noqa: B018 - refuses as long as nothing can run
        if auto and (model or workflow):
            raise InputError("auto chooses the models itself", hint="leave the others out")
        graph = None if auto else drawn(service, model, workflow, scale)
        name, folder = service.shelf.place()
        try:
            most = service.options.max_pixels
            given = await run_in_threadpool(uploads.picture, picture, folder / "given", most)
            truth = None
            if reference is not None and reference.filename:
                where = folder / "reference"
                truth = await run_in_threadpool(uploads.picture, reference, where, most)
            wanted = Wanted(name, folder, given, graph, scale, tile, format, truth)
            flow = Flow(service.runs, lambda stop: running(service, wanted, stop))
        except BaseException:
            service.shelf.drop(name)
            raise
        if stream:
            return await streamed(flow, request, service)
        return JSONResponse((await flow.all(request))[-1][1])

    @router.get("/run/{id}/{file}", response_class=FileResponse)
    def result(
        id: Annotated[str, Place(max_length=40)],
        file: Annotated[str, Place(max_length=200)],
    ) -> FileResponse:
        """A result of a run."""
        path = service.shelf.file(id, file)
        return FileResponse(path, media_type=_KINDS.get(path.suffix, "application/octet-stream"))

    return router


def running(
    service: Service, wanted: Wanted, stop: Listener
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run and write; ``stop`` is looked at after each tile and each step before and behind them.

    Raises:
        InputError: the picture cannot be read or the workflow not run on it.
    """
    from assistant.imaging import pictures, saving
    from assistant.imaging.look import look
    from assistant.workflow import Options, Runner
    from assistant.workflow.inference import stretched
    from assistant.workflow.jobs import labels

    def go_on() -> None:
        if stop.is_set() or service.ending.is_set():
            raise StoppedError("stopped")

    def told(label: str, done: int, of: int) -> None:
        go_on()
        stop.tell(("tile", {"label": label, "done": done, "of": of}))

    with contextlib.suppress(StoppedError), filling(service.shelf, wanted.id):
        runner = Runner(service.catalog, Options(tile=wanted.tile))
        picture = pictures.read(wanted.picture)
        go_on()
        found = look(picture, go_on)
        graph = wanted.workflow or suited(service, found, wanted.scale)
        sizes = runner.check(graph, picture.size)
        if sum(w * h for w, h in sizes.values()) > service.options.max_result:
            raise InputError(
                "the results would be too large for this server",
                hint="take a smaller picture or factor, or use sr-assistant run",
            )
        names = labels(graph)
        outputs = [{"label": names[node], "size": list(size)} for node, size in sizes.items()]
        yield (
            "start",
            {
                "id": wanted.id,
                "input": list(picture.size),
                "outputs": outputs,
                "faults": [fault.text for fault in found.faults],
                "doubts": [doubt.replace(_FLAG, "") for doubt in runner.doubts(graph, found)],
            },
        )
        truth = pictures.read(wanted.reference) if wanted.reference else None
        results = runner.run(graph, picture, reference=truth, told=told, seen=found)
        listed = []
        for result in results:
            go_on()
            file = f"{wanted.picture.stem}_{names[result.output]}.{wanted.form}"
            notes = saving.write(result.picture, wanted.folder / file)
            more = {"file": file, "notes": (*result.receipt.notes, *notes)}
            receipt = result.receipt.model_copy(update=more)
            data = receipt.model_dump(mode="json")
            url = f"/api/run/{wanted.id}/{file}"
            one = {"label": names[result.output], "url": url, "file": file}
            listed.append({**one, "receipt": data, "text": receipt.text})
        go_on()
        plain = stretched(picture.eight_bit(), results[0].picture.size)
        saving.write(plain, wanted.folder / BEFORE)
        url = f"/api/run/{wanted.id}/{BEFORE}"
        yield "done", {"id": wanted.id, "before": url, "results": listed}
