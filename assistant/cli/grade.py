"""``sr-assistant grade``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.grade_report import Format, put, told, write
from assistant.cli.options import (
    CatalogOption,
    Engine,
    EngineOption,
    RayAddressOption,
    hired,
    load_catalog,
    settings,
)
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog import Catalog
    from assistant.cluster.engine import Opener
    from assistant.grading.inputs import Reference
    from assistant.grading.judge import Judges
    from assistant.grading.run import Run


def grade(
    answers: Annotated[
        Path | None,
        typer.Argument(metavar="ANSWERS", help="Folder, .jsonl or .csv of answers."),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option("--prompts", metavar="DIR", help="Prompt files; ids are stems.")
    ] = None,
    references: Annotated[
        Path | None,
        typer.Option("--references", metavar="DIR", help="Reference answers and rubrics."),
    ] = None,
    format: Annotated[
        Format, typer.Option("--format", metavar="F", help="table, json, jsonl, md, html or junit.")
    ] = Format.table,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the report here.")
    ] = None,
    minimum: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="METRIC=X", help="Exit 1 if the mean is lower; repeatable."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="RUN", help="Other answers, or their JSON report."),
    ] = None,
    judge: Annotated[
        list[str] | None,
        typer.Option("--judge", metavar="MODEL", help="Ask this model too; repeatable."),
    ] = None,
    judge_url: Annotated[
        str | None,
        typer.Option("--judge-url", metavar="URL", help="OpenAI-compatible endpoint of the judge."),
    ] = None,
    rubric: Annotated[
        str, typer.Option("--rubric", metavar="NAME", help="sections or five-criteria.")
    ] = "sections",
    votes: Annotated[int, typer.Option("--votes", metavar="N", help="Votes of each judge.")] = 3,
    threshold: Annotated[
        float, typer.Option("--threshold", metavar="X", help="Votes on both sides: unstable.")
    ] = 0.5,
    written_by: Annotated[
        str, typer.Option("--written-by", metavar="MODEL", help="A judge of this name is left out.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the judges would cost; ask nothing.")
    ] = False,
    price: Annotated[
        float | None, typer.Option("--price", metavar="USD", help="Price of a million tokens.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option("--max-cost", metavar="USD", help="Stop before more; see --price."),
    ] = None,
    validate: Annotated[
        str | None,
        typer.Option("--validate", metavar="SET", help="Measure the grader against people."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE", help="The labelled file of --validate.")
    ] = None,
    encoder: Annotated[
        bool, typer.Option("--encoder/--no-encoder", help="Without: support by words only.")
    ] = True,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", metavar="N", min=1, help="Processes, on Ray actors (default: one a core)."
        ),
    ] = None,
    engine: EngineOption = Engine.local,
    ray_address: RayAddressOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Grade answers: structure, links, names, numbers, fit, support, and overlap with references.

    No model is asked and nothing leaves this machine unless --judge is given. An answer that is
    empty, unreadable or too long is counted and scores 0. Answers to prompts/ID.txt are ID.md,
    RUN/ID.md, or lines with the id ID.

    SET is attributionbench, ragchecker or summedits.
    """
    if validate is not None:
        _validate(validate, data, format, out)
        return
    if answers is None or prompts is None:
        raise InputError("ANSWERS and --prompts are needed", hint="see: sr-assistant grade --help")
    from assistant.grading.inputs import read_references
    from assistant.grading.reports import Report
    from assistant.grading.run import gate

    wanted = _wanted(minimum or [])
    given = read_references(references) if references else None
    loaded = load_catalog(catalog)
    with hired(engine, ray_address, jobs, lambda: _same(catalog, loaded)) as workers:
        how = {"encode": encoder, "processes": jobs, "workers": workers}
        run = _run(answers, prompts, given, loaded, how)
        other = _baseline(baseline, prompts, given, loaded, how) if baseline else None
    report = Report(run)
    judges = _judges(judge, judge_url, rubric, votes, threshold) if judge else None
    if judges:
        if _too_dear(judges, run, given, price, max_cost, dry_run=dry_run):
            return
        report.judged = judges.judge(run, given, written_by)
    if other:
        from assistant.grading.compare import compare

        report.comparison = compare(run, other)
        if judges:
            judges.pairs(run, {g.prompt: g.text for g in other.graded if g.text})
            report.judged = judges.report()
    report.wanted, report.missed = wanted, gate(run, wanted)
    write(report, format, out)
    told(report)
    if report.missed:
        raise typer.Exit(1)


