"""Real clusters of Ray in this machine, with nodes that are killed while they work."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cluster import Nodes, answered, disturbed, final, index, killed_at_work, made, start
from .conftest import written
from .replies import grounded
from .server import Endpoint

pytest.importorskip("ray", reason="needs: pip install 'sr-assistant[ray]'")
pytestmark = pytest.mark.long

ROWS = int(os.environ.get("RAY_ROWS", "2000"))


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    made = Nodes()
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore")  # of Ray's own start
def test_a_node_killed_in_the_middle_changes_no_byte_and_no_reply_is_paid_twice(
    nodes: Nodes, tmp_path: Path
) -> None:
    folder = written(tmp_path / "in", ROWS)
    with Endpoint(reply=grounded) as endpoint:
        with start(
            folder, tmp_path / "ray", endpoint, "--engine", "ray", "--ray-address", nodes.address
        ) as run:
            assert 1 == len(disturbed(nodes, run, tmp_path / "ray", [ROWS // 2]))
            printed, said = run.communicate(timeout=1800)
        assert (0, b"") == (run.returncode, printed), said.decode()
        assert ROWS == len(endpoint.log)
        with start(folder, tmp_path / "one", endpoint) as one:
            one.communicate(timeout=1800)
    report = json.loads((tmp_path / "ray/run.json").read_text("utf-8"))
    assert (ROWS, 0) == (report["counts"]["answered"], report["counts"]["failed"])
    assert 1 <= report["workers"]["lost"]
    assert report["workers"]["done_again"] <= report["workers"]["lost"]
    lines = map(json.loads, (tmp_path / "ray/journal.jsonl").read_text("utf-8").splitlines())
    assert {"answer": ROWS, "reply": ROWS} == Counter(line["t"] for line in lines)
    assert final(tmp_path / "one") == final(tmp_path / "ray")


@pytest.mark.filterwarnings("ignore")
def test_after_ctrl_c_or_a_kill_of_the_command_the_next_run_asks_for_the_rest(
    nodes: Nodes, tmp_path: Path
) -> None:
    folder, out = written(tmp_path / "in", 120), tmp_path / "out"
    ray = ("--engine", "ray", "--ray-address", nodes.address)
    with Endpoint(reply=grounded, latency=0.05) as endpoint:
        for ending, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
            before = answered(out)
            with start(folder, out, endpoint, *ray, at_once=8) as run:
                while answered(out) < before + 20 and run.poll() is None:
                    time.sleep(0.05)
                run.send_signal(ending)
                _, said = run.communicate(timeout=120)
            assert code == run.returncode, said.decode()
        with start(folder, out, endpoint, *ray, at_once=8) as run:
            run.communicate(timeout=600)
        assert (0, 121) == (run.returncode, len(final(out)))
        assert len(endpoint.log) - 120 <= 8


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("killed", [False, True])
def test_an_index_made_on_two_nodes_has_the_bytes_of_one_process(
    nodes: Nodes, tmp_path: Path, killed: bool
) -> None:
    """The same vectors come out, whether a node is killed meanwhile or none."""
    source = Path(__file__).parents[2] / "catalog"
    shutil.copytree(source / "concepts", tmp_path / "catalog" / "concepts")
    shutil.copy(source / "vocabulary.yaml", tmp_path / "catalog")
    where = ("--catalog", str(tmp_path / "catalog"))
    ray = ("--engine", "ray", "--ray-address", nodes.address)
    for cache, more in (("one", ()), ("ray", ray)):
        with index(tmp_path / cache, *where, *more) as run:
            assert not (killed and more) or killed_at_work(nodes, run)
            _, said = run.communicate(timeout=1800)
        assert 0 == run.returncode, said.decode()
    assert {} != made(tmp_path / "one") == made(tmp_path / "ray")
