"""Jobs against the loopback server, with the waits of a real run made short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.bulk import Job, Options, asking, find, limits
from assistant.catalog import Catalog
from assistant.generation.openai_chat import OpenAIChat
from assistant.pipeline import Assistant
from assistant.settings import Settings

from .server import Endpoint

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.txt"))
MakeJob = Callable[..., Job]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are tried again at once; what an endpoint asks for is waited for all the same."""
    for module in (asking, limits):
        monkeypatch.setattr(module, "backoff", lambda _: 0.001)


@pytest.fixture
def prompts(tmp_path: Path) -> Callable[[int], Path]:
    """A folder with ``n`` prompt files of different contents."""

    return lambda count: written(tmp_path / "in", count)


def written(folder: Path, count: int) -> Path:
    """``folder`` with ``count`` prompt files that differ."""
    folder.mkdir(exist_ok=True)
    for n in range(count):
        text = GOLDEN[n % len(GOLDEN)].read_text("utf-8")
        (folder / f"{n}.txt").write_text(text.replace('"\n', f' (row {n})"\n', 1), "utf-8")
    return folder


@pytest.fixture
def job(catalog: Catalog, tmp_path: Path) -> MakeJob:
    """A job that asks an endpoint, or lets the composer write where none is given."""

    def made(folder: Path, endpoint: Endpoint | None = None, **given: Any) -> Job:
        repair = given.pop("repair", 0)
        out = given.pop("out", tmp_path / "out")
        model = given.pop("model", "loopback-1")
        timeout = given.pop("timeout", 20)
        generator = None
        if endpoint:
            settings = Settings(timeout=timeout)
            generator = OpenAIChat(model, endpoint.url, "a key", settings=settings)
        assistant = Assistant(given.pop("catalog", catalog), generator, repair=repair)
        return Job(assistant, find([str(folder)], out), out, Options(**given))

    return made
