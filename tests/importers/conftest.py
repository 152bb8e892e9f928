"""What the tests of importers share: reading a text with an importer, and its problems apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, Entry, Problem
from assistant.catalog.importers import importer

Read = Callable[..., tuple[list[Entry], list[Problem]]]


@pytest.fixture
def read(tmp_path: Path, catalog: Catalog) -> Read:
    """Read a file (its text, under a name) or a path: the entries, and the problems."""

    def run(source: str, what: str | Path, name: str = "") -> tuple[list[Any], list[Any]]:
        path = tmp_path / name if isinstance(what, str) else what
        if isinstance(what, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(what, "utf-8")
        found = list(importer(source).read(path, catalog.vocabulary))
        return (
            [item for item in found if not isinstance(item, Problem)],
            [item for item in found if isinstance(item, Problem)],
        )

    return run
