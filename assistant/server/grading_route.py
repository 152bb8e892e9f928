"""``/api/grade`` and one answer for MCP: anybody's answers, graded without asking a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from assistant import prompts
from assistant.errors import InputError
from assistant.server import uploads
from assistant.server.flow import Listener, called
from assistant.server.service import Service

Form_ = Literal["json", "html", "md", "junit"]
_TABLES = (".jsonl", ".ndjson", ".csv")


def routes(service: Service) -> APIRouter:
    """The route that grades."""
    router = APIRouter(prefix="/api", tags=["Grade"])

    @router.post("/grade")
    async def grade(
        request: Request,
        answers: Annotated[
            list[UploadFile], File(description="ID.md files, or one .jsonl or .csv.")
        ],
        prompts: Annotated[list[UploadFile], File(description="The prompt files, ID.txt.")],
        references: Annotated[
            list[UploadFile], File(description="Reference answers, ID.md, or one .jsonl.")
        ] = [],  # noqa: B006 - FastAPI copies it
        format: Annotated[Form_, Form()] = "json",
    ) -> Response:
        """The report of ``sr-assistant grade``: scores, findings with their places."""
        service.assistant  # noqa: B018 - refuses as long as nothing can be graded
        given = [[f for f in files if f.filename] for files in (answers, prompts, references)]

        def work(_: Listener) -> tuple[str, Any]:
            id, folder = service.shelf.place()
            try:
                return _report(service, folder, given, format)
            finally:
                service.shelf.drop(id)

        kind, said = await called(request, service.jobs, work)
        head = {"Content-Disposition": f'attachment; filename="report.{kind}"'}
        if kind == "json":
            return JSONResponse(said)
        if kind == "html":
            return HTMLResponse(said, headers=head)
        media = "application/xml" if kind == "xml" else "text/markdown; charset=utf-8"
        return PlainTextResponse(said, 200, head, media)

    return router


def _report(
    service: Service, folder: Path, given: Sequence[Sequence[UploadFile]], form: str
) -> tuple[str, Any]:
    from assistant.grading import reports
    from assistant.grading.inputs import read_answers, read_prompts, read_references
    from assistant.grading.run import grade, match

    places = []
    for name, files in zip(("answers", "prompts", "references"), given, strict=True):
        found = uploads.saved(files, folder / name, service.options.max_files) if files else {}
        one = next(iter(found), None)
        table = one is not None and len(found) == 1 and one.suffix.lower() in _TABLES
        places.append(one if table and one else folder / name)
        (folder / name).mkdir(exist_ok=True)
    requests, broken = read_prompts(places[1])
    references = read_references(places[2]) if given[2] else None
    matched, unmatched = match(read_answers(places[0]), requests, references)
    unmatched.broken_prompts = broken
    # one process: a fork of a process with threads may wait for ever
    run = grade("answers", matched, unmatched, service.catalog, processes=1)
    report = reports.Report(run)
    if form == "html":
        return "html", reports.to_html(report)
    if form == "md":
        return "md", reports.to_markdown(report)
    if form == "junit":
        return "xml", reports.to_junit(report)
    return "json", report.to_json()


def graded(service: Service, prompt: str, answer: str) -> dict[str, Any]:
    """Scores and findings of one answer to a prompt file, both as text.

    Raises:
        InputError: there is no answer or it is too long, or the prompt file cannot be read.
    """
    from assistant.grading.findings import Checker
    from assistant.grading.inputs import MAX_CHARACTERS, Written
    from assistant.grading.reports.data import item
    from assistant.grading.scores import grade_answer
    from assistant.world import build

    if not answer.strip() or len(answer) > MAX_CHARACTERS:
        raise InputError(f"an answer has 1 to {MAX_CHARACTERS:,} characters")
    checker = Checker(build(prompts.parse(prompt, "the prompt file"), service.catalog))
    return item(grade_answer(Written("answer", answer), "prompt", checker, None))
