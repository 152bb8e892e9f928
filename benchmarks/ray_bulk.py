"""Bulk on Ray beside one process, with nodes killed at 25, 50 and 75 % of the answers.

Run from the checkout, with the extras dev and ray: ``python benchmarks/ray_bulk.py [--runs N]
[--rows N]``. A head and two nodes of one processor each run inside this machine; the server of the
tests replies at once to prompts of seed size and counts its requests. Before all runs one process
answers the same rows. Each run must leave the same bytes, each row once, and no request asked
again. ``--index`` embeds the built-in catalog alone, on two nodes, and with one of them killed
instead. Exits with 1 where a bound is
missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.bulk.cluster import (  # noqa: E402 - the tests' own cluster
    Nodes,
    disturbed,
    final,
    killed_at_work,
    made,
    start,
)
from tests.bulk.cluster import index as indexing  # noqa: E402 - likewise
from tests.bulk.conftest import written  # noqa: E402 - likewise
from tests.bulk.replies import grounded  # noqa: E402 - likewise
from tests.bulk.server import Endpoint  # noqa: E402 - likewise

KILLS = (0.25, 0.5, 0.75)


def timed(run: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for a command; its report."""
    _, said = run.communicate()
    if run.returncode:
        raise SystemExit(f"exit code {run.returncode}: {said.decode()[-2000:]}")
    return json.loads(Path(run.args[run.args.index("--out") + 1], "run.json").read_text("utf-8"))


def once(
    nodes: Nodes | None, folder: Path, out: Path, endpoint: Endpoint, kills: tuple[int, ...] = ()
) -> dict[str, Any]:
    """One run over ``folder``; what it took, and how often each thing was asked and kept."""
    asked, begun, used = len(endpoint.log), time.perf_counter(), _children()
    more = ("--engine", "ray", "--ray-address", nodes.address) if nodes else ("--jobs", "2")
    with start(folder, out, endpoint, *more) as run:
        killed = disturbed(nodes, run, out, kills) if nodes else []
        report = timed(run)
    kept = Counter(
        json.loads(line)["t"] for line in (out / "journal.jsonl").read_text("utf-8").splitlines()
    )
    return {
        "seconds": time.perf_counter() - begun,
        "own_cpu": _children() - used,
        "work": report["seconds"],
        "asked": len(endpoint.log) - asked,
        "kept": dict(kept),
        "killed_at": killed,
        **report["workers"],
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bulk(runs: int, rows: int) -> int:
    """One process, Ray undisturbed, then ``runs`` runs with three nodes killed in each."""
    bad = 0
    nodes = Nodes()
    with (
        tempfile.TemporaryDirectory(prefix="ray-bulk-") as place,
        Endpoint(reply=grounded) as endpoint,
    ):
        folder = written(Path(place, "in"), rows)
        one = once(None, folder, Path(place, "one"), endpoint)
        print("this machine, 2 processes", json.dumps(one), flush=True)
        calm = once(nodes, folder, Path(place, "calm"), endpoint)
        print("ray, undisturbed", json.dumps(calm), flush=True)
        wanted = final(Path(place, "one"))
        same = wanted == final(Path(place, "calm"))
        bad += not same
        print(f"ray / this machine: {calm['work'] / one['work']:.2f} of the time, {same=}")
        found = []
        for number in range(runs):
            out = Path(place, f"run-{number}")
            run = once(nodes, folder, out, endpoint, tuple(int(rows * k) for k in KILLS))
            same = wanted == final(out)
            whole = run["kept"] == {"reply": rows, "answer": rows} and run["asked"] == rows
            bad += not (same and whole and len(run["killed_at"]) == len(KILLS))
            found.append(run["work"] / calm["work"])
            print(f"run {number + 1}: {same=} {whole=}", json.dumps(run), flush=True)
    nodes.close()
    if found:
        print(f"disturbed / undisturbed: median {statistics.median(found):.2f} of the time")
    print(f"bound: {runs} runs, {rows} rows, {3 * runs} nodes killed: {bad} bad")
    return 1 if bad else 0


def index() -> int:
    """``catalog index --rebuild``: by one process, on two nodes, and with one of them killed."""
    nodes, ways = Nodes(), dict[str, dict[str, bytes]]()
    ray = ("--engine", "ray", "--ray-address", nodes.address)
    with tempfile.TemporaryDirectory(prefix="ray-index-") as place:
        for name, more in (("one process", ()), ("ray", ray), ("ray, a node killed", ray)):
            begun, used, cache = time.perf_counter(), _children(), Path(place, name)
            with indexing(cache, *more) as run:
                killed = "killed" not in name or killed_at_work(nodes, run)
                _, said = run.communicate()
            if run.returncode or not killed:
                raise SystemExit(f"exit code {run.returncode}, {killed=}: {said.decode()[-2000:]}")
            ways[name] = made(cache)
            took = time.perf_counter() - begun
            print(f"{name}: {took:.1f} s, of them {_children() - used:.1f} s of the command's own")
    nodes.close()
    same = all(way == ways["one process"] for way in ways.values())
    print(f"bound: the same bytes: {'kept' if same else 'MISSED'}")
    return 0 if same else 1


def main() -> int:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--index", action="store_true")
    flags = parser.parse_args()
    return index() if flags.index else bulk(flags.runs, flags.rows)


if __name__ == "__main__":
    raise SystemExit(main())
