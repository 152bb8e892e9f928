"""A cluster of Ray inside this machine, and a bulk run on it whose nodes are killed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .server import Endpoint

STORE = 100 * 2**20  # bytes
NODE = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
PATIENCE = 600  # seconds for what a busy machine starts slowly
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_agent_register_timeout_ms": f"{1000 * PATIENCE}",
    "RAY_gcs_server_request_timeout_seconds": f"{PATIENCE}",
    "RAY_worker_register_timeout_seconds": f"{PATIENCE}",
}


class Nodes:
    """A head that does no work but the command's, and ``count`` nodes of one processor each."""

    def __init__(self, count: int = 2) -> None:
        os.environ.update({**ENVIRONMENT, **os.environ})
        from ray._private import services
        from ray.cluster_utils import Cluster

        services.get_node = _patient(services.get_node)
        self._cluster = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0})
        self.count = count
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


def _patient(get_node: Callable[..., Any]) -> Callable[..., Any]:
    """``get_node`` for more than the 30 seconds that Ray gives a node to start."""

    def patient(*given: Any) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return get_node(*given)
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    return patient


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


def index(cache: Path, *more: str) -> subprocess.Popen[bytes]:
    """``sr-assistant catalog index --rebuild`` with its index in ``cache``."""
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", "catalog", "index", "--rebuild", *more],
        env={**os.environ, "SRA_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def made(cache: Path) -> dict[str, bytes]:
    """The arrays of the indexes in ``cache``: vectors, words and where each begins."""
    return {path.name: path.read_bytes() for path in (cache / "index").glob("*.safetensors")}


def killed_at_work(nodes: Nodes, run: subprocess.Popen[bytes]) -> bool:
    """Kill a node once each has a worker that is at work, and add another; whether it was so."""
    while run.poll() is None:
        if _at_work() >= nodes.count:
            nodes.kill()
            nodes.add()
            return run.poll() is None
        time.sleep(0.02)
    return False


def _at_work() -> int:
    """How many workers have done or do a piece of work; Ray titles their processes with it."""
    count = 0
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            count += file.read_bytes().startswith(b"ray::_Opened.do")
    return count


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
