from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant.errors import CatalogError
from assistant.pipeline import Assistant
from assistant.server.options import Options
from assistant.settings import Settings

from .running import Running, running, until
from .slow import Slow

QUESTION = {"question": "Which model for 2x?", "stream": True}
CHAT = {
    "model": "sr-assistant",
    "messages": [{"role": "user", "content": "Which model for 2x?"}],
    "stream": True,
}


def idle(server: Running) -> bool:
    """Whether all workers come to be idle."""
    asks = server.service.asks
    return until(lambda: not asks.running and not asks.queued)


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "talking"])
@pytest.mark.parametrize(
    ("path", "body"), [("/api/ask", QUESTION), ("/v1/chat/completions", CHAT)], ids=["ask", "v1"]
)
def test_a_client_that_leaves_frees_its_worker_and_the_model_is_asked_no_more(
    silent: bool, path: str, body: dict[str, Any]
) -> None:
    model = Slow(silent=silent)
    with running(Options(asks=1, asks_waiting=2), opener=model.opened) as server:
        for streamed in (True, False) * 3:
            with sent(server, path, {**body, "stream": streamed}):
                assert model.asked.acquire(timeout=20)
            assert idle(server)
            assert not model.asked.acquire(blocking=False)  # nor is it asked again
        model.free.set()


@contextmanager
def sent(server: Running, path: str, body: dict[str, Any]) -> Iterator[socket.socket]:
    """A connection on which a request was sent, closed at the end."""
    host, port = server.url.removeprefix("http://").split(":")
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        yield line


def test_what_is_too_much_is_told_to_come_back_and_what_waits_is_answered() -> None:
    model = Slow(silent=True)
    with running(Options(asks=1, asks_waiting=2), opener=model.opened) as server:
        with ThreadPoolExecutor(8) as pool:
            asked = [
                pool.submit(server.post, "/api/ask", json={"question": "Which model for 2x?"})
                for _ in range(8)
            ]
            assert model.asked.acquire(timeout=20)
            assert until(lambda: sum(one.done() for one in asked) == 5)
            model.free.set()
            got = [one.result(30) for one in asked]
        codes = sorted(one.status_code for one in got)
        assert [200] * 3 + [429] * 5 == codes
        busy = next(one for one in got if one.status_code == 429)
        assert int(busy.headers["retry-after"]) >= 1
        assert "rate_limit_exceeded" == busy.json()["error"]["code"]
        assert idle(server)


def test_a_client_that_does_not_read_keeps_no_worker(server: Running) -> None:
    with sent(server, "/api/ask", QUESTION):
        time.sleep(0.2)
        assert idle(server)


def test_health_is_answered_at_once_and_readiness_says_how_far_the_index_is() -> None:
    begun, go = threading.Event(), threading.Event()

    def opener(settings: Settings, building: Any) -> Assistant:
        building(1234)
        begun.set()
        go.wait(20)
        return Assistant(cache=settings.cache_folder)

    with running(opener=opener, wait=False) as server:
        begun.wait(20)
        for _ in range(100):
            try:
                assert 200 == server.get("/healthz").status_code
                break
            except httpx2.ConnectError:
                time.sleep(0.05)
        told = server.get("/readyz")
        assert (503, "indexing", 1234) == (
            told.status_code,
            told.json()["state"],
            told.json()["records"],
        )
        early = server.post("/api/ask", json={"question": "Which for 2x?"})
        assert (503, "not_ready") == (early.status_code, early.json()["error"]["code"])
        assert 200 == server.get("/").status_code
        go.set()
        for _ in range(400):
            if server.get("/readyz").status_code == 200:
                break
            time.sleep(0.05)
        assert 200 == server.post("/api/ask", json={"question": "Which for 2x?"}).status_code


def test_a_catalog_that_cannot_be_loaded_is_said_without_its_path() -> None:
    def opener(_settings: Settings, _building: Any) -> Assistant:
        raise CatalogError("the catalog folder /home/somebody/catalog does not exist")

    with running(opener=opener, wait=False) as server:
        assert until(lambda: server.service.progress.state == "failed")
        got = server.post("/v1/chat/completions", json=CHAT)
        assert (503, "catalog_missing") == (got.status_code, got.json()["error"]["code"])
        assert "/home/somebody" not in got.text + server.get("/readyz").text


def test_questions_are_answered_while_a_model_runs(server: Running, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (200, 160), "olive").save(tmp_path / "one.png")
    with ThreadPoolExecutor(1) as pool:
        data = (tmp_path / "one.png").read_bytes()
        run = pool.submit(
            server.post,
            "/api/run",
            files={"picture": ("one.png", data)},
            data={"model": "SISR-SAFMN-2x"},
        )
        assert 200 == server.post("/api/ask", json={"question": "Which for 2x?"}).status_code
        assert 200 == run.result(120).status_code
