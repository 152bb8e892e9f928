"""The routes under ``/v1``, which speak to every client of OpenAI's API."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from assistant.server.completions import Speech, chunks, whole
from assistant.server.faults import NotFoundError
from assistant.server.flow import Flow, unless_gone
from assistant.server.messages import MODEL, OFFLINE, Asked, Completion, asked, asked_of
from assistant.server.messages import Response as Wanted
from assistant.server.proof import shown
from assistant.server.responses import Shaped, events
from assistant.server.service import Service
from assistant.server.stream import EventStream
from assistant.server.talk import Histories, Said, talk

_CREATED = 1_767_225_600  # when this API was first served; clients want a number


def routes(service: Service) -> APIRouter:
    """All routes under ``/v1``."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
    histories = Histories()

    def begun(question: Asked, model: str) -> tuple[Speech, Flow[str | Said]]:
        assistant = service.assistant  # refuses as long as nothing can be answered
        speech = Speech(question, model, f"catalog-{assistant.catalog.digest[:12]}")

        def make(stop: threading.Event) -> Iterator[str | Said]:
            return talk(service, histories, question, stop, offline=model == OFFLINE)

        return speech, Flow(service.asks, make)

    @router.get("/models")
    def models() -> dict[str, Any]:
        """The models that can be asked: the one of the settings, and the offline composer."""
        return {"object": "list", "data": [_model(MODEL), _model(OFFLINE)]}

    @router.get("/models/{model}")
    def model(model: str) -> dict[str, Any]:
        """One of them."""
        _check(model)
        return _model(model)

    @router.post("/chat/completions")
    async def completions(body: Completion, request: Request) -> Response:
        """Answer the last message of the user; the messages before it are the conversation."""
        _check(body.model)
        question = asked(body.messages)
        proof = await shown(service, question, run=body.sr_assistant.run)
        speech, flow = begun(question, body.model)
        pieces = proof.after(flow, speech)
        if not body.stream:
            await unless_gone(request, spoken(speech, pieces), flow.close)
            return JSONResponse(whole(speech))
        await flow.begin(request)
        counted = bool(body.stream_options and body.stream_options.include_usage)
        sent = chunks(speech, pieces, with_usage=counted)
        return EventStream(sent, flow.close, service.options.patience)

    @router.post("/responses")
    async def responses(body: Wanted, request: Request) -> Response:
        """The same as a response; send the whole history, nothing is kept here."""
        _check(body.model)
        question = asked_of(body)
        proof = await shown(service, question, run=body.sr_assistant.run)
        speech, flow = begun(question, body.model)
        pieces = proof.after(flow, speech)
        shaped = Shaped(body, speech)
        if not body.stream:
            await unless_gone(request, spoken(speech, pieces), flow.close)
            return JSONResponse(shaped.whole())
        await flow.begin(request)
        return EventStream(events(shaped, speech, pieces), flow.close, service.options.patience)

    return router


async def spoken(speech: Speech, pieces: AsyncIterator[str | Said]) -> None:
    """Let a speech grow to its end."""
    async for piece in pieces:
        speech.add(piece)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "sr-assistant"}


def _check(model: str) -> None:
    if model not in (MODEL, OFFLINE):
        raise NotFoundError(
            f"the model {model[:80]!r} does not exist",
            hint=f"there are {MODEL} and {OFFLINE}",
            said="model_not_found",
            param="model",
        )
