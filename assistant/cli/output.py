"""Streams and formats: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.errors import AssistantError

NO_COLOR = "--no-color"


def console(*, error: bool = False) -> Console:
    """A console that honors NO_COLOR, ``--no-color`` and pipes."""
    return Console(stderr=error, highlight=False, soft_wrap=True, no_color=_plain() or None)


def _plain() -> bool:
    return "NO_COLOR" in os.environ


def text(data: str) -> None:
    """Data as it is; nothing is interpreted as markup."""
    sys.stdout.write(data if data.endswith("\n") else f"{data}\n")


def as_json(data: Any) -> None:
    """One JSON document."""
    text(json.dumps(data, ensure_ascii=False, indent=2))


def note(message: str) -> None:
    """A message for the person at the terminal."""
    sys.stderr.write(f"{message}\n")


def page(markdown: str) -> None:
    """Markdown: rendered on a terminal, the bytes themselves in a pipe or file."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from rich.markdown import Markdown

        console().print(Markdown(markdown), soft_wrap=False)
    else:
        text(markdown)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        for row in [columns, *rows]:
            text("\t".join(row))
        return
    shown = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*row)
    console().print(shown)


def failure(error: AssistantError, *, json_wanted: bool) -> None:
    """One line and a hint, or the same as JSON."""
    if json_wanted:
        data = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
        note(json.dumps(data, ensure_ascii=False))
        return
    note(f"error: {error.message}")
    if error.hint:
        note(f"hint: {error.hint}")
