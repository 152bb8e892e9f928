"""A GGUF file of the user, served by llama.cpp inside this process (extra ``local``)."""

from __future__ import annotations

import functools
import secrets
from typing import Any

from assistant.errors import InputError
from assistant.generation.openai_chat import OpenAIChat
from assistant.settings import Settings

CONTEXT = 8192  # tokens; prompts of one question take about 1,000


class LocalChat(OpenAIChat):
    """The embedded server starts with the first question, on loopback, with a key of its own."""

    def __init__(self, settings: Settings) -> None:
        if settings.gguf is None:
            raise InputError("no GGUF file is named", hint="set SRA_GGUF=/path/to/model.gguf")
        if not settings.gguf.is_file():
            raise InputError(f"{settings.gguf}: no such file", hint="set SRA_GGUF to a GGUF file")
        with settings.gguf.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise InputError(f"{settings.gguf} is no GGUF file", hint="llama.cpp reads GGUF")
        super().__init__(
            settings.gguf.stem, "http://127.0.0.1/v1", secrets.token_hex(16), settings=settings
        )
        self.name = f"local:{settings.gguf.stem}"
        self._file = settings.gguf

    @classmethod
    def of(cls, settings: Settings) -> LocalChat:
        """The file of the settings."""
        return cls(settings)

    @functools.cached_property
    def model(self) -> str:
        """The model of the server, which is started now."""
        self._server  # noqa: B018 - it sets base_url
        return self._file.stem

    @property
    def identity(self) -> dict[str, str]:
        """The file; the server, of another port each time, is not started for it."""
        return {"model": self._file.stem, "host": "local"}

    def models(self, timeout: float = 10) -> list[str]:
        """The one model, once the server runs."""
        self._server  # noqa: B018 - likewise
        return super().models(timeout)

    @functools.cached_property
    def _server(self) -> Any:
        try:
            import xllamacpp
        except ImportError as error:
            raise InputError(
                "the generator local needs the package xllamacpp",
                hint="pip install 'sr-assistant[local]'",
            ) from error
        options = xllamacpp.CommonParams()
        options.model.path = str(self._file)
        options.n_ctx, options.n_parallel, options.warmup = CONTEXT, 1, False
        options.port, options.api_keys = 0, [self.key]
        # Generation threads that wait by spinning collapse as soon as other work shares the cores.
        options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
        options.cpuparams.poll = options.cpuparams_batch.poll = 0
        options.verbosity = 0  # its log would run through our output
        server = xllamacpp.Server(options)
        self.base_url = f"{server.listening_address}/v1"
        return server
