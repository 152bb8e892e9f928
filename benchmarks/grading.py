"""Time to grade 1,000 distinct answers with references, from the command to the report.

    python benchmarks/grading.py [--answers N] [--prompts DIR ...]

The answers are our composer's to the prompt files of eval/ and prompts/examples, and of further
folders such as ../shared/bench/cnaps/prompts. From every sentence of every copy another word is
left out, so no sentence is known from another answer: the worst case for what the grader keeps.
References are those of eval/ with their rubrics, elsewhere the composer's answer as written.
Each row is a fresh process, timed twice after a warm-up of 40 answers; both reports must be the
same byte for byte. The bound is 60 s for 1,000 answers on two cores, in CPU time, which a busy
machine changes less than the wall's. Exits with 1 when it is missed or reports differ.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant import prompts
from assistant.catalog import Catalog
from assistant.content import folder
from assistant.pipeline import Assistant
from assistant.settings import Settings

BOUND = 60.0  # seconds for 1,000 answers on two cores
WARM_UP = 40
CORES = 2
ROWS = {"words and encoder": (), "words only": ("--no-encoder",)}
_SENTENCE = re.compile(r"(?<=[.!?])(\s+)|(\n+)")


def main() -> int:
    """Make the answers, time the rows, and say whether the bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=1000, metavar="N")
    parser.add_argument("--prompts", type=Path, nargs="*", default=[], metavar="DIR")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        words = make(root, flags.answers, flags.prompts)
        asked = len(list(root.glob("prompts/*")))
        print(
            f"{flags.answers} answers of {words} words to {asked} prompts; {os.cpu_count()} cores"
        )
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}\n")
        timed("warm", root)
        print("| what | wall s | CPU s | CPU s a core | same bytes twice |\n|---|---|---|---|---|")
        kept = True
        for name, options in ROWS.items():
            (wall, cpu, one), (again, more, other) = (timed("all", root, *options) for _ in "12")
            wall, cpu, same = min(wall, again), min(cpu, more), one == other
            each = cpu / CORES * 1000 / flags.answers
            print(f"| {name} | {wall:.1f} | {cpu:.1f} | {each:.1f} | {'yes' if same else 'NO'} |")
            kept &= same and each < BOUND
    print(f"\nbound: {BOUND:.0f} s a core for 1,000 on two: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


def make(root: Path, count: int, more: list[Path]) -> int:
    """Write prompts/, references/, warm/ and all/ below ``root``; the mean words of an answer."""
    catalog = Catalog.load(cache=Settings().cache_folder)
    assistant = Assistant(catalog, cache=Settings().cache_folder)
    shutil.copytree(folder("eval") / "references", root / "references")
    for name in ("prompts", "warm", "all"):
        (root / name).mkdir()
    files = [f for d in (folder("eval") / "prompts", folder("prompts") / "examples", *more)
             for f in sorted(d.glob("*.txt"))]  # fmt: skip
    written = {}
    for file in files:
        if file.stem not in written:
            written[file.stem] = assistant.answer(prompts.read(file)).markdown
            shutil.copy(file, root / "prompts")
            reference = root / "references" / f"{file.stem}.md"
            if not reference.exists():
                reference.write_text(written[file.stem], "utf-8")
    names, words = sorted(written), 0
    for n in range(count + WARM_UP):
        name = names[n % len(names)]
        text = edited(written[name], random.Random(n))  # noqa: S311 - no secret
        where = root / ("all" if n < count else "warm") / f"run{n // len(names):03}"
        where.mkdir(exist_ok=True)
        (where / f"{name}.md").write_text(text, "utf-8")
        words += len(text.split())
    return round(words / (count + WARM_UP))


def edited(text: str, chance: random.Random) -> str:
    """``text`` with one word less in every sentence; headings and lines with links stay."""
    pieces = _SENTENCE.split(text)
    for n, piece in enumerate(pieces):
        found = piece.split(" ") if piece else []
        if len(found) > 3 and "http" not in piece and not piece.startswith("#"):
            del found[chance.randrange(1, len(found) - 1)]
            pieces[n] = " ".join(found)
    return "".join(piece or "" for piece in pieces)


def timed(answers: str, root: Path, *options: str) -> tuple[float, float, bytes]:
    """Wall and CPU seconds of one ``grade``, and its report."""
    report = root / "report.jsonl"
    command = [sys.executable, "-m", "assistant", "grade", str(root / answers), *options,
               "--prompts", str(root / "prompts"), "--references", str(root / "references"),
               "--format", "jsonl", "--out", str(report)]  # fmt: skip
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, report.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
