"""Time from a cold process to an answer, beside the import of sentence-transformers alone.

Run from the checkout: ``python benchmarks/cold_start.py [--runs N]``. The bound: an answer
from a cold process, its index built before, takes at most 1/6 of what
``import sentence_transformers`` takes. The rows take turns, so that a busy machine slows
them alike; the ratio is that of the medians. Exits with 1 when the bound is missed and with
2 when a command fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

BOUND = 1 / 6
QUESTION = "which model do I use for 3x on a phone?"
REFERENCE = "import sentence_transformers"
ANSWER = "sr-assistant ask (warm index)"
COMMANDS = {
    REFERENCE: ["-c", "import sentence_transformers"],
    ANSWER: ["-m", "assistant", "ask", QUESTION],
    "sr-assistant --help": ["-m", "assistant", "--help"],
}


def main() -> int:
    """Measure, print the table, and say whether the bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each command")
    runs = max(1, parser.parse_args().runs)
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "SRA_CACHE": cache}
        for command in COMMANDS.values():  # builds the index and fills the file cache
            run(command, environment)
        seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(runs):
            for name, command in COMMANDS.items():
                seconds[name].append(run(command, environment))
        loaded = {name: modules(command, environment) for name, command in COMMANDS.items()}
    print(table(seconds, loaded))
    ratio = statistics.median(seconds[ANSWER]) / statistics.median(seconds[REFERENCE])
    kept = ratio <= BOUND
    print(
        f"\nbound: at most 1/6 = {BOUND:.3f}; measured {ratio:.3f}: {'kept' if kept else 'MISSED'}"
    )
    return 0 if kept else 1


def run(command: list[str], environment: dict[str, str]) -> float:
    """Seconds of wall clock that a fresh interpreter takes for ``command``."""
    start = time.perf_counter()
    finish(command, environment)
    return time.perf_counter() - start


def modules(command: list[str], environment: dict[str, str]) -> int:
    """How many modules ``command`` imports, counted by ``-X importtime``."""
    log = finish(command, environment, "-X", "importtime").stderr
    return sum(line.startswith("import time:") for line in log.splitlines()) - 1  # its header


def finish(
    command: list[str], environment: dict[str, str], *options: str
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` in a fresh interpreter, or exit with what it said when it failed."""
    whole = [sys.executable, *options, *command]
    done = subprocess.run(whole, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        print(
            f"cold_start: exit code {done.returncode} from {' '.join(whole)}\n{said}",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return done


def table(seconds: dict[str, list[float]], loaded: dict[str, int]) -> str:
    """The measurements as a Markdown table."""
    reference = statistics.median(seconds[REFERENCE])
    runs = len(seconds[REFERENCE])
    lines = [
        f"| cold process, {runs} runs each | median s | min s | ratio | modules |",
        "|---|---|---|---|---|",
    ]
    for name, times in seconds.items():
        median = statistics.median(times)
        ratio = median / reference
        lines.append(f"| {name} | {median:.2f} | {min(times):.2f} | {ratio:.3f} | {loaded[name]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
