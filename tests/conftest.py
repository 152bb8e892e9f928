"""What all tests share: a home of their own, the catalog, the five example prompt files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import langchain_core  # noqa: F401 - its warning filter comes first, so that ours win in each test
import pytest
from hypothesis import settings
from warm_index import catalog as compiled
from warm_index import lend

from assistant import prompts
from assistant.catalog import Catalog
from assistant.prompts import Request

GOLDEN = Path(__file__).parent / "golden"

# Threads of two workers on two cores would spin waiting for each other; commands inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Machines differ in speed, results do not; `--hypothesis-profile thorough` draws more, and anew.
settings.register_profile("quick", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=300)
settings.load_profile("quick")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home without settings of the user; what a test writes there outlives no session."""
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place))
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        lend(place / "cache" / "sr-assistant")
        patch.setenv("XDG_CONFIG_HOME", str(place / "config"))
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        for name in [name for name in os.environ if name.upper().startswith("SRA_")]:
            patch.delenv(name)
        yield place


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the checkout; tests that need it are skipped without it."""
    place = Path(__file__).parents[2] / "shared"
    if not place.is_dir():
        pytest.skip(f"{place} is not there: it lies beside the checkout on the project's machines")
    return place


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The built-in catalog."""
    return compiled()


@pytest.fixture(scope="session")
def rulers(shared: Path) -> list[str]:
    """The questions that results are measured on."""
    names = ("voices", "cnaps", "cnaps-more", "openmodeldb-questions")
    files = [sorted((shared / "bench" / name).glob("que*.jsonl"))[0] for name in names]
    return [json.loads(line)["text"] for f in files for line in f.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def seeds() -> dict[str, Request]:
    """The five example prompt files by their number, ``000`` to ``004``."""
    return {path.name[:3]: prompts.read(path) for path in sorted(GOLDEN.glob("*.txt"))}
