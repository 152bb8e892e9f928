"""``sr-assistant catalog``."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, building, load_catalog, settings
from assistant.errors import InputError

app = typer.Typer(help="Read, check and index the catalog.", no_args_is_help=True)


@app.command("list")
def list_(
    task: Annotated[str | None, typer.Option("--task", metavar="T", help="Only this task.")] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", metavar="N", help="Only this factor.")
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """List the records."""
    loaded = load_catalog(catalog)
    known = [known.id for known in loaded.vocabulary.tasks]
    if task is not None and task not in known:
        raise InputError(f"unknown task {task!r}", hint=f"known tasks: {', '.join(known)}")
    found = [
        entry
        for entry in loaded
        if task in (None, entry.task)
        and (scale is None or entry.any_scale or scale in entry.scales)
    ]
    if json:
        output.as_json([entry.model_dump(mode="json") for entry in found])
        return
    rows = [
        [e.id, e.kind, e.name, e.task or "", ", ".join(f"{s:g}x" for s in e.scales)] for e in found
    ]
    output.table(["id", "kind", "name", "task", "scales"], rows)


@app.command()
def show(
    record: Annotated[str, typer.Argument(metavar="ID", help="Id of a record.")],
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Print one record."""
    from difflib import get_close_matches

    loaded = load_catalog(catalog)
    entry = loaded.get(record)
    if entry is None:
        ids = {entry.id.casefold(): entry.id for entry in loaded}
        near = [ids[id] for id in get_close_matches(record.casefold(), ids, 3, 0.5)]
        hint = f"did you mean {', '.join(near)}?" if near else "see: sr-assistant catalog list"
        raise InputError(f"no record {record!r} in the catalog", hint=hint)
    data = entry.model_dump(mode="json", exclude_none=True)
    if json:
        output.as_json(data)
        return
    import yaml

    filled = {name: value for name, value in data.items() if value not in ([], "")}
    output.text(yaml.safe_dump(filled, sort_keys=False, allow_unicode=True, width=100))


@app.command()
def validate(catalog: CatalogOption = None, json: JsonOption = False) -> None:
    """Check every record; problems are named by file, line and field."""
    from assistant.catalog import check

    sound, problems = check(settings(catalog).catalog)
    if json:
        listed = [
            {"file": str(p.file), "line": p.line, "field": p.field, "message": p.message}
            for p in problems
        ]
        output.as_json({"records": sound, "problems": listed})
    else:
        for problem in problems:
            output.text(str(problem))
        output.note(f"{sound} sound records, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command()
def index(
    catalog: CatalogOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build it even if it is sound.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Build the index if it is missing, damaged or out of date."""
    from assistant.retrieval.index import drop, is_sound, open_index

    loaded, cache = load_catalog(catalog), settings(catalog).cache_folder
    if rebuild:
        drop(loaded, cache)
    built = not is_sound(loaded, cache)
    store = open_index(loaded, cache, on_build=building)
    if json:
        numbers = {"records": len(store.ids), "passages": len(store.passages)}
        output.as_json({"cache": str(cache), "built": built, **numbers})
        return
    state = "was built" if built else "is up to date"
    output.note(
        f"the index {state}: {len(store.ids)} records, {len(store.passages)} passages, in {cache}"
    )
