"""``sr-assistant weights``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, load_catalog
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog import Catalog, Model, Published

app = typer.Typer(help="See, fetch and add the weights that models run with.", no_args_is_help=True)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also models that cannot run here.")] = False,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """List the models that can run, with which weights, and where official ones are published."""
    loaded = load_catalog(catalog)
    rows = [_row(model) for model in loaded.models if every or model.network]
    if json:
        output.as_json(rows)
        return
    output.table(
        ["model", "scale", "runs with", "published at"],
        [[r["id"], f"{r['scale']}x", r["runs_with"] or "-", r["page"] or ""] for r in rows],
    )


@app.command("pull")
def pull(
    model_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a model.")],
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Download the weights that a model's authors publish, check them and keep them.

    An interrupted download goes on where it stopped.
    """
    from assistant.networks import checkpoint
    from assistant.workflow import adding, download, weights

    loaded = load_catalog(catalog)
    each = _published(loaded, model_id)
    if each.url is None:
        raise InputError(
            f"the authors publish {each.file} on a page, which a program cannot fetch: {each.page}",
            hint=f"download it there, then: sr-assistant weights add {each.file}",
        )
    with _progress(each.file) as told:
        fetched = download.fetch(
            each.url, weights.user_folder() / "downloads" / each.file, each.sha256, told
        )
    one = not checkpoint.is_archive(fetched)
    added = list(adding.add(fetched, loaded, model_id if one else None))
    fetched.unlink()
    _told(added, json)


@app.command("add")
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .pth, .pt, .zip or .safetensors file.")
    ],
    model: Annotated[
        str | None, typer.Option("--model", metavar="ID", help="Which model it belongs to.")
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Check a downloaded weights file and keep it; nothing in it is ever run."""
    from assistant.workflow import adding

    _told(list(adding.add(file, load_catalog(catalog), model)), json)


def _row(model: Model) -> dict[str, Any]:
    from assistant.workflow import weights

    found, places = weights.available(model), weights.published(model)
    runs_with = None
    if found:
        names = {"user": "your file", "shipped": "weights of this project"}
        runs_with = f"{names[found.origin]} {found.path.name}"
    direct = next((p for p in places if p.url), None)
    place = direct or next(iter(places), None)
    return {
        "id": model.id,
        "scale": weights.scale_of(model),
        "runs_with": runs_with,
        "official_file": place.file if place else None,
        "page": place.page if place else None,
        "can_pull": direct is not None,
    }


def _published(catalog: Catalog, model_id: str) -> Published:
    """The first place from which a program can fetch, else the first."""
    from assistant.catalog import Model
    from assistant.workflow import weights

    model = catalog.get(model_id)
    if not isinstance(model, Model):
        raise InputError(
            f"no model {model_id!r} in the catalog", hint="see: sr-assistant weights list"
        )
    places = weights.published(model)
    if not places:
        code = f", perhaps at {model.github}" if model.github else ""
        raise InputError(
            f"where the weights of {model_id} are published is not known here{code}",
            hint="download them, then: sr-assistant weights add FILE",
        )
    return next((place for place in places if place.url), places[0])


def _told(added: list[tuple[str, Path]], json: bool) -> None:
    if not added:
        raise InputError("no model of the catalog has these weights", hint="nothing was added")
    if json:
        output.as_json([{"id": name, "file": str(path)} for name, path in added])
        return
    for name, path in added:
        output.text(f"{name} now runs with {path}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """What hears of received bytes: a bar on a terminal, nobody elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=output.console(error=True),
    ) as bar:
        task = bar.add_task(output.harmless(name), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
