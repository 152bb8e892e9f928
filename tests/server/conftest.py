"""The tests of the server need the packages of the extra ``serve``, and the clients they try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs the extra: pip install 'sr-assistant[serve]'")
pytest.importorskip("uvicorn", reason="needs the extra: pip install 'sr-assistant[serve]'")

from warm_index import warm

from .running import Running, running


@pytest.fixture(scope="session", autouse=True)
def warm_home(home: Path) -> Iterator[None]:
    """An index that is up to date, and a data folder of the session's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRA_CACHE", str(warm()))
        patch.setenv("SRA_DATA", str(home / "serve-data"))
        yield


@pytest.fixture(scope="session")
def server(warm_home: None) -> Iterator[Running]:
    """A server with the offline composer, shared by tests that leave it as it was."""
    with running() as one:
        yield one
