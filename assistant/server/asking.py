"""``/api/ask``, ``/api/chat`` and the conversations: answers as events or in one piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant import prompts
from assistant.chat import Chat, Reply
from assistant.chat.conversation import MAX_MESSAGE
from assistant.chat.sessions import MAX_NAME, markdown
from assistant.errors import InputError
from assistant.server.faults import NotFoundError, described
from assistant.server.flow import Flow, Listener
from assistant.server.service import Service
from assistant.server.stream import EventStream, event
from assistant.settling import MAX_QUESTION
from assistant.streaming import DoneEvent, Event

Name = Annotated[str, Path(max_length=MAX_NAME, description="Name of the conversation.")]
_Pieces = Iterator[tuple[str, dict[str, Any]]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Question(_Body):
    """A question, or the text of a prompt file."""

    question: str = Field(min_length=1, max_length=400_000)
    scale: float | None = Field(default=None, gt=0, le=64, description="Factor, over the text.")
    task: str | None = Field(default=None, max_length=80, description="Task id, over the text.")
    k: int | None = Field(default=None, ge=0, le=20, description="Related papers.")
    strict: bool = Field(default=False, description="Fail where anything had to be cut.")
    offline: bool = Field(default=False, description="Let the offline composer write.")
    stream: bool = Field(default=False, description="Answer with server-sent events.")


class Message(_Body):
    """A message in a conversation; without a name a new one begins."""

    message: str = Field(min_length=1, max_length=MAX_MESSAGE)
    conversation: str | None = Field(default=None, min_length=1, max_length=MAX_NAME)
    stream: bool = True


def routes(service: Service) -> APIRouter:
    """The routes that ask."""
    router = APIRouter(prefix="/api", tags=["Ask"])

    @router.post("/ask")
    async def ask(body: Question, request: Request) -> Response:
        """Answer a question: what ``sr-assistant ask --json`` prints, or its events."""
        service.assistant  # noqa: B018 - refuses as long as nothing can be answered
        if not body.stream:
            make = _answering(service, body)
            pieces = await Flow(service.asks, make).all(request)
            return JSONResponse(pieces[-1][1]["answer"])
        if body.strict:
            raise InputError("a stream cannot be strict", hint="leave stream or strict out")
        return await streamed(Flow(service.asks, _answering(service, body)), request, service)

    @router.post("/chat")
    async def chat(body: Message, request: Request) -> Response:
        """Say something in a conversation that is kept; its turn is stored before its end is sent.

        Events: ``fit``, ``task``, ``workflow``, ``reference``, ``finding`` of a whole answer or
        ``text`` of a short reply, then ``done`` with ``conversation`` and ``reply``.
        """
        service.assistant  # noqa: B018 - refuses as long as nothing can be answered
        flow = Flow(service.asks, _talking(service, body))
        if body.stream:
            return await streamed(flow, request, service)
        return JSONResponse((await flow.all(request))[-1][1])

    @router.get("/conversations")
    def conversations() -> list[dict[str, Any]]:
        """The conversations, the latest first; those of ``sr-assistant chat`` as well."""
        names = ("name", "turns", "first", "updated")
        return [{n: getattr(s, n) for n in names} for s in service.sessions.list()]

    @router.get("/conversations/{name}")
    def conversation(name: Name) -> dict[str, Any]:
        """All turns of a conversation."""
        turns = _turns(service, name)
        return {"conversation": name, "turns": [{"message": m, "reply": r} for m, r in turns]}

    @router.get("/conversations/{name}/export")
    def export(name: Name, form: Annotated[Literal["md", "json"], Query()] = "md") -> Response:
        """A conversation as a file."""
        turns = _turns(service, name)
        safe = "".join(c if c.isalnum() and c.isascii() else "-" for c in name)
        head = {"Content-Disposition": f'attachment; filename="{safe}.{form}"'}
        if form == "json":
            data = {"session": name, "turns": [{"message": m, "reply": r} for m, r in turns]}
            return JSONResponse(data, headers=head)
        return PlainTextResponse(markdown(name, turns), 200, head, "text/markdown; charset=utf-8")

    @router.delete("/conversations/{name}", status_code=204)
    def delete(name: Name) -> None:
        """Forget a conversation."""
        _turns(service, name)
        service.sessions.delete(name)

    return router


async def streamed(
    flow: Flow[tuple[str, dict[str, Any]]], request: Request, service: Service
) -> Response:
    """Named events; what is wrong before the first one has its own status."""
    await flow.begin(request)

    async def chunks() -> AsyncIterator[bytes]:
        try:
            async for kind, data in flow:
                yield event(data, kind)
        except Exception as error:  # the status is sent: an error can only be an event
            yield event(described(error)[1], "error")

    return EventStream(chunks(), flow.close, service.options.patience)


def told(piece: Event) -> tuple[str, dict[str, Any]]:
    """An event of an answer as it is sent."""
    if isinstance(piece, DoneEvent):
        return "done", {"answer": piece.answer.to_json()}
    return piece.kind, piece.model_dump(mode="json", exclude={"kind"})


def _answering(service: Service, body: Question) -> Any:
    def make(stop: Listener) -> _Pieces:
        assistant = service.interruptible(stop, offline=body.offline)
        k = service.settings.related if body.k is None else body.k
        if prompts.is_prompt(body.question):
            events = assistant.stream_answer(prompts.parse(body.question, "the question"))
        elif len(body.question) > MAX_QUESTION:
            raise InputError(f"question: at most {MAX_QUESTION:,} characters are read")
        elif body.strict:
            answer = assistant.ask(
                body.question, scale=body.scale, task=body.task, k=k, strict=True
            )
            events = iter((DoneEvent(answer=answer),))
        else:
            events = assistant.stream(body.question, scale=body.scale, task=body.task, k=k)
        for piece in events:
            if isinstance(piece, DoneEvent):
                service.count(piece.answer)
            yield told(piece)

    return make


def _talking(service: Service, body: Message) -> Any:
    def make(stop: Listener) -> _Pieces:
        sessions, name = service.sessions, body.conversation
        known = name is not None and any(s.name == name for s in sessions.list())
        state = sessions.state(name) if known and name else None
        chat = Chat(service.interruptible(stop), state)
        for piece in chat.stream(body.message):
            if isinstance(piece, str):
                yield "text", {"text": piece}
            elif not isinstance(piece, Reply):
                if not isinstance(piece, DoneEvent):
                    yield told(piece)
            elif not stop.is_set():  # what was stopped is not kept
                name = name or sessions.begin()
                sessions.append(name, body.message, piece, chat.state)
                if piece.answer:
                    service.count(piece.answer)
                yield "done", {"conversation": name, "reply": piece.to_json()}

    return make


def _turns(service: Service, name: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        return service.sessions.turns(name)
    except InputError as error:
        raise NotFoundError("no such conversation", hint="see /api/conversations") from error
