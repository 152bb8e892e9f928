"""``sr-assistant catalog``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.catalog_exchange import export, import_, place
from assistant.cli.options import (
    CatalogOption,
    Engine,
    EngineOption,
    JsonOption,
    KindOption,
    RayAddressOption,
    building,
    hired,
    load_catalog,
    settings,
)
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog import Entry, Problem

app = typer.Typer(help="Read, check, index, fill and export the catalog.", no_args_is_help=True)


@app.command("list")
def list_(
    task: Annotated[str | None, typer.Option("--task", metavar="T", help="Only this task.")] = None,
    scale: Annotated[
        float | None, typer.Option("--scale", metavar="N", help="Only this factor.")
    ] = None,
    kind: KindOption = None,
    license: Annotated[  # noqa: A002 - the flag's name
        str | None,
        typer.Option("--license", metavar="permissive|SPDX", help="Only with such a license."),
    ] = None,
    efficient: Annotated[
        bool, typer.Option("--efficient", help="Only what is built for weak devices.")
    ] = False,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """List the records."""
    from assistant.catalog.licenses import allows

    loaded = load_catalog(catalog)
    known = [known.id for known in loaded.vocabulary.tasks]
    if task is not None and task not in known:
        raise InputError(f"unknown task {task!r}", hint=f"known tasks: {', '.join(known)}")
    found = [
        entry
        for entry in loaded
        if task in (None, entry.task)
        and (scale is None or entry.any_scale or scale in entry.scales)
        and (kind is None or entry.kind == kind.value)
        and (license is None or allows(entry.license, license))
        and (entry.efficient or not efficient)
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
    record: Annotated[str, typer.Argument(metavar="NAME", help="Id or name of a record.")],
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Print what is known of a model, paper or concept, with the place of each fact.

    A name stands for the family (RCAN); --json prints the records as a list.
    """
    from difflib import get_close_matches

    from assistant.catalog.card import card
    from assistant.workflow.weights import runs_here

    loaded = load_catalog(catalog)
    members = loaded.called(record)
    if not members:
        names = {name.casefold(): name for e in loaded for name in (e.id, e.name, *e.aliases)}
        near = [names[name] for name in get_close_matches(record.casefold(), names, 3, 0.5)]
        hint = f"did you mean {', '.join(near)}?" if near else "see: sr-assistant catalog list"
        raise InputError(f"no record {record!r} in the catalog", hint=hint)
    if json:
        output.as_json([_with_ids(entry) for entry in members])
        return
    output.page(card(members, loaded.demo(members[0]), runs_here(members)))


def _with_ids(entry: Entry) -> dict[str, Any]:
    """The record for programs, each of its facts with its id."""
    data = entry.model_dump(mode="json", exclude_none=True)
    ids = iter(entry.told)
    for field in ("facts", "measured"):
        data[field] = [{"id": next(ids), **fact} for fact in data[field]]
    return data


@app.command()
def validate(
    facts: Annotated[
        list[Path] | None,
        typer.Option("--facts", metavar="FILE", help="Links have to occur here; repeatable."),
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Check every record; problems are named by file, line and field.

    With --facts every link must also occur in one of the files: JSON lines, JSON, YAML, CSV,
    prompt files or folders of them.
    """
    from assistant.catalog import check

    folder = settings(catalog).catalog
    sound, problems = check(folder)
    missing: list[Problem] = []
    if facts:
        from assistant.catalog.facts import unlisted

        missing = unlisted(folder, facts)
    if json:
        listed = {"problems": [place(p) for p in problems]}
        if facts:
            listed["unlisted"] = [place(p) for p in missing]
        output.as_json({"records": sound, **listed})
    else:
        for problem in [*problems, *missing]:
            output.text(str(problem))
        said = f", {len(missing)} links without facts" if facts else ""
        output.note(f"{sound} sound records, {len(problems)} problems{said}")
    if problems or missing:
        raise typer.Exit(1)


@app.command()
def index(
    catalog: CatalogOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build all of it anew.")] = False,
    recall: Annotated[
        float | None,
        typer.Option(
            "--recall",
            metavar="SHARE",
            min=0.5,
            max=1,
            help="How many of the ten nearest a search of a large catalog has to find, as measured "
            "on its own vectors (default 0.98); 1 compares all. Remembered.",
        ),
    ] = None,
    engine: EngineOption = Engine.local,
    ray_address: RayAddressOption = None,
    json: JsonOption = False,
) -> None:
    """Bring the index up to date: only records that are new or changed are embedded.

    What was embedded when it was stopped is not embedded again. With the setting `store` vectors
    go to Milvus, and rows that the catalog does not hold are removed from it.
    """
    from assistant.cli.progress import Bar
    from assistant.encoder.embedding import all_minilm
    from assistant.encoder.spread import Same, spread
    from assistant.retrieval.address import store_of
    from assistant.retrieval.build import Change
    from assistant.retrieval.index import open_index

    values, model = settings(catalog), all_minilm()
    loaded, cache = load_catalog(catalog), values.cache_folder
    with (
        hired(engine, ray_address, None, lambda: Same(model.identity)) as workers,
        Bar("indexing") as bar,
    ):
        opened = open_index(
            loaded,
            cache,
            on_build=building,
            progress=bar.show,
            model=spread(model, workers) if workers else model,
            rebuild=rebuild,
            recall=recall,
            store=store_of(values),
            prune=True,
        )
    done = opened.change or Change(kept=len(loaded))
    numbers = {"records": len(loaded), "passages": opened.store.size, **asdict(done)}
    if json:
        output.as_json({"cache": str(cache), "built": opened.change is not None, **numbers})
        return
    state = "is up to date" if opened.change is None else "was updated"
    output.note(
        f"the index {state}: {len(loaded)} records, {opened.store.size} passages, in {cache}"
    )
    for name, number in asdict(done).items():
        output.text(f"{name}\t{number}")


app.command("import")(import_)


@app.command()
def stats(catalog: CatalogOption = None, json: JsonOption = False) -> None:
    """Count the records by kind, task, scale and license, and the facts by their basis."""
    loaded = load_catalog(catalog)
    scales = [f"{s:g}x" for e in loaded for s in e.scales] + ["any" for e in loaded if e.any_scale]
    counted: dict[str, Counter[str]] = {
        "kind": Counter(entry.kind for entry in loaded),
        "task": Counter(entry.task or "none" for entry in loaded),
        "scale": Counter(scales),
        "license": Counter(entry.license or "none stated" for entry in loaded),
        "basis of facts": Counter(fact.basis for entry in loaded for fact in {*entry.stated}),
    }
    if json:
        data = {name: dict(counter.most_common()) for name, counter in counted.items()}
        output.as_json({"records": len(loaded), **data})
        return
    rows = [
        [name, value, str(number)]
        for name, counter in counted.items()
        for value, number in counter.most_common()
    ]
    output.table(["by", "value", "records"], rows)


app.command()(export)
