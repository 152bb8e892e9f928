"""Milvus as the store of vectors, on Milvus Lite: what FAISS finds, in one process at a time."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from warm_index import KEPT, warm

from assistant.catalog import Catalog
from assistant.cli import doctor
from assistant.errors import BackendError, InputError
from assistant.question import read
from assistant.retrieval import connection
from assistant.retrieval.address import Address, address
from assistant.retrieval.connection import connected
from assistant.retrieval.index import Index, open_index
from assistant.retrieval.search import Search

needs_lite = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("pymilvus", "milvus_lite"))),
    reason="Milvus Lite is not installed: pip install 'sr-assistant[milvus]'",
)
quiet = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TEN = 10


def questions(count: int) -> list[str]:
    """Wishes as people type them, of our own training questions."""
    folder = Path(__file__).parents[1] / "training" / "questions"
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.open()]
    dice = random.Random(0)  # noqa: S311 - no secret
    return dice.sample(sorted({json.loads(line)["text"] for line in lines}), count)


@pytest.mark.parametrize(
    ("given", "uri", "name"),
    [
        ("milvus://db:19530", "http://db:19530", "sr_assistant"),
        ("milvus://db:19530/papers", "http://db:19530", "papers"),
    ],
)
def test_a_server_is_named_by_host_and_collection(given: str, uri: str, name: str) -> None:
    """A server is named by its host, and perhaps by a collection."""
    assert Address(uri, name, "key") == address(given, "key")


def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    """A path that ends in .db is a file of Milvus Lite."""
    at = address(str(tmp_path / "vectors.db"))
    assert (True, str(tmp_path / "vectors.db")) == (at.local, at.uri)


@pytest.mark.parametrize(
    "given", ["redis://db", "vectors", "milvus://", "milvus://db/a-b", "/nowhere/at/all/v.db"]
)
def test_what_names_no_store_is_refused_in_one_line(given: str) -> None:
    """What is neither a server nor a file is refused, and the remedy named."""
    with pytest.raises(InputError, match="the store") as caught:
        address(given)
    assert "\n" not in caught.value.message
    assert "SRA_STORE" in caught.value.hint


def test_a_key_in_the_address_is_not_repeated() -> None:
    """A key in the address is refused without being printed."""
    with pytest.raises(InputError) as caught:
        address("milvus://root:secret@db:19530")
    assert "secret" not in caught.value.message + caught.value.hint


def test_without_the_extra_one_line_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, catalog: Catalog
) -> None:
    """Without pymilvus the error names the extra to install."""
    monkeypatch.setattr(connection.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InputError) as caught:
        open_index(catalog, tmp_path, store=address(str(tmp_path / "v.db")))
    assert "pip install 'sr-assistant[milvus]'" in caught.value.hint
    assert 2 == caught.value.code


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of Milvus Lite and a cache, for all tests here."""
    folder = tmp_path_factory.mktemp("lite")
    (folder / "cache").mkdir()
    (folder / "cache" / "index").symlink_to(warm() / "index")
    return folder


@pytest.fixture
def opened(lite: Path, catalog: Catalog) -> Index:
    """The built-in catalog with its vectors in Milvus Lite."""
    return open_index(catalog, lite / "cache", store=address(str(lite / "vectors.db")), prune=True)


@needs_lite
@quiet
@pytest.mark.long
def test_milvus_finds_what_faiss_finds(opened: Index, catalog: Catalog) -> None:
    """Of the ten nearest and of the ten best of 1,000 wishes at least 99 % are the same."""
    exact = open_index(catalog, KEPT)
    theirs, ours = Search.of(catalog, opened), Search.of(catalog, exact)
    same = {"nearest": 0, "models": 0, "best": 0}
    wishes = questions(1000)
    for text in wishes:
        wish = read(text, catalog.vocabulary, catalog.labels)
        pairs = {
            "nearest": [[f.id for f in i.store.search(text, TEN)] for i in (opened, exact)],
            "models": [
                [f.id for f in i.store.search(text, TEN, kind="model")] for i in (opened, exact)
            ],
            "best": [[r.entry.id for r in s.find(text, wish, TEN)] for s in (theirs, ours)],
        }
        for name, (one, other) in pairs.items():
            assert TEN == len(one) == len(other)
            same[name] += len({*one} & {*other})
    assert all(count >= 0.99 * TEN * len(wishes) for count in same.values()), same


