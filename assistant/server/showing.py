"""``/api/demos``: the ideas of cited papers at work, as they ship and run anew.

A demonstration runs as the command that its card names, in a process of its own: whoever stops it
waits for nothing, and what it took of memory goes with it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as Place
from fastapi.responses import JSONResponse, Response

from assistant import demos
from assistant.catalog import Catalog
from assistant.catalog.demos import Card
from assistant.errors import AssistantError, InputError
from assistant.server.asking import streamed
from assistant.server.faults import NotFoundError
from assistant.server.flow import Flow, Listener
from assistant.server.running import StoppedError
from assistant.server.service import Service
from assistant.server.shelf import filling

_LOOK = 0.1  # seconds between two looks whether somebody still listens
Name = Annotated[str, Place(max_length=80, description="Name of the demonstration.")]


def routes(service: Service) -> APIRouter:
    """The routes of demonstrations."""
    router = APIRouter(prefix="/api/demos", tags=["Demos"])

    @router.get("")
    def listed() -> list[dict[str, Any]]:
        """What each demonstration is and is not, with the figures and the sheet that ship."""
        return [told(card, service.catalog) for card in demos.cards()]

    @router.post("/{name}")
    async def run(
        name: Name, request: Request, stream: Annotated[bool, Query()] = False
    ) -> Response:
        """Run a demonstration here; a closed connection ends it.

        Events: ``start`` (``seconds`` that it usually takes), ``done``. The sheet is at
        ``/api/run/ID/FILE`` until newer results come.
        """
        card = known(name)
        flow = Flow(service.runs, lambda stop: shown(service, card, stop))
        if stream:
            return await streamed(flow, request, service)
        return JSONResponse((await flow.all(request))[-1][1])

    return router


def known(name: str) -> Card:
    """The card of this name; raises NotFoundError where there is none."""
    try:
        return demos.find(name)
    except InputError as error:
        raise NotFoundError(error.message[:200], hint="see /api/demos") from error


def told(card: Card, catalog: Catalog) -> dict[str, Any]:
    """A card with its paper, the command that runs it, and what it gave when it was made."""
    entry, kept = catalog.get(card.record), demos.kept(card)
    return {
        **card.model_dump(exclude={"module"}),
        "title": entry.title if entry else card.record,
        "paper": entry.paper if entry else None,
        "command": f"sr-assistant run --demo {card.name}",
        "figures": [figure.to_json() for figure in kept.figures],
        "seconds": kept.seconds,
        "picture": f"/page/demos/{card.name}.png",
        "size": list(kept.size),
    }


def shown(service: Service, card: Card, stop: Listener) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run a demonstration; ``stop`` ends its process at once.

    Raises:
        AssistantError: it failed.
    """
    id, folder = service.shelf.place()
    with contextlib.suppress(StoppedError), filling(service.shelf, id):
        yield "start", {"id": id, "name": card.name, "seconds": demos.kept(card).seconds}
        data = _run(service, card, folder / f"{card.name}.png", stop)
        names = ("name", "figures", "seconds")
        result = {name: data[name] for name in names}
        yield "done", {"id": id, **result, "picture": f"/api/run/{id}/{card.name}.png"}


def _run(service: Service, card: Card, target: Path, stop: Listener) -> dict[str, Any]:
    arguments = ["run", "--demo", card.name, "--out", str(target), "--json"]
    with subprocess.Popen(  # noqa: S603 - our own command; the name is that of a card
        [sys.executable, "-m", "assistant", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=_LOOK)
                    break
                except subprocess.TimeoutExpired:
                    if stop.is_set() or service.ending.is_set():
                        raise StoppedError("stopped") from None
        finally:
            process.kill()
    if process.returncode:
        said = (err.splitlines() or ["error: it ended without a word"])[0]
        raise AssistantError(f"{card.name}: {said.removeprefix('error: ')}")
    data: dict[str, Any] = json.loads(out)
    return data
