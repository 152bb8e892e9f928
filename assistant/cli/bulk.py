"""``sr-assistant bulk``."""

from __future__ import annotations

import sys
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
    glob: Annotated[str, typer.Option("--glob", help="Which files of a folder.")] = "*.txt",
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
    from assistant.bulk import Report, plan, run

    pairs = plan(inputs, out, glob)
    if dry_run:
        _check(pairs)
        return
    assistant = open_assistant(catalog)
    report = Report()
    try:
        for result in _progress(run(assistant, pairs, force=force), len(pairs)):
            report.results.append(result)
            if result.error:
                output.note(f"failed: {result.error.message}")
                if result.error.hint:
                    output.note(f"  hint: {result.error.hint}")
    finally:
        if json:
            output.as_json(report.to_json())
        _summary(report, len(pairs), out)
    if report.count("failed"):
        raise typer.Exit(1)


def _check(pairs: list[tuple[Path, Path]]) -> None:
    from assistant import prompts
    from assistant.errors import InputError

    bad = 0
    for source, target in pairs:
        try:
            request = prompts.read(source)
            output.text(
                f"{source}\t{len(request.recommended)} models\t{len(request.related)} papers"
                f"\t{target}.md"
            )
        except InputError as error:
            bad += 1
            output.note(f"bad: {error.message}")
    output.note(f"{len(pairs)} files, {bad} bad; nothing was written")
    if bad:
        raise typer.Exit(1)


def _progress(results: Iterator[Result], total: int) -> Iterable[Result]:
    """The same results, with a bar on a terminal."""
    if not sys.stderr.isatty():
        return results
    from rich.progress import track

    return track(results, "answering", total=total, console=output.console(error=True))


def _summary(report: Report, total: int, out: Path) -> None:
    data = report.to_json()
    states = ", ".join(f"{n} {state}" for state, n in sorted(data["states"].items()))
    fits = ", ".join(f"{n} {verdict}" for verdict, n in sorted(data["fit"].items()))
    left = total - len(report.results)
    rest = f"; {left} not reached" if left else ""
    output.note(f"{total} files: {states or 'none done'}{rest}")
    output.note(f"fit: {fits or 'none'}; answers in {out}")
