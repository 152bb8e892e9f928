"""``sr-assistant catalog import|export``: records from elsewhere, and for elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, load_catalog, settings
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog import Problem


class Format(StrEnum):
    """What an export can be."""

    jsonl = "jsonl"
    bibtex = "bibtex"
    csl = "csl"


def import_(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="What PATH is; see below.")],
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A file or folder of yours.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Catalog folder; may be new.")
    ] = None,
    query: Annotated[
        str, typer.Option("--query", metavar="TEXT", help="Ask arXiv online, e.g. ti:deblurring.")
    ] = "",
    ids: Annotated[
        str, typer.Option("--ids", metavar="A,B", help="Fetch these from arXiv or Hugging Face.")
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="Most for --query.")
    ] = 100,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring records from elsewhere into a catalog folder of your own.

    SOURCE is cnaps, openmodeldb, records, bibtex, csl, arxiv, huggingface, openalex or
    paperswithcode. Only --query and --ids fetch anything. What you wrote as YAML is never
    overwritten; a second import adds nothing.
    """
    from assistant.catalog.importers.online import Wanted
    from assistant.catalog.merge import run, run_online

    if into is None:
        raise InputError("Missing option '--into'", hint="name a folder: --into my-catalog")
    wanted = Wanted(tuple(filter(None, map(str.strip, ids.split(",")))), query.strip(), limit)
    asked = bool(wanted.ids) + bool(wanted.query)
    if asked + (path is not None) != 1:
        raise InputError("give one of PATH, --query and --ids", hint="see --help")
    if path is None:
        addresses = settings().model_dump(include={"arxiv", "huggingface"})
        diff, rejected = run_online(source, wanted, addresses.get(source, ""), into, dry=dry_run)
    else:
        diff, rejected = run(source, path, into, dry=dry_run)
    counts = {
        "added": len(diff.added),
        "changed": len(diff.changed),
        "unchanged": len(diff.unchanged),
        "rejected": len(rejected),
    }
    if json:
        listed = {
            "changes": [{"id": c.entry.id, "fields": list(c.fields)} for c in diff.changed],
            "conflicts": [{"id": c.entry.id, "fields": list(c.fields)} for c in diff.conflicts],
            "problems": [place(problem) for problem in rejected],
        }
        output.as_json({**counts, "dry_run": dry_run, **listed})
    else:
        for name, number in counts.items():
            output.text(f"{name}\t{number}")
        for change in diff.changed:
            output.note(f"changed: {change.entry.id}: {', '.join(change.fields)}")
        for change in diff.conflicts:
            output.note(f"conflict, kept as it was: {change.entry.id}: {', '.join(change.fields)}")
        for problem in rejected:
            output.note(str(problem))
    if rejected:
        raise typer.Exit(1)


def export(
    format: Annotated[
        Format, typer.Option("--format", metavar="jsonl|bibtex|csl", help="What to write.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write to this file.")
    ] = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the records for other programs; BibTeX and CSL hold each paper once."""
    from assistant.catalog import export as module
    from assistant.files import write_text

    data = module.export(load_catalog(catalog), format.value)
    if out is None:
        output.text(data)
    else:
        write_text(out, data)


def place(problem: Problem) -> dict[str, object]:
    """A problem for ``--json``."""
    return {
        "file": str(problem.file),
        "line": problem.line,
        "field": problem.field,
        "message": problem.message,
    }
