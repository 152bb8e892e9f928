"""``sr-assistant bulk``."""

from __future__ import annotations

import functools
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.bulk_progress import Display
from assistant.cli.bulk_report import counted, estimate, summary
from assistant.cli.options import (
    CatalogOption,
    Engine,
    EngineOption,
    GeneratorOption,
    JsonOption,
    RayAddressOption,
    RepairOption,
    building,
    writer_settings,
)
from assistant.errors import BackendError, InputError

if TYPE_CHECKING:
    from assistant.bulk import Job
    from assistant.bulk.checks import Opener
    from assistant.bulk.validation import Checked
    from assistant.settings import Settings

MAX_SHOWN = 20
_MENDED = {
    "401": "check OPENAI_API_KEY",
    "403": "check what the key may use",
    "404": "check --llm and the /v1 at the end of OPENAI_BASE_URL",
    "insufficient_quota": "top up the account",
    "unreachable": "see that the server runs",
    "no_workers": "see: ray status",
}
_REFUSED = ("max_cost", "rate_limit_deferred", "disk")


def bulk(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="Prompt files, folders, 'patterns', questions (.txt, .jsonl, .csv), OpenAI Batch "
            "lines (.jsonl), - for standard input. Default: those of the last run into DIR.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where all results go.")
    ] = None,
    glob: Annotated[
        str, typer.Option("--glob", metavar="PATTERN", help="Which files of a folder.")
    ] = "*.txt",
    generator: GeneratorOption = None,
    llm: Annotated[
        str | None,
        typer.Option("--llm", "--model", metavar="NAME", help="Language model at the endpoint."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, max=10_000, help="Requests at once, at most.")
    ] = 32,
    rpm: Annotated[
        float | None, typer.Option(metavar="N", min=0.001, help="Requests a minute, at most.")
    ] = None,
    tpm: Annotated[
        float | None, typer.Option(metavar="N", min=1, help="Tokens a minute, at most.")
    ] = None,
    max_attempts: Annotated[
        int, typer.Option(metavar="N", min=1, help="Attempts at one request.")
    ] = 6,
    max_wait: Annotated[
        float, typer.Option(metavar="S", min=0, help="Longest pause that the endpoint may ask for.")
    ] = 300,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", min=0, help="Stop before this is passed.")
    ] = None,
    price_in: Annotated[
        float | None, typer.Option(metavar="USD", min=0, help="For 1,000,000 input tokens.")
    ] = None,
    price_out: Annotated[
        float | None, typer.Option(metavar="USD", min=0, help="For 1,000,000 output tokens.")
    ] = None,
    samples: Annotated[int, typer.Option(metavar="K", min=1, help="Answers to each prompt.")] = 1,
    repair: RepairOption = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the first N items.")
    ] = None,
    shard: Annotated[str, typer.Option(metavar="I/N", help="Only the I-th of N parts.")] = "1/1",
    render: Annotated[
        bool, typer.Option("--render", help="Write each prompt anew; else it goes as it stands.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Processes that verify answers; on Ray its actors.",
        ),
    ] = None,
    engine: EngineOption = Engine.local,
    ray_address: RayAddressOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, estimate, write nothing.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Only what failed the last time.")
    ] = False,
    emit_batch: Annotated[
        Path | None,
        typer.Option("--emit-batch", metavar="FILE", help="Write OpenAI Batch input; ask nobody."),
    ] = None,
    ingest_batch: Annotated[
        list[Path] | None,
        typer.Option(
            "--ingest-batch", metavar="FILE", help="Read a batch's output or errors (repeatable)."
        ),
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Answer prompt files, questions or batch lines in bulk; a second run does only what is new.

    All input is checked before the first request. DIR gets answers/, results.jsonl, errors.jsonl,
    run.json and the journal from which a run that was ended goes on.
    """
    from assistant.bulk import Job, Options, estimated, find
    from assistant.bulk.outputs import read_report
    from assistant.pipeline import Assistant

    if out is None:
        raise InputError("Missing option '--out'", hint="name a folder for the results: --out DIR")
    name = "composer" if generator == "template" else generator
    values = writer_settings(catalog, generator=name, llm=llm, repair=repair)
    options = Options(
        concurrency=concurrency,
        jobs=jobs if engine is Engine.ray else jobs or min(4, os.cpu_count() or 1),
        rpm=rpm,
        tpm=tpm,
        max_attempts=max_attempts,
        max_wait=max_wait,
        max_cost=max_cost,
        price_in=price_in,
        price_out=price_out,
        samples=samples,
        limit=limit,
        shard=_shard(shard),
        render=render,
        related=values.related,
        only_failed=retry_failed,
        engine=engine.value,
        ray_address=ray_address,
    )
    with tempfile.TemporaryDirectory() as elsewhere:
        given = inputs or [str(path) for path in read_report(out)["inputs"]]
        sources = find(given, Path(elsewhere) if dry_run and "-" in given else out, glob)
        job = Job(Assistant.of(values, building), sources, out, options)
        checked = job.check()
        _refuse(checked)
        if dry_run:
            estimate(estimated(job), json=json)
            return
    if emit_batch:
        files, lines = job.emit(emit_batch)
        if json:
            output.as_json({"files": [str(file) for file in files], "lines": lines})
        output.note(f"{counted(lines, 'request')} in {', '.join(map(str, files))}")
        return
    _run(job, values, ingest_batch or [], json=json)


def _run(job: Job, values: Settings, replies: list[Path], *, json: bool) -> None:
    from assistant.pipeline import Assistant

    opener: Opener = functools.partial(Assistant.of, values)
    if job.options.engine == "ray":
        from assistant.bulk.on_ray import Alike

        opener = Alike.of(values, job.assistant, job.keys, job.options.related)
    with Display() as display:
        report = job.run(lambda p: display.show(p, job.asked), opener, replies=replies)
    if json:
        output.as_json(report)
    for problem in report.get("problems", []):
        output.note(problem)
    summary(report, job.out)
    halted = job.halted
    if halted and halted.code == "interrupted":
        raise KeyboardInterrupt
    if halted and halted.code not in _REFUSED:
        what = _MENDED.get(halted.code) or _MENDED.get(str(halted.status), "see run.json")
        raise BackendError(
            halted.message, hint=f"{what}, then run the same command again: what is done is kept"
        )
    if halted:
        output.note(f"stopped: {halted.message}")
    counts = report["counts"]
    if counts["failed"] and not report["answers"] and _unreachable(report):
        raise BackendError(report["errors"][0]["message"], hint="see: sr-assistant doctor")
    if counts["failed"] or counts["left"]:
        raise typer.Exit(1)


def _unreachable(report: dict[str, Any]) -> bool:
    """Whether nothing was answered because nobody was there."""
    return report["attempts"] and not report["requests"]


def _refuse(checked: Checked) -> None:
    """Say all that is wrong; nothing is asked as long as something is."""
    for problem in (*checked.warnings[:MAX_SHOWN], *checked.problems[:MAX_SHOWN]):
        output.note(f"{'warning: ' if problem.warning else ''}{problem}")
    if checked.problems:
        count = sum(checked.counts[code] for code in {problem.code for problem in checked.problems})
        more = f", of which {MAX_SHOWN} are shown" if count > MAX_SHOWN else ""
        raise InputError(
            f"{counted(count, 'problem')} in the input{more}",
            hint="nothing was asked or written; mend the input and run again",
        )


def _shard(given: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", given)
    part, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= part <= of:
        raise InputError(f"--shard {given}: not a part", hint="such as 1/4, 2/4, 3/4, 4/4")
    return part, of
