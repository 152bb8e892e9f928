"""``sr-assistant bench``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    GeneratorOption,
    JsonOption,
    building,
    load_catalog,
    open_assistant,
    settings,
)

ENOUGH = 0.95  # of the turns of all dialogues
SHOWN = 20  # failures beside a table; --json has all
_WIDEST = 160

app = typer.Typer(help="Measure search and fit on labelled sets.", no_args_is_help=True)

SetArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the labelled set.")]


@app.command()
def retrieval(
    folder: SetArgument,
    catalog: CatalogOption = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write our rankings as a TREC run.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Rank the models for every question of a set, beside plain lexical and dense search.

    DIR holds queries.jsonl, qrels.tsv and perhaps catalog.jsonl; without the latter the
    questions are asked of the catalog.
    """
    from assistant.files import make_folder, write_text
    from assistant.grading.retrieval_bench import measure
    from assistant.grading.retrieval_set import read_set
    from assistant.retrieval.address import store_of
    from assistant.retrieval.search import Search

    loaded = load_catalog(catalog)
    labelled = read_set(folder, loaded.vocabulary)
    if labelled.catalog is not None and catalog is None:
        loaded = labelled.catalog
    if run is not None and not run.exists():
        make_folder(run.parent)  # fails now rather than after the minutes of measuring
    values = settings(catalog)
    search = Search(loaded, values.cache_folder, building, store_of(values))
    report = measure(search, labelled)
    if run is not None:
        write_text(run, report.to_trec())
    data = report.to_json()
    if json:
        output.as_json(data)
        return
    output.page(report.to_markdown())
    if report.unlabelled.n:
        output.text(
            f"\n{report.unlabelled.n} more questions have no relevant model: said that nothing "
            f"fits to {report.unlabelled.nothing_fits}, of these offered the nearest to "
            f"{report.unlabelled.nearest_offered}"
        )
    _failures(data["failures"], "first")


@app.command()
def fit(folder: SetArgument, json: JsonOption = False) -> None:
    """Judge prompt files whose right model is known: do we see the wrong ones.

    DIR holds prompts/QUERY_ID.txt, queries.jsonl and catalog.jsonl (doc_id, task, scale).
    """
    from assistant.grading.fit_bench import measure

    report = measure(folder, load_catalog(None))
    data = report.to_json()
    if json:
        output.as_json(data)
        return
    output.page(report.to_markdown())
    _failures(data["failures"], "recommended")


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled questions, JSON lines.")],
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Ask free questions and check form, tasks in order, factor, entry and words of every answer.

    Each line of FILE holds text, form and, as the form needs them, tasks, scale, entry, must,
    must_not.
    """
    from assistant.grading.question_bench import measure

    assistant = open_assistant(catalog, generator="composer")
    data = measure(file, assistant.ask).to_json()
    if json:
        output.as_json(data)
        return
    scores = [[name, f"{of['value']:.3f}", str(of["n"])] for name, of in data["scores"].items()]
    output.table([f"{data['set']}, {data['n']} questions", "share", "n"], scores)
    rows = [
        [f["text"][:_WIDEST], ", ".join(f["got"]), ", ".join(f["wanted"]), ", ".join(f["faults"])]
        for f in data["failures"][:SHOWN]
    ]
    output.table([f"failures ({len(rows)} of {len(data['failures'])})", "got", "wanted", ""], rows)


@app.command()
def dialogues(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH", help="Folder or file of dialogues; the built-in ones if left out."
        ),
    ] = None,
    generator: GeneratorOption = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """Hold scripted conversations and check every reply: route, model, words.

    Exits 1 where fewer than 95 % of the turns are as expected.
    """
    from assistant.chat import Chat
    from assistant.content import folder as content
    from assistant.grading.dialogues import read_dialogues

    assistant = open_assistant(catalog, generator=generator or "composer")
    failures: list[dict[str, Any]] = []
    turns = 0
    scripts = read_dialogues(folder or content("eval") / "dialogues")
    for dialogue in scripts:
        for expected, _, faults in dialogue.held(Chat(assistant), assistant.catalog):
            turns += 1
            if faults:
                failures.append({"dialogue": dialogue.name, "say": expected.say, "faults": faults})
    right = (turns - len(failures)) / turns
    if json:
        data = {"dialogues": len(scripts), "turns": turns, "right": right, "failures": failures}
        output.as_json(data)
    else:
        rows = [[f["dialogue"], f["say"], "; ".join(f["faults"])] for f in failures]
        output.table(["dialogue", "message", "fault"], rows)
        output.text(f"{len(scripts)} dialogues, {turns} turns, {right:.1%} as expected")
    if right < ENOUGH:
        raise typer.Exit(1)


def _failures(failures: Sequence[dict[str, Any]], got: str) -> None:
    """Three lines a failure: what came and what was wanted, the question, the wish read."""
    if not failures:
        return
    shown = min(len(failures), SHOWN)
    output.text(f"\nfailures ({shown} of {len(failures)} shown):")
    for one in failures[:SHOWN]:
        came = one[got] if isinstance(one[got], str) else ", ".join(one[got] or ()) or "nothing"
        verdict = f", our verdict {one['verdict']}" if "verdict" in one else ""
        text = " ".join(one["text"].split())
        text = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 4]} ..."
        wish = {name: value for name, value in one["wish"].items() if name not in ("words", "odds")}
        read = ", ".join(f"{name} {_plain(value)}" for name, value in wish.items())
        output.text(f"- {one['query_id']}: {came}; wanted {one['wanted']}{verdict}")
        output.text(f"  asked: {text}")
        output.text(f"  read: {read or 'nothing'}")


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
