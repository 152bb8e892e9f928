"""MCP: what a coding assistant can call, read and fill in, over standard streams or ``/mcp``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError

from assistant import demos, prompts
from assistant.errors import AssistantError, InputError
from assistant.server import looking, showing
from assistant.server.faults import NotReadyError, clean
from assistant.server.finding import shown
from assistant.server.flow import Flow, Listener
from assistant.server.grading_route import graded
from assistant.server.graphs import drawn
from assistant.server.pools import BusyError, Pool
from assistant.server.running import StoppedError
from assistant.server.service import Service
from assistant.server.uploads import check_picture
from assistant.version import __version__

T = TypeVar("T")
MAX_FOUND = 20
ALL = "list"
ABOUT = (
    "Recommends the image super-resolution or restoration model that fits a question, with sources "
    "from a closed catalog, and runs models on pictures. Say its verdict (fits, partly, mismatch) "
    "first, and cite only the links that it returns."
)


def server(service: Service) -> MCPServer:
    """The MCP server over ``service``."""
    mcp = MCPServer("sr-assistant", version=__version__, instructions=ABOUT, log_level="WARNING")
    _questions(mcp, service)
    _pictures(mcp, service)
    _demos(mcp, service)
    _records(mcp, service)
    return mcp


async def _worked(service: Service, pool: Pool, work: Callable[[Listener], T]) -> T:
    """What ``work`` returns in a worker; what went wrong as one line for the caller."""
    await service.ready()
    flow = None
    try:
        flow = Flow(pool, lambda stop: iter((work(stop),)))
        return await anext(flow)
    except AssistantError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise ToolError(clean(f"{error.message}{hint}")) from None
    except (BusyError, NotReadyError) as error:
        raise ToolError(clean(str(error))) from None
    finally:
        if flow:
            flow.close()


def _questions(mcp: MCPServer, service: Service) -> None:
    @mcp.tool()
    async def search_models(
        query: str, scale: float | None = None, task: str | None = None, k: int = 5
    ) -> dict[str, Any]:
        """Models of the catalog that fit a description best, with verdict, reasons and links."""

        def work(_: Listener) -> dict[str, Any]:
            wish = service.assistant.wish(query, scale=scale, task=task)
            count = max(1, min(k, MAX_FOUND))
            found = service.assistant.search.find(query, wish, count, "model")
            return {
                "found": [
                    {
                        "id": r.entry.id,
                        "does": r.entry.does,
                        "verdict": r.fit.verdict,
                        "reasons": list(r.fit.reasons),
                        "links": list(r.entry.links),
                        "license": r.entry.license,
                    }
                    for r in found
                ]
            }

        return await _worked(service, service.asks, work)

    @mcp.tool()
    async def recommend(question: str) -> dict[str, Any]:
        """Answer a question in three parts: task, workflow, references; the verdict comes first."""

        def work(stop: Listener) -> dict[str, Any]:
            answer = service.interruptible(stop).ask(question, k=service.settings.related)
            service.count(answer)
            return _told(answer.to_json())

        return await _worked(service, service.asks, work)

    @mcp.tool()
    async def answer_prompt_file(text: str) -> dict[str, Any]:
        """Answer a prompt file, given as its text: its models and papers are the whole world."""

        def work(stop: Listener) -> dict[str, Any]:
            answer = service.interruptible(stop).answer(prompts.parse(text, "the prompt file"))
            service.count(answer)
            return _told(answer.to_json())

        return await _worked(service, service.asks, work)

    @mcp.tool()
    async def grade_answer(prompt: str, answer: str) -> dict[str, Any]:
        """Grade an answer to a prompt file (both as text): scores and findings, no model asked."""

        return await _worked(service, service.jobs, lambda _: graded(service, prompt, answer))

    @mcp.prompt()
    def three_part(question: str) -> str:
        """The prompt file of a question: what a model has to be told to answer in three parts."""
        wish = service.assistant.wish(question)
        request, _ = service.assistant.request(question, wish, service.settings.related)
        return prompts.render(request)


def _pictures(mcp: MCPServer, service: Service) -> None:
    @mcp.tool()
    async def look_at_picture(picture: str) -> dict[str, Any]:
        """Measure what is wrong with a picture file below the allowed folder, and what suits it."""

        def work(_: Listener) -> dict[str, Any]:
            path = allowed(service, picture)
            check_picture(path, service.options.max_pixels)
            return looking.told(service, looking.seen(path))

        return await _worked(service, service.asks, work)

    @mcp.tool()
    async def run_workflow(
        picture: str, models: list[str] | None = None, scale: float | None = None
    ) -> dict[str, Any]:
        """Run models on a picture file below the allowed folder; results lie beside it.

        Each of ``models`` is an id, or ids in series joined by commas; several run side by side.
        Without any the lightest that reaches ``scale`` is taken. Returns a receipt a result.
        """

        def work(stop: Listener) -> dict[str, Any]:
            from assistant.workflow import Runner
            from assistant.workflow.batch import Hears, Wanted, process
            from assistant.workflow.jobs import plan

            path = allowed(service, picture)
            check_picture(path, service.options.max_pixels)
            graph = drawn(service, models or [], None, scale)

            def told(_label: str, _done: int, _of: int) -> None:
                if stop.is_set() or service.ending.is_set():
                    raise StoppedError("stopped")

            doubts: list[str] = []
            (job,) = plan([str(path)], graph)
            wanted = Wanted(if_it_exists="move it away first")
            hears = Hears(told, doubts.append)
            receipts = process(Runner(service.catalog), graph, job, wanted, hears)
            return {
                "doubts": doubts,
                "results": [
                    {**r.model_dump(mode="json"), "file": Path(r.file or "").name, "text": r.text}
                    for r in receipts
                ],
            }

        return await _worked(service, service.runs, work)


def _demos(mcp: MCPServer, service: Service) -> None:
    @mcp.tool()
    async def demonstrate(name: str = ALL) -> dict[str, Any]:
        """Run the demonstration of a cited paper's idea: what it is and is not, measured figures.

        ``list`` says which there are, with the figures that they gave when they were made.
        """

        def work(stop: Listener) -> dict[str, Any]:
            if name == ALL:
                return {"demos": [showing.told(card, service.catalog) for card in demos.cards()]}
            card = showing.known(name)
            ran = dict(showing.shown(service, card, stop)).get("done")
            if ran is None:
                raise StoppedError("stopped")
            told = showing.told(card, service.catalog)
            return {**told, "figures": ran["figures"], "seconds": ran["seconds"]}

        return await _worked(service, service.asks if name == ALL else service.runs, work)


def _records(mcp: MCPServer, service: Service) -> None:
    @mcp.tool()
    async def get_model(id: str) -> dict[str, Any]:
        """Everything the catalog knows of a model or family (RCAN), with the place of each fact."""
        can_run = {model.id for model in service.runnable}
        return await _worked(service, service.asks, lambda _: shown(service.catalog, id, can_run))

    def offer(kind: str) -> None:
        @mcp.resource(f"catalog://{kind}s/{{id}}", name=kind, mime_type="application/json")
        async def record(id: str) -> str:
            """One record as JSON."""
            await service.ready()
            entry = service.catalog.get(id)
            if entry is None or entry.kind != kind:
                raise ResourceNotFoundError(f"no {kind} of that id")
            return json.dumps(entry.model_dump(mode="json", exclude_none=True), ensure_ascii=False)

    for kind in ("model", "paper", "concept"):
        offer(kind)


def allowed(service: Service, given: str) -> Path:
    """The file that a caller names, if it lies below the allowed folder.

    Raises:
        InputError: there is no such folder, or the file is not below it.
    """
    root = service.options.pictures
    if root is None:
        raise InputError(
            "no folder of pictures is allowed here", hint="start the server with --pictures DIR"
        )
    root = root.resolve()
    path = (root / given).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise InputError(f"{Path(given).name}: no such file below the allowed folder")
    return path


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what only our own page needs."""
    kept = ("question", "intent", "recommended", "fit", "workflow", "references", "outcome")
    more = ("markdown", "claims", "facts", "receipt")
    return {name: answer[name] for name in (*kept, *more) if name in answer}
