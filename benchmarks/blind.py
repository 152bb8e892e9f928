"""Answers of several writers to the same prompts, judged blind by readers: packets and their table.

    python benchmarks/blind.py packets ../shared/bench/cnaps --out PACKETS [--seed 1]
    python benchmarks/blind.py table PACKETS READER.json [READER.json ...]

DIR is as for ``benchmarks/answers.py``. A packet is one prompt file with every writer's answer
under a letter; letters are shuffled anew for each packet and ``key.json`` keeps whose they are. A
reader's file gives each packet's scores from 1 to 10: ``{"packet": {"A": {"clarity": 7, ...}}}``.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from pathlib import Path

from answers import matching, prompt_of

from assistant import prompts
from assistant.catalog import Catalog
from assistant.grading.inputs import read_answers
from assistant.pipeline import Assistant
from assistant.settings import Settings

CRITERIA = ("clarity", "correctness", "workflow", "provided_only", "reasoning")
"""Of the prototype that the prompt files come from (docs/decisions.md)."""
OURS = "sr-assistant"
FEWEST = 3  # writers beside ours, or a prompt is left out


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True)
    make = verbs.add_parser("packets")
    make.add_argument("folder", type=Path)
    make.add_argument("--out", type=Path, required=True)
    make.add_argument("--seed", type=int, default=1)
    make.set_defaults(does=lambda a: packets(a.folder, a.out, a.seed))
    tally = verbs.add_parser("table")
    tally.add_argument("folder", type=Path)
    tally.add_argument("readers", type=Path, nargs="+")
    tally.set_defaults(does=lambda a: table(a.folder, a.readers))
    arguments = parser.parse_args()
    arguments.does(arguments)
    return 0


def packets(folder: Path, out: Path, seed: int) -> None:
    """Write a packet for each prompt that all writers answered, and the key."""
    ids = prompt_of(folder)
    written: dict[str, dict[str, str]] = {}
    for writer in sorted(p.name for p in (folder / "answers").iterdir()):
        for name, one in read_answers(folder / "answers" / writer).items():
            path = folder / "prompts" / f"{matching(name, ids)}.txt"
            if path.exists():
                written.setdefault(path.stem, {})[writer] = one.text
    assistant = Assistant(Catalog.load(), cache=Settings().cache_folder)
    order, key = random.Random(seed), {}  # noqa: S311 - an order, no secret
    out.mkdir(parents=True, exist_ok=True)
    for name, by in sorted(written.items()):
        if len(by) < FEWEST:
            continue
        path = folder / "prompts" / f"{name}.txt"
        by[OURS] = assistant.answer(prompts.read(path)).markdown
        writers = sorted(by)
        order.shuffle(writers)
        letters = dict(zip("ABCDEFGH", writers, strict=False))
        parts = [f"# Prompt {name}\n\n{path.read_text('utf-8').strip()}"]
        parts += [f"# Answer {a}\n\n{by[w].strip()}" for a, w in letters.items()]
        (out / f"{name}.md").write_text("\n\n---\n\n".join(parts) + "\n", "utf-8")
        key[name] = letters
    (out / "key.json").write_text(json.dumps(key, indent=1) + "\n", "utf-8")
    print(f"{len(key)} packets in {out}")


def table(folder: Path, readers: list[Path]) -> None:
    """Means by writer and criterion over readers and packets, and how far readers are apart."""
    key = json.loads((folder / "key.json").read_text("utf-8"))
    given: dict[tuple[str, str], list[list[float]]] = {}
    for packet, letters in key.items():
        for letter, writer in letters.items():
            for criterion in CRITERIA:
                scores = [json.loads(r.read_text("utf-8"))[packet][letter] for r in readers]
                row = [float(score[criterion]) for score in scores]
                given.setdefault((writer, criterion), []).append(row)
    writers = sorted({writer for writer, _ in given}, key=lambda w: (w != OURS, w))
    print(f"| {len(key)} prompts, {len(readers)} readers | {' | '.join(writers)} | apart |")
    print("|---" * (len(writers) + 2) + "|")
    for criterion in CRITERIA:
        rows = {w: given[w, criterion] for w in writers}
        means = [f"{statistics.mean(s for row in rows[w] for s in row):.2f}" for w in writers]
        apart = statistics.mean(max(row) - min(row) for w in writers for row in rows[w])
        print(f"| {criterion} | {' | '.join(means)} | {apart:.2f} |")
    wins = {w: [0, 0, 0] for w in writers if w != OURS}
    for n in range(len(key)):
        total = {w: sum(sum(given[w, c][n]) for c in CRITERIA) for w in writers}
        for w, counts in wins.items():
            counts[0 if total[OURS] > total[w] else 1 if total[OURS] == total[w] else 2] += 1
    cells = ["/".join(map(str, wins[w])) if w in wins else "" for w in writers]
    print(f"| ours wins/ties/loses | {' | '.join(cells)} | |")


if __name__ == "__main__":
    sys.exit(main())
