"""``sr-assistant serve``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    CheckOption,
    GeneratorOption,
    LlmOption,
    PromptOption,
    writer_settings,
)
from assistant.errors import InputError

EXTRA = "pip install 'sr-assistant[serve]'"


def serve(
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Default: 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", min=0, max=65_535, help="Default: 8765; 0: any."),
    ] = None,
    names: Annotated[
        str | None,
        typer.Option("--names", metavar="A,B", help="Further host names it answers to."),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="API keys, one a line; or SRA_API_KEYS."),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="DIR", help="Folder below which MCP may read pictures."),
    ] = None,
    asks: Annotated[
        int, typer.Option("--asks", metavar="N", min=1, max=64, help="Questions at once.")
    ] = 4,
    waiting: Annotated[
        int, typer.Option("--waiting", metavar="N", min=0, help="Questions that may wait.")
    ] = 64,
    upload: Annotated[
        float, typer.Option("--upload", metavar="MB", min=1, max=1024, help="Largest upload.")
    ] = 32,
    generator: GeneratorOption = None,
    llm: LlmOption = None,
    prompt: PromptOption = None,
    check: CheckOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Serve the page, an OpenAI-compatible API (/v1), REST (/api) and MCP (/mcp).

    Only this machine reaches it unless --host says so, for which a key is needed.
    """
    import dataclasses

    values = writer_settings(
        catalog,
        generator=generator,
        llm=llm,
        prompt=prompt,
        check=check,
        host=host,
        port=port,
        names=names,
        key_file=key_file,
        pictures=pictures,
    )
    from assistant.server.options import Options

    options = dataclasses.replace(
        Options.of(values), asks=asks, asks_waiting=waiting, max_upload=int(upload * (1 << 20))
    )
    try:
        from assistant.server import listening
    except ModuleNotFoundError as error:
        raise InputError(f"serve needs {error.name}, which is not installed", hint=EXTRA) from error
    listening.logged(sys.stderr)
    listening.listen(values, options, lambda url: output.note(f"{url} (Ctrl-C ends it)"))
