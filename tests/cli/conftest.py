"""Two ways to run the command: in a process of its own as users do, and quickly in this one."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warm_index import lend, warm

from assistant.cli import main

GOLDEN = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def golden() -> Path:
    return GOLDEN


@pytest.fixture(scope="session")
def warm_cache() -> Path:
    return warm()


@pytest.fixture
def cache(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that holds the index of the built-in catalog."""
    monkeypatch.setenv("SRA_CACHE", str(warm_cache))
    return warm_cache


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and a home with nothing but the compiled catalog."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    lend(tmp_path / "XDG_CACHE_HOME" / "sr-assistant")
    return folder


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalog of five records and a cache of its own."""
    monkeypatch.setenv("SRA_CACHE", str(tmp_path / "cache"))
    (tmp_path / "small/models").mkdir(parents=True)
    record = "{id: SISR-%s-3x, title: %s, name: %s, does: Enlarges., scales: [3]"
    for name in ("One", "Two", "Three", "Five", "Six"):
        (tmp_path / f"small/models/{name}.yaml").write_text(
            f"{record % (name, name, name)}, task: super-resolution}}"
        )
    return tmp_path / "small"


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run the command in this process, with these bytes on standard input."""

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["sr-assistant", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        code = stop.value.code
        assert isinstance(code, int)
        return Done(code, out, err)

    return run


@pytest.fixture(scope="session")
def sra() -> Callable[..., Done]:
    """Run the command in a process of its own."""

    def run(*arguments: object, stdin: bytes = b"", **changes: Any) -> Done:
        environment = {**os.environ, **changes.pop("env", {})}
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            env=environment,
            timeout=120,
            **changes,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def terminal() -> Callable[..., Done]:
    """Run the command on a terminal of 100 columns; what it shows is in ``out``."""

    def run(*arguments: object, **environment: str) -> Done:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "assistant", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "COLUMNS": "100", "TERM": "xterm-256color", **environment},
        ) as process:
            os.close(theirs)
            shown = b"".join(iter(lambda: _read(ours), b""))
            os.close(ours)
        return Done(process.wait(), shown.decode().replace("\r\n", "\n"), "")

    return run


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux says where the last writer is gone
        return b""