def _same(folder: Path | None, loaded: Catalog) -> Opener:
    from assistant.catalog.elsewhere import Same

    values = settings(folder)
    return Same(values.catalog, values.cache_folder, loaded.digest)


def _run(
    answers: Path, prompts: Path, references: dict[str, Reference] | None, catalog: Catalog,
    how: dict[str, Any],
) -> Run:  # fmt: skip
    from assistant.grading.inputs import read_answers, read_prompts
    from assistant.grading.run import grade as grade_all
    from assistant.grading.run import match

    requests, broken = read_prompts(prompts)
    matched, unmatched = match(read_answers(answers), requests, references)
    unmatched.broken_prompts = broken
    name = answers.resolve().name
    if not sys.stderr.isatty():
        return grade_all(name, matched, unmatched, catalog, **how)
    from rich.progress import Progress

    with Progress(console=output.console(error=True), transient=True) as progress:
        task = progress.add_task("grading", total=len(matched))
        return grade_all(
            name, matched, unmatched, catalog, **how,
            on_done=lambda n: progress.update(task, completed=n),
        )  # fmt: skip


def _baseline(
    path: Path, prompts: Path, references: dict[str, Reference] | None, catalog: Catalog,
    how: dict[str, Any],
) -> Run:  # fmt: skip
    """Another run: graded now, or read from its JSON report."""
    from assistant.grading.reports.data import read_items
    from assistant.grading.run import Run, Unmatched

    if path.suffix in (".json", ".jsonl") and path.is_file():
        try:
            return Run(path.stem, read_items(path.read_text("utf-8")), Unmatched())
        except (ValueError, KeyError, TypeError):
            if path.suffix == ".json":
                raise InputError(
                    f"{path}: no report of grade", hint="--format json or jsonl writes one"
                ) from None
    return _run(path, prompts, references, catalog, how)


def _wanted(given: list[str]) -> dict[str, float]:
    found = {}
    for one in given:
        name, _, value = one.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise InputError(f"--min {one}: no number", hint="--min links.precision=1") from error
    return found


def _judges(names: list[str], url: str | None, rubric: str, votes: int, threshold: float) -> Judges:
    import os

    from assistant.grading.endpoint import Endpoint
    from assistant.grading.judge import Judges

    key = os.environ.get("SRA_JUDGE_KEY") or os.environ.get("OPENAI_API_KEY")
    models = [Endpoint(name, url, key) for name in names]
    cache = settings().cache_folder / "judge"
    return Judges(models, cache, preset=rubric, votes=votes, threshold=threshold)


def _too_dear(
    judges: Judges, run: Run, references: dict[str, Reference] | None, price: float | None,
    max_cost: float | None, *, dry_run: bool,
) -> bool:  # fmt: skip
    """Say the cost; True for a dry run, InputError where it is more than allowed."""
    calls, tokens = judges.estimate(run, references)
    cost = None if price is None else tokens * price / 1e6
    said = "" if cost is None else f", about {cost:.2f} USD"
    output.note(f"judging: {calls} calls, about {tokens:,} tokens{said} (characters / 4)")
    if max_cost is not None and cost is None:
        raise InputError("--max-cost needs a price", hint="--price USD of a million tokens")
    if max_cost is not None and cost is not None and cost > max_cost:
        raise InputError(f"judging would cost about {cost:.2f} USD", hint="see --max-cost, --votes")
    return dry_run


def _validate(name: str, data: Path | None, format: Format, out: Path | None) -> None:
    from assistant.grading.validation import validate

    if data is None:
        raise InputError("--validate needs --data FILE", hint="the labelled file")
    if format not in (Format.table, Format.json, Format.md):
        raise InputError(f"--format {format.value} is not for --validate", hint="table, md or json")
    found = validate(name, data)
    put(output.encoded(found.to_json()) if format is Format.json else found.to_markdown(),
        out, page=format is not Format.json)  # fmt: skip
