"""One index of the built-in catalog for a whole session, built by the command itself."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest


def warm(factory: pytest.TempPathFactory) -> Path:
    """The cache folder with that index; the workers of pytest-xdist share one."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    cache = base / "warm-index"
    with (base / "warm-index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.is_dir():
            subprocess.run(
                [sys.executable, "-m", "assistant", "catalog", "index"],
                env={**os.environ, "SRA_CACHE": str(cache)},
                check=True,
                capture_output=True,
            )
    return cache
