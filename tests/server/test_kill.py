"""A server that dies while it answers."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from warm_index import warm


def begun(data: Path) -> tuple[subprocess.Popen[str], str]:
    """A server of its own process, and where it listens, once it is ready."""
    server = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0"],
        env=os.environ | {"SRA_DATA": str(data), "SRA_CACHE": str(warm())},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    found = next(found for line in server.stderr if (found := re.search(r"http://\S+", line)))
    url = found[0].rstrip("/")
    for _ in range(600):
        if httpx2.get(f"{url}/readyz", timeout=10).status_code == 200:
            break
        time.sleep(0.05)
    return server, url


@pytest.mark.long
def test_a_kill_during_a_stream_loses_no_stored_turn(tmp_path: Path) -> None:
    """What was told to be stored is there after a kill, and the conversation goes on."""
    first, url = begun(tmp_path)
    said = {"message": "Which model do I use for 3x on a phone?", "stream": False}
    told = httpx2.post(f"{url}/api/chat", json=said, timeout=60).json()
    name = told["conversation"]
    more = {"message": "And for 4x?", "conversation": name, "stream": True}
    with httpx2.stream("POST", f"{url}/api/chat", json=more, timeout=60) as streamed:
        assert streamed.status_code == 200
        first.kill()
        first.communicate(timeout=10)
    second, url = begun(tmp_path)
    try:
        turns = httpx2.get(f"{url}/api/conversations/{name}", timeout=10).json()["turns"]
        assert said["message"] == turns[0]["message"]
        assert len(turns) in (1, 2)
        after = {"message": "And for 2x?", "conversation": name, "stream": False}
        assert httpx2.post(f"{url}/api/chat", json=after, timeout=60).status_code == 200
    finally:
        second.terminate()
        second.communicate(timeout=15)
