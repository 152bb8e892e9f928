"""``sr-assistant config``."""

from __future__ import annotations

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption

_PLAIN = (str, int, float, bool, type(None))

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
                name: {
                    "value": value if isinstance(value, _PLAIN) else str(value),
                    "origin": origin,
                }
                for name, (value, origin) in found.items()
            }
        )
        return
    rows = [[name, "" if value is None else str(value), o] for name, (value, o) in found.items()]
    output.table(["setting", "value", "origin"], rows)
