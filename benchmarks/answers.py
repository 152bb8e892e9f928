"""Our composer's answers beside those of GPT, Claude and Gemini to the same prompt files.

    python benchmarks/answers.py ../shared/bench/cnaps

DIR holds prompts/, answers/WRITER/NAME.txt, queries.jsonl and catalog.jsonl. An answer is named
after the model that its question was written for; it answered the first how-question on it.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from assistant import prompts
from assistant.catalog import Catalog
from assistant.grading.compare import compare
from assistant.grading.inputs import Written, read_answers
from assistant.grading.run import Run, grade, match
from assistant.grading.scores import OWN
from assistant.pipeline import Assistant
from assistant.settings import Settings


def plain(name: str) -> str:
    """A name without signs, as file names lose them."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def prompt_of(folder: Path) -> dict[str, str]:
    """The prompt id for each plain name of a model, from its first how-question."""
    found: dict[str, str] = {}
    for line in (folder / "queries.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["query_id"].startswith("how1-"):
            found.setdefault(plain(row["model"]), row["query_id"])
    return found


def matching(name: str, ids: dict[str, str]) -> str | None:
    """The prompt id of an answer file; long titles may be cut at either end."""
    wanted = plain(name)
    return ids.get(wanted) or next(
        (
            q
            for m, q in ids.items()
            if len(m) > 8 and (m.startswith(wanted) or wanted.startswith(m))
        ),
        None,
    )


def main() -> None:
    """Print the means with intervals, then the paired differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    catalog = Catalog.load(cache=Settings().cache_folder)
    ids = prompt_of(folder)
    requests = {p.stem: prompts.read(p) for p in sorted((folder / "prompts").glob("*.txt"))}
    runs: dict[str, Run] = {}
    left_out: list[str] = []
    for writer in sorted(p.name for p in (folder / "answers").iterdir()):
        answers = {}
        for name, one in read_answers(folder / "answers" / writer).items():
            prompt = matching(name, ids)
            if prompt in requests:
                answers[str(prompt)] = Written(str(prompt), one.text, one.error)
            else:
                left_out.append(f"{writer}/{name}")
        runs[writer] = grade(writer, *match(answers, requests, None), catalog)
    wanted = sorted({g.prompt for run in runs.values() for g in run.graded})
    assistant = Assistant(catalog, cache=Settings().cache_folder)
    ours = {p: Written(p, assistant.answer(requests[p]).markdown) for p in wanted}
    runs = {"ours": grade("ours", *match(ours, requests, None), catalog), **runs}
    table(runs)
    print(f"\nNo prompt file here for {len(left_out)} answers: {', '.join(left_out) or 'none'}.\n")
    differences(runs)


def table(runs: dict[str, Run]) -> None:
    """A row a score, a column a writer."""
    heads = [f"{name} ({len(run.graded)})" for name, run in runs.items()]
    print(f"| score | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for metric in (*OWN, "words"):
        cells = []
        for run in runs.values():
            i = run.summary_of(metric).interval
            bounds = "" if i.low is None or i.high is None else f" [{i.low:.2f}, {i.high:.2f}]"
            cells.append("-" if i.n == 0 else f"{i.mean:.2f}{bounds} n={i.n}")
        print(f"| {metric} | {' | '.join(cells)} |")


def differences(runs: dict[str, Run]) -> None:
    """Ours minus each other writer on the common prompts."""
    print("| ours minus | score | difference | 95 % | p (Holm) | wins/ties/losses |")
    print("|---|---|---|---|---|---|")
    for name, run in list(runs.items())[1:]:
        for metric, p in compare(runs["ours"], run).scores.items():
            d = p.difference
            bounds = "" if d.low is None or d.high is None else f"{d.low:+.2f} to {d.high:+.2f}"
            print(f"| {name} | {metric} | {d.mean:+.2f} | {bounds} | {p.holm:.3f} "
                  f"| {p.wins}/{p.ties}/{p.losses} |")  # fmt: skip


if __name__ == "__main__":
    main()
