"""``sr-assistant ask``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, open_assistant, settings


def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads standard input.")],
    scale: Annotated[
        float | None,
        typer.Option("--scale", metavar="N", help="Enlargement factor, over the text."),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="T", help="Task id, over the text.")
    ] = None,
    k: Annotated[
        int | None, typer.Option("-k", min=0, max=20, help="Related papers (default 3).")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 5 rather than fall back to the composer.")
    ] = False,
    show_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Print the prompt file and stop.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write the answer to a file.")
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question: recommend a model, explain it in three parts, cite only what is known."""
    if question == "-":
        question = sys.stdin.read()
    assistant = open_assistant(catalog)
    related = settings().related if k is None else k
    if show_prompt:
        from assistant.prompts import render

        wish = assistant.wish(question, scale=scale, task=task)
        request, _ = assistant.request(question, wish, related)
        output.text(render(request))
        return
    answer = assistant.ask(question, scale=scale, task=task, k=related, strict=strict)
    if out is not None:
        import json as encoder

        from assistant.files import write_text

        data = encoder.dumps(answer.to_json(), ensure_ascii=False, indent=2) + "\n"
        write_text(out, data if json or out.suffix == ".json" else answer.markdown)
        output.note(f"wrote {out}")
    elif json:
        output.as_json(answer.to_json())
    else:
        output.page(answer.markdown)
