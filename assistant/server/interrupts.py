"""A language model that stops when its reader does, however long it is silent."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.generation import End, LanguageModel, Message

_LOOK = 0.2  # seconds between two looks at whether anybody still listens
_OVER = object()


class StoppedError(Exception):
    """Nobody listens any more: no error of the endpoint, which would be asked or replaced again."""


class Interruptible(LanguageModel):
    """``model``, asked in a thread of its own, so that a reader who leaves is not kept."""

    def __init__(self, model: LanguageModel, stop: threading.Event) -> None:
        self._model, self._stop = model, stop
        self.name, self.template, self.required = model.name, model.template, model.required

    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        """As the model's, until it is stopped."""
        return self._relayed(self._model.complete(messages))

    def complete_json(
        self, messages: Sequence[Message], schema: Mapping[str, Any]
    ) -> Iterator[str | End]:
        """Likewise, with a schema."""
        return self._relayed(self._model.complete_json(messages, schema))

    def _relayed(self, reply: Iterator[str | End]) -> Iterator[str | End]:
        pieces: queue.SimpleQueue[Any] = queue.SimpleQueue()
        if not self._stop.is_set():
            threading.Thread(target=self._read, args=(reply, pieces), daemon=True).start()
        while not self._stop.is_set():
            try:
                piece = pieces.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if piece is _OVER:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
        raise StoppedError

    def _read(self, reply: Iterator[str | End], pieces: queue.SimpleQueue[Any]) -> None:
        try:
            for piece in reply:
                if self._stop.is_set():
                    return  # closes the connection to the endpoint
                pieces.put(piece)
            pieces.put(_OVER)
        except BaseException as error:
            pieces.put(error)
