"""``sr-assistant bulk``."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, open_assistant

if TYPE_CHECKING:
    from assistant.bulk import Report, Result


def bulk(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Prompt files or folders.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the answers go.")],
    glob: Annotated[
        str, typer.Option("--glob", metavar="PATTERN", help="Which files of a folder.")
    ] = "*.txt",
    force: Annotated[
        bool, typer.Option("--force", help="Answer again what is up to date.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the files and list them; write nothing.")
    ] = False,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Answer prompt files: one Markdown and one JSON answer a file.

    A bad file is reported and the rest go on; a second run answers only what changed.
    """
    from assistant.bulk import Report, plan, preview, run
    from assistant.files import make_folder

    pairs = plan(inputs, out, glob)
    assistant = open_assistant(catalog)
    if not dry_run:
        make_folder(out)
    work = preview if dry_run else run
    report = Report()
    try:
        for result in _progress(work(assistant, pairs, force=force), len(pairs)):
            report.results.append(result)
            if result.error:
                _failed(result)
    finally:  # also after Ctrl-C
        if json:
            output.as_json(report.to_json())
        elif dry_run:
            rows = [[str(r.source), r.state, f"{r.target}.md"] for r in report.results]
            output.table(["prompt file", "state", "answer"], rows)
        _summary(report, len(pairs), "nothing was written" if dry_run else f"answers in {out}")
    if report.count("failed"):
        raise typer.Exit(1)


def _failed(result: Result) -> None:
    error = result.error
    if error is None:
        return
    output.note(f"failed: {' '.join(error.message.split())}")
    if error.hint:
        output.note(f"  hint: {error.hint}")
    if output.debugging:
        output.note("".join(traceback.format_exception(error)))


def _progress(results: Iterator[Result], total: int) -> Iterable[Result]:
    """The same results, with a bar on a terminal."""
    if not sys.stderr.isatty():
        return results
    from rich.progress import track

    return track(results, "answering", total=total, console=output.console(error=True))


def _summary(report: Report, total: int, where: str) -> None:
    data = report.to_json()
    states = ", ".join(f"{n} {state}" for state, n in sorted(data["states"].items()))
    fits = ", ".join(f"{n} {verdict}" for verdict, n in sorted(data["fit"].items()))
    left = total - len(report.results)
    rest = f"; {left} not reached" if left else ""
    output.note(f"{total} {'file' if total == 1 else 'files'}: {states or 'none done'}{rest}")
    output.note(f"fit: {fits}; {where}" if fits else where)
