"""Pictures that clients of OpenAI's API send along, and the workflow run on the last of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool

from assistant.errors import AssistantError, InputError
from assistant.server.completions import Speech
from assistant.server.faults import clean
from assistant.server.flow import Flow
from assistant.server.messages import Asked
from assistant.server.pools import BusyError
from assistant.server.running import Wanted, running
from assistant.server.service import Service
from assistant.server.talk import Said
from assistant.server.uploads import sent
from assistant.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Proof:
    """What to do with a picture once the answer is there; without ``uri`` nothing."""

    service: Service
    uri: str | None = None

    async def after(self, flow: Flow[str | Said], speech: Speech) -> AsyncIterator[str | Said]:
        """The pieces of an answer, and behind them what its run came to."""
        end: Said | None = None
        async for piece in flow:
            if isinstance(piece, Said):
                end = piece
            else:
                yield piece
        answer = end.reply.answer if end else None
        if self.uri and answer:
            yield await self._run(answer.workflow, speech)
        if end:
            yield end

    async def _run(self, graph: Workflow | None, speech: Speech) -> str:
        """The paragraph about the run; what went wrong is said, the answer stands."""
        head = "\n\n**Run on the given picture**\n\n"
        if graph is None or self.uri is None:
            return f"{head}This answer has no workflow to run.\n"
        flow = None
        try:
            name, folder, path = await run_in_threadpool(sent, self.service, self.uri)
            wanted = Wanted(name, folder, path, graph.first)
            flow = Flow(self.service.runs, lambda stop: running(self.service, wanted, stop))
            done = [data async for kind, data in flow if kind == "done"][-1]
        except (AssistantError, BusyError) as error:
            return f"{head}It could not be run: {clean(str(error))}.\n"
        finally:
            if flow:
                flow.close()
        speech.run = done
        texts = [f"{r['text']} The result is at `{r['url']}`." for r in done["results"]]
        return head + "\n\n".join(texts) + "\n"


async def shown(service: Service, question: Asked, *, run: bool) -> Proof:
    """See that the pictures of a question can be read; ``run`` keeps the last of them.

    Raises:
        InputError: one is no picture or too large, or a run is asked for without one.
    """
    if run and not question.pictures:
        raise InputError("sr_assistant.run: no picture was sent", hint="send it as a data URI")
    for uri in question.pictures:
        name, _, _ = await run_in_threadpool(sent, service, uri)
        service.shelf.drop(name)
    return Proof(service, question.pictures[-1] if run else None)
