"""Pictures from files to files: read, look, run, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import files
from assistant.errors import InputError
from assistant.imaging import comparison, pictures, saving
from assistant.imaging.faults import Look
from assistant.imaging.look import look
from assistant.workflow.graph import Workflow
from assistant.workflow.inference import Told
from assistant.workflow.jobs import Job, looking
from assistant.workflow.receipt import Receipt
from assistant.workflow.runner import RejectedError, Result, Runner

Planner = Callable[[Look], Workflow]


@dataclass(frozen=True)
class Wanted:
    """What to do with each result; ``if_it_exists`` is the advice where one is there already."""

    compare: Path | None = None
    reference: Path | None = None
    strip: bool = False
    force: bool = False
    if_it_exists: str = "--force overwrites it"


@dataclass(frozen=True)
class Hears:
    """Who hears of finished tiles, and of what speaks against a run before it starts."""

    told: Told = lambda _label, _done, _of: None
    doubt: Callable[[str], None] = lambda _said: None


HEARS = Hears()  # nobody


def process(
    runner: Runner,
    graph: Workflow | Planner,
    job: Job,
    wanted: Wanted,
    hears: Hears = HEARS,
) -> list[Receipt]:
    """One picture: read, look, run, write; a receipt for each result.

    ``graph`` may be what plans one for each picture, from what was measured of it.

    Raises:
        AssistantError: the picture or a result cannot be read, run or written.
        RejectedError: a result is none; with ``force`` it was written under ``.rejected``.
    """
    written = [*job.targets.values(), *([wanted.compare] if wanted.compare else [])]
    if wanted.compare:
        comparison.check(wanted.compare)
        if wanted.compare.absolute() in [target.absolute() for target in job.targets.values()]:
            raise InputError(
                f"{wanted.compare}: the result and the comparison cannot be one file",
                hint="name two files with -o and --compare",
            )
    with looking():
        for target in written:
            if target.exists() and not wanted.force:
                raise InputError(f"{target}: exists already", hint=wanted.if_it_exists)
    picture = pictures.read(job.source)
    seen = look(picture)
    if not isinstance(graph, Workflow):
        graph = graph(seen)
    for node, size in runner.check(graph, picture.size).items():
        saving.check(job.targets[node], size, picture)
    for doubt in runner.doubts(graph, seen):
        hears.doubt(f"{job.source.name}: {doubt}")
    truth = pictures.read(wanted.reference) if wanted.reference else None
    for folder in {target.parent for target in written}:
        files.make_folder(folder)
    try:
        results = runner.run(graph, picture, reference=truth, told=hears.told, seen=seen)
    except RejectedError as error:
        if wanted.force:
            target = job.targets[error.output]
            kept = target.with_name(f"{target.stem}.rejected{target.suffix}")
            saving.write(error.picture, kept)
            error.message += f"; kept as {kept}"
        raise
    receipts = [_written(result, job.targets[result.output], wanted) for result in results]
    if wanted.compare:
        shown = [(result.receipt.model, result.picture) for result in results]
        comparison.write(wanted.compare, picture, shown, results[0].receipt.scale_measured)
    return receipts


def _written(result: Result, target: Path, wanted: Wanted) -> Receipt:
    picture = result.picture.stripped() if wanted.strip else result.picture
    notes = saving.write(picture, target)
    more: dict[str, Any] = {"file": str(target), "notes": (*result.receipt.notes, *notes)}
    if wanted.reference:
        more["reference"] = str(wanted.reference)
    return result.receipt.model_copy(update=more)
