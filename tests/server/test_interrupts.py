"""A language model that stops when its reader does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from assistant.generation import End, LanguageModel, Message
from assistant.generation.claims import SCHEMA
from assistant.prompts import PROMPT_FILE
from assistant.server.interrupts import Interruptible, StoppedError


class Told(LanguageModel):
    """Says what it was asked for."""

    name = "told"

    def complete(self, _: Sequence[Message]) -> Iterator[str | End]:
        yield "prose"
        yield End()

    def complete_json(self, _: Sequence[Message], schema: Mapping[str, Any]) -> Iterator[str | End]:
        yield ", ".join(schema["required"])
        yield End()


def test_the_schema_reaches_the_model() -> None:
    """An interruptible model is asked for what the model itself would be."""
    asked = Interruptible(Told(), threading.Event())
    assert "task, workflow" == asked.reply([("user", "x")], asked.schema)[0]


def test_the_prompt_file_stays_what_is_asked() -> None:
    """The template of the settings is kept."""
    model = Told()
    model.template = PROMPT_FILE
    asked = Interruptible(model, threading.Event())
    assert (None, "prose") == (asked.schema, asked.reply([("user", "x")], asked.schema)[0])


def test_a_model_whose_reader_left_is_not_waited_for() -> None:
    """Neither for prose nor for JSON."""
    stop = threading.Event()
    stop.set()
    asked = Interruptible(Told(), stop)
    for schema in (None, SCHEMA):
        with pytest.raises(StoppedError):
            asked.reply([("user", "x")], schema)
