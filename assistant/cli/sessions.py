"""``sr-assistant sessions``: the conversations that were held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import JsonOption, settings

if TYPE_CHECKING:
    from assistant.chat.sessions import Sessions

app = typer.Typer(help="List, export and delete chat sessions.", no_args_is_help=True)


@app.command("list")
def list_sessions(json: JsonOption = False) -> None:
    """List the sessions, the latest first."""
    found = _open().list()
    if json:
        keys = ("name", "turns", "first", "updated")
        output.as_json([{key: getattr(s, key) for key in keys} for s in found])
        return
    rows = [[s.name, str(s.turns), s.updated, s.first[:60]] for s in found]
    output.table(["session", "turns", "last turn", "first message"], rows)


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The session.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write to a file.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Print a session as Markdown or JSON, or write it to a file."""
    from assistant.chat.sessions import markdown

    turns = _open().turns(name)
    if out is not None:
        save(out, name, turns, json=json)
    elif json:
        output.as_json(_data(name, turns))
    else:
        output.text(markdown(name, turns))


@app.command()
def delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The session.")],
) -> None:
    """Forget a session."""
    _open().delete(name)
    output.note(f"deleted {name}")


def _open() -> Sessions:
    from assistant.chat.sessions import Sessions

    return Sessions(settings().data_folder)


def _data(name: str, turns: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {"session": name, "turns": [{"message": m, "reply": r} for m, r in turns]}


def save(
    path: Path, name: str, turns: list[tuple[str, dict[str, Any]]], *, json: bool = False
) -> None:
    """Write a session; JSON if asked for or if the file ends in .json, else Markdown."""
    from assistant.chat.sessions import markdown
    from assistant.files import write_text

    as_json = json or path.suffix == ".json"
    write_text(path, output.encoded(_data(name, turns)) if as_json else markdown(name, turns))
    output.note(f"wrote {path}")
