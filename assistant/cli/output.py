"""Streams and formats: data on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.errors import InputError

NO_COLOR = "--no-color"

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
debugging = False
"""Whether ``--debug`` was given; set by the command."""


def console(*, error: bool = False) -> Console:
    """A console that honors NO_COLOR, ``--no-color`` and pipes; data is never read as markup."""
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(
        stderr=error,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if plain else "auto",
    )


def harmless(data: str) -> str:
    """Text for a terminal: what would command it (in file names, say) stands as an escape."""
    return _COMMANDS.sub(lambda found: ascii(found.group())[1:-1], data)


def text(data: str) -> None:
    """Data as it is, on a terminal `harmless`; nothing is interpreted as markup."""
    piece(data if data.endswith("\n") else f"{data}\n", flush=False)


def piece(data: str, *, flush: bool = True) -> None:
    """A piece of a text that is still written, shown at once."""
    with _told():
        sys.stdout.write(harmless(data) if is_terminal() else data)
        if flush:
            sys.stdout.flush()


def is_terminal() -> bool:
    """Whether a person sees the data as it comes."""
    return sys.stdout.isatty()


def as_json(data: Any) -> None:
    """One JSON document."""
    text(encoded(data))


def encoded(data: Any) -> str:
    """A JSON document as the command prints and writes it."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def note(message: str) -> None:
    """A message for the person at the terminal; nobody listening is no error."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{harmless(message)}\n")
        sys.stderr.flush()


def page(markdown: str) -> None:
    """Markdown: rendered on a terminal, the bytes themselves in a pipe or file."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from rich.markdown import Markdown

        console().print(Markdown(harmless(markdown)))
    else:
        text(markdown)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with a heading on a terminal; elsewhere a tab-separated line for each row."""
    if not sys.stdout.isatty():
        for row in rows:
            text("\t".join(" ".join(cell.split()) for cell in row))
        return
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*map(harmless, row))
    console().print(shown)


def failure(code: int, message: str, hint: str = "", *, json_wanted: bool = False) -> None:
    """One line and a hint, or the same as JSON."""
    message = " ".join(message.split())
    if json_wanted:
        error = {"code": code, "message": message, "hint": hint}
        note(json.dumps({"error": error}, ensure_ascii=False))
        return
    note(f"error: {message}")
    if hint:
        note(f"hint: {hint}")


def flush() -> None:
    """Bring the data out now, while a failure can still be told."""
    with _told():
        sys.stdout.flush()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Make a full disk an error of the user's; a reader that is gone stays BrokenPipeError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise InputError(f"standard output cannot be written: {error.strerror}") from error


def discard() -> int:
    """Forget unwritten data, so that Python does not fail on it again at exit; returns 0."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0