@needs_lite
@quiet
@pytest.mark.long
def test_what_the_catalog_lost_is_not_found_and_then_removed(
    opened: Index, catalog: Catalog, lite: Path
) -> None:
    """A record that the catalog lost is passed over, and removed when the index is pruned."""
    at, rows = address(str(lite / "vectors.db")), opened.store.size
    gone = opened.store.search("sharpen a photo", 5)
    smaller = Catalog([e for e in catalog if e.id not in {f.id for f in gone}], catalog.vocabulary)
    exact = open_index(smaller, lite / "other")
    for prune in (False, True):
        left = open_index(smaller, lite / "cache", store=at, prune=prune)
        for text in questions(20):
            wanted = [found.id for found in exact.store.search(text, TEN)]
            assert wanted == [found.id for found in left.store.search(text, TEN)]
        assert (rows == left.store.size) is not prune
    again = open_index(catalog, lite / "cache", store=at)
    assert again.change is not None
    assert (rows, 0) == (again.store.size, again.change.embedded)


@needs_lite
@quiet
@pytest.mark.long
def test_keep_narrows_what_may_be_found(opened: Index) -> None:
    """A filter of the caller's holds, however deep one has to look."""
    found = opened.store.search("deblur a photo", 3, keep=lambda passage: passage.kind == "concept")
    assert ["concept"] * 3 == [one.passage.kind for one in found]


@needs_lite
@quiet
@pytest.mark.long
def test_vectors_are_those_of_faiss(opened: Index, catalog: Catalog) -> None:
    """The vectors of records are those that FAISS holds."""
    ids = [entry.id for entry in catalog][:7]
    exact = open_index(catalog, KEPT).store.vectors(ids)
    assert pytest.approx(exact, abs=1e-6) == opened.store.vectors(ids)


@needs_lite
@quiet
@pytest.mark.long
def test_doctor_makes_no_store(
    opened: Index, lite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the store makes neither file nor collection, and counts what is there."""
    monkeypatch.setenv("SRA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SRA_STORE", str(tmp_path / "none.db"))
    assert ("warn", "sr-assistant catalog index") == doctor._index()[::2]
    assert [] == [*tmp_path.iterdir()]
    monkeypatch.setenv("SRA_STORE", str(tmp_path / "another.db"))
    client = connected(address(str(tmp_path / "another.db")))
    assert "warn" == doctor._index()[0]
    assert [] == client.list_collections()
    client.close()
    monkeypatch.setenv("SRA_STORE", str(lite / "vectors.db"))
    assert doctor._index()[1].startswith(f"{opened.store.size} vectors in Milvus, ")


@needs_lite
@quiet
@pytest.mark.long
def test_a_second_process_gets_one_line(opened: Index, lite: Path) -> None:
    """A file that another process has open is refused in one line, with the code of an index."""
    assert opened.store.size
    asked = [sys.executable, "-m", "assistant", "search", "deblur"]
    done = subprocess.run(
        asked,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={
            **os.environ,
            "SRA_STORE": str(lite / "vectors.db"),
            "SRA_CACHE": str(lite / "cache"),
        },
    )
    assert (3, "") == (done.returncode, done.stdout)
    assert ["another process has it open", "hint:"] == [
        next(word for word in ("another process has it open", "hint:") if word in line)
        for line in done.stderr.splitlines()
    ]


@needs_lite
@quiet
@pytest.mark.long
def test_a_server_that_is_not_there_is_a_backend_that_cannot_be_reached(
    catalog: Catalog, tmp_path: Path
) -> None:
    """A server that does not answer is named, with the code of a backend."""
    at = Address("http://127.0.0.1:9", "sr_assistant")
    with pytest.raises(BackendError, match="cannot be reached") as caught:
        open_index(catalog, tmp_path, store=at)
    assert 4 == caught.value.code
