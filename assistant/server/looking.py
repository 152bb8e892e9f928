"""``/api/look``: what is wrong with a client's picture, measured, and which models suit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.concurrency import run_in_threadpool

from assistant.errors import InputError
from assistant.imaging.faults import Look
from assistant.server import uploads
from assistant.server.flow import called
from assistant.server.service import Service

_SURE = 0.5


def routes(service: Service) -> APIRouter:
    """The route that looks."""
    router = APIRouter(prefix="/api", tags=["Look"])

    @router.post("/look")
    async def look(
        request: Request,
        picture: Annotated[UploadFile, File(description="The picture.")],
        scale: Annotated[float | None, Form(gt=0, le=64)] = None,
    ) -> dict[str, Any]:
        """Measure a picture: noise, JPEG, blur, light, what it shows; and what suits it."""
        service.assistant  # noqa: B018 - refuses before it is known what can run
        name, folder = service.shelf.place()
        try:
            most = service.options.max_pixels
            path = await run_in_threadpool(uploads.picture, picture, folder, most)
            return await called(request, service.asks, lambda _: told(service, seen(path), scale))
        finally:
            service.shelf.drop(name)

    return router


def seen(path: Path) -> Look:
    """What is measured of a picture file.

    Raises:
        InputError: it is no picture, or damaged.
    """
    from assistant.imaging import pictures
    from assistant.imaging.look import look

    return look(pictures.read(path))


def told(service: Service, found: Look, scale: float | None = None) -> dict[str, Any]:
    """The measures with their faults in words, a sentence for a question, and what suits."""
    from assistant.workflow.suiting import choose

    try:
        choice = choose(found, service.catalog, scale)
        suits = {"models": list(choice.models), "because": list(choice.because)}
    except InputError:
        suits = None
    return {
        **found.model_dump(mode="json"),
        "faults": [fault.model_dump(mode="json") for fault in found.faults],
        "shows": shows(found),
        "sentence": sentence(found),
        "suits": suits,
    }


def shows(found: Look) -> list[str]:
    """What a picture is, where that is more than a photo."""
    if found.content is None:
        return []
    kinds = {
        "pixel art": 1.0 if found.content.pixel_art else 0.0,
        "mostly text": found.content.text,
        "a drawing": found.content.drawing if found.content.text < _SURE else 0.0,
    }
    return [kind for kind, chance in kinds.items() if chance >= _SURE]


def sentence(found: Look) -> str:
    """What was measured, as people would write it behind their question."""
    width, height = found.size
    names = list(dict.fromkeys(fault.name.replace("-", " ") for fault in found.faults))
    has = f" and has {', '.join(names)}" if names else ""
    return f"My picture is {width}x{height} pixels{has}."


def measured(found: Look) -> str:
    """What was measured, for the person who sent it."""
    width, height = found.size
    said = [fault.text for fault in found.faults] or ["nothing wrong was measured"]
    return f"{width}x{height} pixels: {'; '.join(said)}."
