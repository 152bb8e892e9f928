"""What is answered before the application is imported: that the process lives, and no more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from assistant.errors import InputError
from assistant.server import listening
from assistant.server.early import Early
from assistant.server.options import Options
from assistant.settings import load


class Slow:
    """An application that is made when ``go`` is set, and what its lifespan saw."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.seen: list[str] = []

    def make(self) -> Starlette:
        assert self.go.wait(20)
        return Starlette(routes=[Route("/{path:path}", self.told)], lifespan=self.lived)

    @staticmethod
    async def told(_: Any) -> PlainTextResponse:
        return PlainTextResponse("the application")

    @asynccontextmanager
    async def lived(self, _: Any) -> AsyncIterator[None]:
        self.seen.append("begun")
        yield
        self.seen.append("ended")


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """A server of ``app`` on a free port."""
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", ws="none"))
    thread = threading.Thread(target=server.run, args=([place],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)
        place.close()


def test_health_is_answered_before_there_is_an_application_and_the_rest_waits_for_it() -> None:
    slow = Slow()
    with serving(Early(slow.make, Options(), pytest.fail)) as url:
        assert {"status", "version"} == set(httpx2.get(f"{url}/healthz").json())
        state = httpx2.get(f"{url}/readyz")
        assert (503, "loading") == (state.status_code, state.json()["state"])
        foreign = httpx2.get(f"{url}/", headers={"Host": "evil.example"})
        assert (400, "bad_host") == (foreign.status_code, foreign.json()["error"]["code"])
        got: list[str] = []
        asking = threading.Thread(target=lambda: got.append(httpx2.get(f"{url}/api/ask").text))
        asking.start()
        time.sleep(0.2)
        assert [] == got
        slow.go.set()
        asking.join(10)
        assert ["the application"] == got
        assert "the application" == httpx2.get(f"{url}/healthz").text
    assert ["begun", "ended"] == slow.seen


def test_a_server_that_ends_while_it_is_imported_ends_in_good_order() -> None:
    slow = Slow()
    with serving(Early(slow.make, Options(), pytest.fail)) as url:
        assert 200 == httpx2.get(f"{url}/healthz").status_code
        slow.go.set()
    assert ["begun", "ended"] == slow.seen


def test_what_keeps_it_from_being_made_ends_the_server_and_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> Any:
        raise InputError("this cannot be served")

    monkeypatch.setattr("assistant.server.app.application", broken)
    settings = load().model_copy(update={"port": 0})
    with pytest.raises(InputError, match="this cannot be served"):
        listening.listen(settings, Options(), lambda _: None)
