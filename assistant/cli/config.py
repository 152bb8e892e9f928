"""``sr-assistant config``."""

from __future__ import annotations

from pathlib import Path

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption

app = typer.Typer(help="Show the settings.", no_args_is_help=True)


@app.callback()
def _verbs() -> None:
    pass  # keeps `show` a verb of its own while it is the only one


@app.command()
def show(catalog: CatalogOption = None, json: JsonOption = False) -> None:
    """Print each setting with its value and where it comes from."""
    from assistant.settings import origins

    found = origins(catalog=catalog)
    if json:
        output.as_json(
            {
                name: {"value": str(value) if isinstance(value, Path) else value, "origin": origin}
                for name, (value, origin) in found.items()
            }
        )
        return
    rows = [[name, "" if value is None else str(value), o] for name, (value, o) in found.items()]
    output.table(["setting", "value", "origin"], rows)
