"""A cluster of Ray inside this machine, and a bulk run on it whose nodes are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .server import Endpoint

STORE = 100 * 2**20  # bytes
NODE = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}


class Nodes:
    """A head that does no work but the command's, and ``count`` nodes of one processor each."""

    def __init__(self, count: int = 2) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0})
        self._nodes = [self._new() for _ in range(count)]
        self.address: str = self._cluster.address

    def _new(self) -> Any:
        return self._cluster.add_node(num_cpus=1, object_store_memory=STORE)

    def kill(self) -> None:
        """Kill the oldest node with all that runs on it."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def add(self) -> None:
        """A fresh node in place of a killed one."""
        self._nodes.append(self._new())

    def close(self) -> None:
        """End all of them."""
        self._cluster.shutdown()


def start(
    folder: Path, out: Path, endpoint: Endpoint, *more: str, at_once: int = 32
) -> subprocess.Popen[bytes]:
    """``sr-assistant bulk`` over ``folder``, asking ``endpoint``."""
    command = ["bulk", str(folder), "--out", str(out), "--llm", "loopback-1", "--repair", "0"]
    environment = {**os.environ, "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "a key"}
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *command, "--concurrency", str(at_once), *more],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def answered(out: Path) -> int:
    """How many answers are safe in the journal."""
    try:
        return (out / "journal.jsonl").read_bytes().count(b'{"t": "answer"')
    except FileNotFoundError:
        return 0


def disturbed(
    nodes: Nodes, run: subprocess.Popen[bytes], out: Path, kills: Sequence[int]
) -> list[int]:
    """Kill a node and add another each time so many answers are there; how many there were."""
    seen = []
    for count in kills:
        while (now := answered(out)) < count and run.poll() is None:
            time.sleep(0.1)
        if run.poll() is not None:
            break
        nodes.kill()
        seen.append(now)
        nodes.add()
    return seen


def final(out: Path) -> dict[str, bytes]:
    """What must be the same however an answer came about."""
    names = [*(out / "answers").glob("*"), out / "results.jsonl", out / "errors.jsonl"]
    return {path.name: path.read_bytes() for path in names if path.exists()}
