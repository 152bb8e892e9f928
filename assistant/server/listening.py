"""Listen on a port until told to end."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TextIO

import uvicorn

from assistant.errors import InputError
from assistant.server.early import Early
from assistant.server.options import Options
from assistant.settings import Settings

for _name in ("mcp", "python_multipart"):  # what is imported once the server listens
    if find_spec(_name) is None:
        raise ModuleNotFoundError(f"No module named {_name!r}", name=_name)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, told: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


def listen(settings: Settings, options: Options, told: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``told`` hears the address once it answers.

    Raises:
        InputError: the address cannot be used.
    """

    def make() -> Any:
        from assistant.server.app import application

        return application(settings, options)

    def failed(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    failures: list[Exception] = []
    host = settings.host
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        place = socket.create_server((host, settings.port), family=family, backlog=512)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(
            f"{host}:{settings.port} cannot be used: {why}", hint="name another with --port"
        ) from error
    with place:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{place.getsockname()[1]}"
        config = uvicorn.Config(
            Early(make, options, failed),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="on",
            ws="none",
            timeout_keep_alive=15,
            timeout_graceful_shutdown=round(options.grace),
        )
        server = _Server(config, lambda: told(address))
        server.run([place])
    for failure in failures:
        raise failure


def speak(settings: Settings) -> None:
    """Speak MCP on standard input and output until the other side closes them."""
    from assistant.server.service import Service
    from assistant.server.tools import server

    service = Service(settings, Options(pictures=settings.pictures))
    service.start()
    try:
        server(service).run("stdio")
    finally:
        service.close()


def logged(stream: TextIO) -> None:
    """One line a request to ``stream``: id, method, route, status, time; never a user's words."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("sr_assistant.server")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
