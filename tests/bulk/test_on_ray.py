"""A run whose workers are lost: the same bytes as on one machine, and nothing asked again."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cluster.scripted import Scripted

from assistant.bulk import Job
from assistant.bulk import job as jobs
from assistant.bulk.keys import Keys
from assistant.bulk.on_ray import Alike
from assistant.catalog import Catalog
from assistant.cluster import NoWorkersError
from assistant.cluster.engine import LostError
from assistant.errors import CatalogError
from assistant.generation.openai_chat import OpenAIChat
from assistant.pipeline import Assistant
from assistant.settings import Settings

from .conftest import MakeJob
from .replies import grounded
from .server import Endpoint

Prompts = Callable[[int], Path]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The engine of every job with ``engine="ray"``."""
    made = Scripted(3)
    monkeypatch.setattr(jobs, "RayEngine", lambda _: made)
    return made


def final(job: Job) -> dict[str, bytes]:
    names = [*(job.out / "answers").iterdir(), job.out / "results.jsonl"]
    return {path.name: path.read_bytes() for path in names}


def spread(job: Job) -> dict[str, Any]:
    """The report of a run on workers that answer as the assistant of ``job`` does."""
    return job.run(opener=lambda: job.assistant)


def test_lost_workers_change_no_byte_and_no_reply_is_asked_for_twice(
    prompts: Prompts, job: MakeJob, engine: Scripted, tmp_path: Path
) -> None:
    folder = prompts(12)
    engine.lost = {2, 5, 6}
    with Endpoint(reply=grounded) as endpoint:
        one = job(folder, endpoint, out=tmp_path / "one")
        one.run()
        work = job(folder, endpoint, engine="ray")
        report = spread(work)
        assert 2 * 12 == len(endpoint.log)
    assert {"size": 3, "lost": 3, "done_again": 3} == report["workers"]
    assert final(one) == final(work)


def test_questions_are_searched_for_by_the_workers(
    job: MakeJob, engine: Scripted, tmp_path: Path
) -> None:
    asked = tmp_path / "asked.csv"
    asked.write_text("id,question\na,RCAN or HAN?\nb,Which model for 3x on a phone?\n", "utf-8")
    one = job(asked, out=tmp_path / "one")
    one.run()
    work = job(asked, engine="ray")
    spread(work)
    assert (4, final(one)) == (engine.begun, final(work))


def test_a_run_that_changes_nothing_hires_nobody(
    prompts: Prompts, job: MakeJob, engine: Scripted
) -> None:
    folder = prompts(2)
    job(folder).run()
    report = job(folder, engine="ray").run()
    assert (2, 0) == (report["counts"]["cached"], engine.hired)


def test_where_all_workers_are_lost_the_run_stops_and_the_next_goes_on(
    prompts: Prompts, job: MakeJob, engine: Scripted
) -> None:
    folder = prompts(8)

    def fail(number: int) -> Exception | None:
        return LostError("its node is gone") if number > 3 else None

    engine.opens, engine.lost = fail, {4, 5, 6}
    with Endpoint(reply=grounded) as endpoint:
        work = job(folder, endpoint, engine="ray")
        report = spread(work)
        assert ("no_workers", 3) == (report["ended_by"]["code"], report["counts"]["answered"])
        assert 0 == report["counts"]["failed"]
        job(folder, endpoint).run()
        assert (8, 9) == (len(endpoint.log), len(final(work)))


def test_workers_that_cannot_be_had_are_told_before_anything_is_asked(
    prompts: Prompts, job: MakeJob, engine: Scripted
) -> None:
    engine.opens = lambda _: LostError("no module named assistant")
    with Endpoint() as endpoint, pytest.raises(NoWorkersError, match="no module named assistant"):
        job(prompts(2), endpoint, engine="ray").run()
    assert [] == endpoint.log


def test_what_opens_workers_travels_without_keys_and_names_the_language_model(
    catalog: Catalog, tmp_path: Path
) -> None:
    settings = Settings(api_keys="served-key", generator="openai", llm="loopback-1")
    model = OpenAIChat("loopback-1", "http://127.0.0.1:1/v1", "a-secret", settings=settings)
    assistant = Assistant(catalog, model)
    keys = Keys.of(assistant, related=3, render=False)
    sent = pickle.dumps(Alike.of(settings, assistant, keys, 3))
    assert not [key for key in (b"a-secret", b"served-key") if key in sent]
    opened = pickle.loads(sent)()  # noqa: S301 - made two lines above
    assert ("openai:loopback-1", catalog.digest) == (opened.generator.name, opened.catalog.digest)


def test_a_worker_with_another_catalog_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    smaller = Assistant(Catalog(catalog.entries[1:], catalog.vocabulary))
    keys = Keys.of(smaller, related=3, render=False)
    with pytest.raises(CatalogError, match="another version, catalog or weights"):
        Alike.of(Settings(), smaller, keys, 3)()
