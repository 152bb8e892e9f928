"""Runs that are killed at any moment: the next one goes on, and nothing tells them apart."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import written
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


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Endpoint, Path, Path]]:
    """A server, prompt files, and the folder of a run over them that nobody killed."""
    place = tmp_path_factory.mktemp("undisturbed")
    folder = written(place / "in", ITEMS)
    with Endpoint(reply=grounded, latency=0.02) as endpoint:
        assert 0 == whole(folder, place / "out", endpoint)
        yield endpoint, folder, place / "out"


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, KILLS))]
)
def test_a_killed_run_is_finished_by_the_next_and_asks_little_twice(
    undisturbed: tuple[Endpoint, Path, Path], tmp_path: Path, seed: int
) -> None:
    endpoint, folder, out = undisturbed
    chance, asked = random.Random(seed), len(endpoint.log)  # noqa: S311 - no secret
    with start(folder, tmp_path, endpoint) as process:
        when_asked(endpoint, asked + chance.randrange(ITEMS), process)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.communicate()
    assert 0 == whole(folder, tmp_path, endpoint)
    assert final(out) == final(tmp_path)
    assert len(endpoint.log) - asked - ITEMS <= AT_ONCE


def test_after_ctrl_c_what_is_under_way_is_finished_and_the_rest_is_left(
    prompts: Prompts, tmp_path: Path
) -> None:
    folder, out = prompts(30), tmp_path / "out"
    with Endpoint(reply=grounded, latency=0.3) as endpoint:
        with start(folder, out, endpoint) as process:
            when_asked(endpoint, 10, process)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert (130, "interrupted") == (process.returncode, said.decode().splitlines()[-1])
        done, asked = len(final(out)) - 1, len(endpoint.log)
        assert asked == done < 30
        assert 0 == whole(folder, out, endpoint)
        assert (30, 31) == (len(endpoint.log), len(final(out)))


@pytest.mark.long
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
