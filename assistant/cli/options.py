"""Options that several verbs share, and the objects they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.output import note

if TYPE_CHECKING:
    from assistant.catalog import Catalog
    from assistant.pipeline import Assistant
    from assistant.settings import Settings

CatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="DIR", help="Catalog folder in place of the built-in one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def settings(catalog: Path | None = None) -> Settings:
    """The settings, with the flag ``--catalog`` on top."""
    from assistant import settings as module

    return module.load(catalog=catalog)


def load_catalog(folder: Path | None) -> Catalog:
    """The catalog of the flag, the settings or the installation."""
    from assistant.catalog import Catalog

    return Catalog.load(settings(folder).catalog)


def open_assistant(folder: Path | None) -> Assistant:
    """An assistant over that catalog that says when it builds an index."""
    from assistant.catalog import Catalog
    from assistant.pipeline import Assistant

    values = settings(folder)
    return Assistant(Catalog.load(values.catalog), cache=values.cache_folder, on_build=building)


def building(records: int) -> None:
    """Say why the first question takes longer."""
    note(f"building the index of {records} records, once for this catalog ...")
