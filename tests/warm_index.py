"""One cache of the built-in catalog for the tests, kept in the checkout for the next session.

Workers of pytest-xdist and sessions side by side share it; a changed record is all that a later
session reads or embeds.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from assistant.catalog import Catalog

KEPT = Path(__file__).parents[1] / ".pytest_cache" / "warm-index"


@cache
def catalog() -> Catalog:
    """The built-in catalog."""
    return Catalog.load(cache=KEPT)


@cache
def warm() -> Path:
    """The cache folder with an index of it, built and kept up by the command itself."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "session.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-m", "assistant", "catalog", "index"],
            env={**os.environ, "SRA_CACHE": str(KEPT)},
            check=True,
            capture_output=True,
        )
    return KEPT


def lend(cache: Path) -> None:
    """Give an empty cache folder the compiled catalog, not the index."""
    catalog()
    cache.mkdir(parents=True)
    (cache / "catalog").symlink_to(KEPT / "catalog")
