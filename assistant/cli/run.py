"""``sr-assistant run``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.demo import demo as show_demo
from assistant.cli.options import CatalogOption, JsonOption, load_catalog
from assistant.cli.progress import tiles
from assistant.cli.workflows import drawn, planner_of
from assistant.errors import AssistantError, InputError

if TYPE_CHECKING:
    from assistant.catalog import Catalog
    from assistant.workflow import Node, Receipt, Runner, Workflow
    from assistant.workflow.batch import Planner, Wanted
    from assistant.workflow.jobs import Job


_ANY_SIZE = (64, 64)  # what is wrong with a workflow is wrong for every picture: said once


class Precision(StrEnum):
    """How numbers are computed."""

    fp32 = "fp32"
    bf16 = "bf16"


class Backend(StrEnum):
    """What computes."""

    auto = "auto"
    torch = "torch"
    openvino = "openvino"
    ncnn = "ncnn"


@dataclass
class _Report:
    entries: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0


def run(
    images: Annotated[
        list[str] | None,
        typer.Argument(metavar="[IMAGE...]", help="Pictures, folders or patterns."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="ID[,ID]",
            help="Model, or models in series; again for one beside it. Default: the lightest.",
        ),
    ] = None,
    auto: Annotated[
        bool,
        typer.Option("--auto", help="Look at each picture and take the models that suit it."),
    ] = False,
    workflow: Annotated[
        Path | None,
        typer.Option("--workflow", metavar="FILE", help="The workflow of an answer (JSON)."),
    ] = None,
    demo: Annotated[
        str | None,
        typer.Option(
            "--demo", metavar="NAME", help="Show the idea of a cited paper at work; list: which."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="Result file, or folder for several."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option("--scale", metavar="N", help="Final factor; larger results are shrunk."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", metavar="FILE", help="A checkpoint of your own for the model."),
    ] = None,
    tile: Annotated[
        int | None,
        typer.Option("--tile", metavar="N", min=0, help="Side of a tile in pixels; 0: no tiles."),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", metavar="FILE", help="Also write a before/after picture (PNG)."),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option("--reference", metavar="HR", help="The true picture, to measure against."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="EXT", help="Format of results without -o FILE.")
    ] = "png",
    strip: Annotated[
        bool, typer.Option("--strip", help="Leave out EXIF and XMP; the color profile stays.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite results.")] = False,
    precision: Annotated[
        Precision, typer.Option("--precision", help="bf16 only where the CPU has it.")
    ] = Precision.fp32,
    backend: Annotated[
        Backend,
        typer.Option(
            "--backend", help="auto: ncnn for SAFMN, else torch; openvino needs the extra 'fast'."
        ),
    ] = Backend.auto,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Run a model or the workflow of an answer on pictures, with a receipt for each.

    A bad picture is reported and the rest go on; results lie beside their pictures. With --demo
    no picture is needed.
    """
    if demo is not None:
        others = (images, model, auto, workflow, scale, weights, tile, compare, reference, strip)
        if any(other not in (None, False) for other in others):
            raise InputError(
                "--demo brings its own pictures and models",
                hint=f"sr-assistant run --demo {demo} [--out DIR] [--force] [--json]",
            )
        show_demo(demo, out, force=force, json=json)
        return
    if not images:
        raise InputError("no picture is named", hint="sr-assistant run PICTURE, or --demo list")
    from assistant.workflow import Options, Runner
    from assistant.workflow.batch import Wanted
    from assistant.workflow.jobs import AUTO, plan

    loaded = load_catalog(catalog)
    if auto and (model or workflow or weights):
        raise InputError("--auto chooses the models itself", hint="leave out the other flags")
    graph = drawn(loaded, model, workflow, weights, None if auto else scale)
    ids = [each.id for each in loaded.models]
    jobs = plan(images, graph, out, form, AUTO if auto else None, ids)
    if len(jobs) > 1 and (compare or reference):
        raise InputError(
            f"--compare and --reference are for one picture, not {len(jobs)}",
            hint="run that picture alone",
        )
    options = Options(tile=tile, weights=weights, backend=backend.value, precision=precision.value)
    runner = Runner(loaded, options)
    runner.check(graph, _ANY_SIZE)
    wanted = Wanted(compare, reference, strip, force)
    planner = planner_of(loaded, scale) if auto else None
    report = _Report()
    try:
        for job in jobs:
            _tried(runner, planner or graph, job, wanted, report, alone=len(jobs) == 1, json=json)
    finally:  # also after Ctrl-C
        if json and report.entries:
            output.as_json(report.entries)
    if len(jobs) > 1:
        good = len(jobs) - report.failed
        output.note(f"{len(jobs)} pictures: {good} done, {report.failed} failed")
    if report.failed:
        raise typer.Exit(1)


def run_answer(
    graph: Workflow,
    photo: Path,
    catalog: Catalog,
    scale: float | None = None,
    instead: Sequence[str] = (),
) -> Receipt:
    """Run the workflow of an answer on one photo, for ``ask --run``; the result lies beside it.

    Where its models have no weights here, what suits the picture runs in their place, else what
    the answer says that stands in (``instead``), and says so.
    """
    from assistant.imaging import pictures
    from assistant.imaging.look import look
    from assistant.workflow import Runner
    from assistant.workflow.batch import Hears, Wanted, process
    from assistant.workflow.drawing import draw
    from assistant.workflow.jobs import plan

    if lacking := [node.label for node in graph.nodes if not _runs(node, catalog)]:
        output.note(f"{' and '.join(lacking)} cannot run here; what suits the picture runs instead")
        planner = planner_of(catalog, scale)
        try:
            graph = planner(look(pictures.read(photo)))
        except InputError:
            if not instead:
                raise
            graph = draw([instead], catalog, scale)
    (job,) = plan([str(photo)], graph)
    wanted = Wanted(if_it_exists="move it away, or: sr-assistant run PICTURE --force")
    with tiles(photo.name) as told:
        hears = Hears(told, lambda said: output.note(f"note: {said}"))
        (receipt,) = process(Runner(catalog), graph, job, wanted, hears)
    return receipt


def _runs(node: Node, catalog: Catalog) -> bool:
    from assistant.catalog import Model
    from assistant.workflow import weights

    model = catalog.get(node.model) if node.model else None
    return node.role != "model" or (isinstance(model, Model) and bool(weights.available(model)))


def _tried(
    runner: Runner,
    graph: Workflow | Planner,
    job: Job,
    wanted: Wanted,
    report: _Report,
    *,
    alone: bool,
    json: bool,
) -> None:
    """One picture of many: its error is a line, and the others still run."""
    from assistant.workflow.batch import Hears, process

    try:
        with tiles(job.source.name) as told:
            hears = Hears(told, lambda said: output.note(f"note: {said}"))
            receipts = process(runner, graph, job, wanted, hears)
    except AssistantError as error:
        if alone:
            raise
        report.failed += 1
        report.entries.append({"input_file": str(job.source), "error": error.message})
        output.note(f"failed: {' '.join(error.message.split())}")
        return
    for receipt in receipts:
        entry = {"input_file": str(job.source), **receipt.model_dump(mode="json")}
        report.entries.append(entry)
        if not json:
            output.text(f"{receipt.file}\n  {receipt.text}")
