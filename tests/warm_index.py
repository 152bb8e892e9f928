"""One index of the built-in catalog for the tests, built and kept up by the command itself."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path


@cache
def warm() -> Path:
    """The cache folder with that index, kept in the checkout for the next session.

    Workers of pytest-xdist and sessions side by side share it; a changed record is all that
    a later session embeds.
    """
    place = Path(__file__).parents[1] / ".pytest_cache" / "warm-index"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "session.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-m", "assistant", "catalog", "index"],
            env={**os.environ, "SRA_CACHE": str(place)},
            check=True,
            capture_output=True,
        )
    return place
