"""``sr-assistant mcp``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import CatalogOption, GeneratorOption, LlmOption, writer_settings
from assistant.cli.serve import EXTRA
from assistant.errors import InputError


def mcp(
    pictures: Annotated[
        Path | None,
        typer.Option(
            "--pictures",
            metavar="DIR",
            help="Folder below which pictures may be read and written. Default: this one.",
        ),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over HTTP, at /mcp of what `serve` serves.")
    ] = False,
    generator: GeneratorOption = None,
    llm: LlmOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Let a coding assistant search, ask, run and grade: an MCP server on standard streams."""
    folder = pictures or Path.cwd()
    if http:
        from assistant.cli.serve import serve

        serve(pictures=folder, generator=generator, llm=llm, catalog=catalog)
        return
    values = writer_settings(catalog, generator=generator, llm=llm, pictures=folder)
    try:
        from assistant.server.listening import speak
    except ModuleNotFoundError as error:
        raise InputError(f"mcp needs {error.name}, which is not installed", hint=EXTRA) from error
    speak(values)
