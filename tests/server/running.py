"""A real server on a loopback port, in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn

from assistant.server.app import application
from assistant.server.options import Options
from assistant.server.service import Service
from assistant.settings import Settings, load


@dataclass
class Running:
    """A server that answers, and what it is made of."""

    url: str
    service: Service

    def get(self, path: str, **how: Any) -> httpx2.Response:
        return httpx2.get(self.url + path, timeout=60, **how)

    def post(self, path: str, **how: Any) -> httpx2.Response:
        return httpx2.post(self.url + path, timeout=60, **how)


def until(true: Callable[[], object]) -> bool:
    """Whether it comes true, waited for with more patience than a busy machine needs.

    How soon it does is measured by ``benchmarks/serve.py``; here it only decides when to give up.
    """
    end = time.monotonic() + 20
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def running(
    options: Options | None = None,
    settings: Settings | None = None,
    *,
    wait: bool = True,
    opener: Any = None,
) -> Iterator[Running]:
    """A server that listens, and unless told otherwise one that is ready."""
    values = settings or load()
    more = {"opener": opener} if opener else {}
    service = Service(values, options or Options.of(values), **more)
    place = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        application(values, service=service),
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([place],), daemon=True)
    thread.start()
    try:
        found = Running(f"http://127.0.0.1:{place.getsockname()[1]}", service)
        wanted = ("ready", "failed") if wait else ()
        for _ in range(3_000):
            if server.started and (not wanted or service.progress.state in wanted):
                break
            time.sleep(0.02)
        if wait:
            assert "ready" == service.progress.state, service.progress
        yield found
    finally:
        server.should_exit = True
        thread.join(15)
        place.close()
