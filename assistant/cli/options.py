"""Arguments and options that several verbs share, and the objects they stand for."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.output import note
from assistant.errors import InputError, reason

if TYPE_CHECKING:
    from assistant.catalog import Catalog
    from assistant.cluster import Workers
    from assistant.cluster.engine import Opener
    from assistant.pipeline import Assistant
    from assistant.settings import Settings

CatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="DIR", help="Catalog folder in place of the built-in one."),
]


class Kind(StrEnum):
    """What a record is."""

    model = "model"
    paper = "paper"
    concept = "concept"


KindOption = Annotated[
    Kind | None, typer.Option("--kind", metavar="model|paper|concept", help="Only such records.")
]
GeneratorOption = Annotated[
    str | None,
    typer.Option(
        "--generator", metavar="NAME", help="composer, openai, langchain, local or auto (default)."
    ),
]
LlmOption = Annotated[
    str | None,
    typer.Option("--llm", metavar="NAME", help="Language model at the endpoint of the settings."),
]
RepairOption = Annotated[
    int | None,
    typer.Option(
        "--repair", metavar="N", min=0, max=3, help="Drafts that go back to it (default 1)."
    ),
]


class Asked(StrEnum):
    """What a language model is asked for."""

    claims = "claims"
    parts = "parts"


class Check(StrEnum):
    """What the sentences of a language model need."""

    facts = "facts"
    links = "links"


class Reads(StrEnum):
    """Who reads an unclear question."""

    reader = "reader"
    model = "model"


PromptOption = Annotated[
    Asked | None,
    typer.Option(
        "--prompt",
        metavar="claims|parts",
        help="Ask a language model for claims with the ids of their facts (default), or send it "
        "the prompt file.",
    ),
]
CheckOption = Annotated[
    Check | None,
    typer.Option(
        "--check",
        metavar="facts|links",
        help="What its sentences need: facts that state them (default), or only right links, "
        "names and numbers.",
    ),
]
ReadOption = Annotated[
    Reads | None,
    typer.Option(
        "--read",
        metavar="reader|model",
        help="Who says what an unclear question means: our reader (default), or the language "
        "model in one more call.",
    ),
]


class Engine(StrEnum):
    """What does the work of many items."""

    local = "local"
    ray = "ray"


EngineOption = Annotated[
    Engine,
    typer.Option(
        "--engine", metavar="local|ray", help="Work on this machine, or on a cluster of Ray."
    ),
]
RayAddressOption = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="HOST:PORT",
        help="Cluster that this machine is part of, or auto, or local: one that starts here. "
        "Default: RAY_ADDRESS, else local.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@contextlib.contextmanager
def hired(
    engine: Engine, address: str | None, jobs: int | None, opener: Callable[[], Opener]
) -> Iterator[Workers | None]:
    """The workers of the engine, who open what ``opener`` gives; None where it is this machine."""
    if engine is Engine.local:
        yield None
        return
    from assistant.cluster import RayEngine, Workers

    with Workers(opener(), RayEngine(address), jobs) as workers:
        yield workers


def asked(given: str) -> str:
    """The question of an argument, or of standard input for ``-``.

    Raises:
        InputError: it is no text, or no prompt file could hold it.
    """
    from pydantic import ValidationError

    from assistant.prompts import Request

    try:
        if given == "-":
            given = sys.stdin.buffer.read().decode("utf-8-sig").strip()
        given.encode()  # bytes of the command line that are no UTF-8 came in as surrogates
    except UnicodeError as error:
        raise InputError("the question is not UTF-8 text", hint="check its encoding") from error
    try:
        Request(question=given, recommended=())
    except ValidationError as error:
        said = reason(error.errors()[0])
        if not said.startswith("the question"):
            said = f"the question: {said}"
        raise InputError(said, hint='ask something: sr-assistant ask "Which model?"') from error
    return given


def settings(catalog: Path | None = None, **flags: Any) -> Settings:
    """The settings, with the flags that were given on top."""
    from assistant import settings as module

    return module.load(catalog=catalog, **flags)


def load_catalog(folder: Path | None) -> Catalog:
    """The catalog of the flag, the settings or the installation."""
    from assistant.catalog import Catalog

    values = settings(folder)
    return Catalog.load(values.catalog, cache=values.cache_folder)


def open_assistant(folder: Path | None, **flags: Any) -> Assistant:
    """An assistant over that catalog, with the generator of the flags or the settings, that says
    when it builds an index."""
    from assistant.generation import LanguageModel
    from assistant.pipeline import Assistant

    assistant = Assistant.of(writer_settings(folder, **flags), building)
    idle = [f"--{name}" for name in ("check", "repair") if flags.get(name) is not None]
    if idle and not isinstance(assistant.generator, LanguageModel):
        said = f"{' and '.join(idle)} change{'s' * (len(idle) == 1)} nothing"
        note(f"note: {said}: no language model writes here; name one with --llm")
    return assistant


def writer_settings(folder: Path | None, **flags: Any) -> Settings:
    """The settings, where a language model that is named here and now is the generator."""
    values = settings(folder, **flags)
    if values.generator == "auto" and values.llm and flags.get("llm"):
        values = settings(folder, **{**flags, "generator": "openai"})
    return values


def building(records: int) -> None:
    """Say why the first question takes longer."""
    note(f"indexing {records} new or changed record{'s' * (records != 1)}, once ...")
