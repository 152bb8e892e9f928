"""Runs that are killed at any moment: the next one goes on, and nothing tells them apart."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .replies import grounded
from .server import Endpoint

KILLS = int(os.environ.get("KILLS", "3"))
"""Runs that are killed; 100 were tried, see docs/benchmarks.md."""
ITEMS, AT_ONCE = 24, 4

Prompts = Callable[[int], Path]


def start(folder: Path, out: Path, endpoint: Endpoint) -> subprocess.Popen[bytes]:
    command = ["bulk", str(folder), "--out", str(out), "--llm", "loopback-1", "--repair", "0"]
    environment = {**os.environ, "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "a key"}
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *command, "--concurrency", str(AT_ONCE)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one thread; Ctrl-C is ignored in background shells
    )


def whole(folder: Path, out: Path, endpoint: Endpoint) -> int:
    """The exit code of a run that is let alone."""
    with start(folder, out, endpoint) as process:
        process.communicate(timeout=120)
    return process.returncode


def final(out: Path) -> dict[str, bytes]:
    names = [*(out / "answers").glob("*"), out / "results.jsonl", out / "errors.jsonl"]
    return {path.name: path.read_bytes() for path in names if path.exists()}


def when_asked(endpoint: Endpoint, requests: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server was asked so often, or the run is over."""
    while len(endpoint.log) < requests and process.poll() is None:
        time.sleep(0.002)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_run_is_finished_by_the_next_and_asks_little_twice(
    prompts: Prompts, tmp_path: Path, seed: int
) -> None:
    folder, chance = prompts(ITEMS), random.Random(seed)  # noqa: S311 - no secret
    with Endpoint(reply=grounded, latency=0.02) as endpoint:
        assert 0 == whole(folder, tmp_path / "whole", endpoint)
        asked = len(endpoint.log)
        with start(folder, tmp_path / "killed", endpoint) as killed:
            when_asked(endpoint, asked + chance.randrange(ITEMS), killed)
            time.sleep(chance.uniform(0, 0.1))
            killed.kill()
            killed.communicate()
        under_way = endpoint.in_flight
        assert 0 == whole(folder, tmp_path / "killed", endpoint)
        assert final(tmp_path / "whole") == final(tmp_path / "killed")
        twice = len(endpoint.log) - asked - ITEMS
    # what was on its way to the disk when the process ended was not counted as done either
    assert twice <= AT_ONCE + under_way


def test_after_ctrl_c_what_is_under_way_is_finished_and_the_rest_is_left(
    prompts: Prompts, tmp_path: Path
) -> None:
    folder, out = prompts(60), tmp_path / "out"
    with Endpoint(reply=grounded, latency=0.3) as endpoint:
        with start(folder, out, endpoint) as process:
            when_asked(endpoint, 10, process)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert (130, "interrupted") == (process.returncode, said.decode().splitlines()[-1])
        done, asked = len(final(out)) - 1, len(endpoint.log)
        assert asked == done < 60
        assert 0 == whole(folder, out, endpoint)
        assert (60, 61) == (len(endpoint.log), len(final(out)))


def test_a_second_ctrl_c_does_not_wait_for_what_is_under_way(
    prompts: Prompts, tmp_path: Path
) -> None:
    with Endpoint("slow", reply=grounded, latency=20) as endpoint:
        with start(prompts(3), tmp_path / "out", endpoint) as process:
            when_asked(endpoint, 3, process)
            began = time.monotonic()
            for _ in range(2):
                process.send_signal(signal.SIGINT)
                time.sleep(0.5)
            process.communicate(timeout=60)
        assert (130, True) == (process.returncode, time.monotonic() - began < 15)
