"""Catalogs that are looked into and not held: records on disk, and the index over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.catalog import BrokenCatalogError, Catalog, Entry, shelf, shelving
from assistant.catalog import large as catalogs
from assistant.catalog.elsewhere import Same
from assistant.catalog.large import LargeCatalog
from assistant.catalog.load import json_line
from assistant.catalog.said import said
from assistant.encoder.embedding import EmbeddingModel, Identity
from assistant.encoder.kept import directions
from assistant.errors import CatalogError
from assistant.question import Wish, read
from assistant.retrieval import inverted, large, part
from assistant.retrieval.index import Index, is_sound, open_index
from assistant.retrieval.inverted import Inverted, write_inverted
from assistant.retrieval.parts import PartStore
from assistant.retrieval.passages import passages
from assistant.retrieval.search import Search
from assistant.retrieval.vectors import unit

QUESTIONS = ("Which model do I use for 3x?", "remove rain from a photo", "RCAN", "is it deblurred?")


class Hashed:
    """Each text has a direction of its own; ``left`` is how many it embeds before it stops."""

    def __init__(self, left: int = 10**9) -> None:
        self.embedded, self.left = list[str](), left

    def embed_query(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
        return np.random.default_rng(seed).normal(size=16).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.left -= len(texts)
        if self.left < 0:
            raise KeyboardInterrupt
        self.embedded += texts
        return [self.embed_query(text) for text in texts]


def model(encoder: Hashed) -> EmbeddingModel:
    return EmbeddingModel(Identity("hashed", "1", 0, 16, 9), Hashed, lambda: encoder)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, boxes hold 40 records and blocks 8."""
    monkeypatch.setattr(catalogs, "LARGE", 1)
    monkeypatch.setattr(shelf, "BOX", 40)
    monkeypatch.setattr(part, "BLOCK", 8)


@pytest.fixture
def some(catalog: Catalog) -> list[Entry]:
    """150 records of the built-in catalog, of all kinds, in the order of a folder."""
    return [*catalog.models[:60], *catalog.papers[:60], *catalog.concepts[:30]]


@pytest.fixture
def root(tmp_path: Path, some: list[Entry]) -> Path:
    """A catalog folder of JSON lines with these records."""
    root = tmp_path / "catalog"
    write(root, some)
    return root


def write(root: Path, entries: list[Entry]) -> None:
    for kind in ("model", "paper", "concept"):
        file = root / f"{kind}s" / "some.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{json_line(e)}\n" for e in entries if e.kind == kind))
    receipts = {f.place.partition(": ")[2] for e in entries for f in (*e.facts, *e.measured)}
    receipts |= {f.place.partition(": ")[2] for e in entries for f in e.figures}
    receipts |= {place.partition(": ")[2] for e in entries for place in e.places.values()}
    for name in receipts:
        if name.startswith("receipts/") or name.endswith(".json"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()


@pytest.fixture
def load(root: Path, tmp_path: Path) -> Callable[[], LargeCatalog]:
    def load_() -> LargeCatalog:
        loaded = Catalog.load(root, cache=tmp_path / "cache")
        assert isinstance(loaded, LargeCatalog)
        return loaded

    return load_


def test_what_records_speak_of_is_told_without_reading_each_paper(
    root: Path, tmp_path: Path
) -> None:
    """Of a large catalog the models and the glossary tell it."""
    opened = LargeCatalog.opened(root, tmp_path / "cache")
    assert {"model", "concept"} == {entry.kind for entry, _ in said(opened)}


def test_a_large_catalog_holds_what_a_held_one_holds(
    load: Callable[[], LargeCatalog], some: list[Entry], root: Path
) -> None:
    """Records with their ports, look-ups and labels are those of the same records in memory."""
    bare = some[0].model_copy(update={"input": "", "output": ""})
    write(root, [bare, *some[1:]])
    ours = load()
    held = Catalog([bare, *some[1:]], ours.vocabulary)
    assert [*held] == [*ours.entries] == [ours.entries[n] for n in range(len(ours))]
    assert (held.models, held.papers, held.concepts) == (
        ours.models,
        tuple(ours.papers),
        ours.concepts,
    )
    assert held.labels == ours.labels
    for entry in held:
        assert entry == ours.get(entry.id)
        assert held.called(entry.name) == ours.called(entry.name)
        assert held.called(entry.title.upper()) == ours.called(entry.title.upper())
        assert held.find(entry.title, ()) == ours.find(entry.title, ())
        assert held.find("nobody", entry.links) == ours.find("nobody", entry.links)
    assert (None, ()) == (ours.get("nobody"), ours.called("nobody"))


def test_the_demonstration_of_a_paper_is_found_by_the_link_of_a_model(
    load: Callable[[], LargeCatalog], some: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model shows the demonstration of the paper that it links, and no other paper is read."""
    ours = load()
    held = Catalog(some, ours.vocabulary)
    pairs = [(m, p) for m in held.models if m.paper and (p := held.find("nobody", [m.paper]))]
    one, paper = next((m, p) for m, p in pairs if p.id != m.id)
    ours.demos = {paper.id: "shown"}
    monkeypatch.setattr(LargeCatalog, "papers", property(lambda _: pytest.fail("all are read")))
    assert "shown" == ours.demo(one)
    assert ours.demo(next(m for m in held.models if m.paper != one.paper)) is None


def test_another_machine_opens_the_same_large_catalog_or_refuses(
    load: Callable[[], LargeCatalog], root: Path, tmp_path: Path
) -> None:
    """Another machine keeps the catalog in a cache of its own; other records are refused."""
    digest = load().digest
    found = Same(root, tmp_path / "another", digest)()
    assert (LargeCatalog, digest) == (type(found), found.digest)
    with pytest.raises(CatalogError, match="another catalog"):
        Same(None, tmp_path / "another", digest)()


def test_an_unchanged_folder_is_not_read_again(
    load: Callable[[], LargeCatalog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a folder in which no file has changed reads no record."""
    before = load().digest
    monkeypatch.setattr(shelving, "lines_of", lambda _: pytest.fail("read again"))
    assert before == load().digest


def test_the_digest_is_one_of_records_and_not_of_how_they_came(
    load: Callable[[], LargeCatalog], root: Path, some: list[Entry], tmp_path: Path
) -> None:
    """Records added and removed in other batches, and the same at once, have one digest."""

    def grown(cache: str, *batches: list[Entry]) -> str:
        for batch in batches:
            write(root, sorted(batch, key=some.index))
            found = Catalog.load(root, cache=tmp_path / cache)
        return found.digest

    whole = grown("at-once", some)
    assert {whole} == {
        grown("forwards", some[:70], some[:130], some),
        grown("backwards", some[100:], some[30:], some),
        grown("there-and-back", some, some[40:], some),
    }
    assert whole != grown("at-once", some[1:])


def test_only_new_lines_are_validated(
    load: Callable[[], LargeCatalog],
    root: Path,
    some: list[Entry],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a changed folder only the lines that are new are validated; lost ones are not found."""
    load()
    seen: list[str] = []
    before = shelving.found_in

    def found_in(line: shelving.Line) -> object:
        seen.append(json.loads(line.raw)["id"])
        return before(line)

    monkeypatch.setattr(shelving, "found_in", found_in)
    changed = some[1].model_copy(update={"does": "It does another thing."})
    write(root, [changed, *some[2:]])
    ours = load()
    assert [changed.id] == seen
    assert (None, changed, 149) == (ours.get(some[0].id), ours.get(changed.id), len(ours))
    assert {entry.id for entry in some[1:]} == {entry.id for entry in ours}


def test_a_broken_line_is_named(load: Callable[[], LargeCatalog], root: Path) -> None:
    """A record that is none is named by file and line."""
    file = root / "papers" / "some.jsonl"
    with file.open("a") as opened:
        opened.write('{"id": "x", "title": "X"}\n')
    with pytest.raises(BrokenCatalogError, match=r"some\.jsonl:61:"):
        load()


def test_an_id_that_stands_twice_is_named(
    load: Callable[[], LargeCatalog], root: Path, some: list[Entry]
) -> None:
    """Two records with one id are a problem, wherever they stand."""
    other = some[0].model_copy(update={"does": "It does another thing."})
    (root / "models" / "more.jsonl").write_text(f"{json_line(other)}\n")
    with pytest.raises(BrokenCatalogError, match=f"2 records have the id {some[0].id}"):
        load()


def indexes(
    ours: LargeCatalog, some: list[Entry], tmp_path: Path
) -> tuple[tuple[LargeCatalog, Index], tuple[Catalog, Index]]:
    held = Catalog(some, ours.vocabulary)
    encoder = model(Hashed())
    return (
        (ours, open_index(ours, tmp_path / "cache", model=encoder)),
        (held, open_index(held, tmp_path / "held", model=encoder)),
    )


def test_a_large_catalog_is_searched_as_a_held_one(
    load: Callable[[], LargeCatalog], some: list[Entry], tmp_path: Path
) -> None:
    """Nearness, words, stated facts and the order of a search are those of the small index."""
    (ours, one), (held, other) = indexes(load(), some, tmp_path)
    assert other.store.size == one.store.size
    for question in QUESTIONS:
        for kind in (None, "model", "paper", "concept"):
            near = [
                [
                    (f.id, round(f.score, 5), f.nth)
                    for f in index.store.search(question, 20, kind=kind)
                ]
                for index in (one, other)
            ]
            assert near[0] == near[1]
            said = [
                [(i, round(s, 9)) for i, s in index.lexical.search(question, 20, kind=kind)]
                for index in (one, other)
            ]
            assert said[0] == said[1]
            wish = read(question, ours.vocabulary, ours.labels)
            found = [
                [(r.entry.id, r.fit.verdict) for r in search.find(question, wish, 20, kind)]  # type: ignore[arg-type]  # of a loop
                for search in (Search.of(ours, one), Search.of(held, other))
            ]
            assert found[0] == found[1]
    ids = [entry.id for entry in some[::7]]
    assert pytest.approx(other.store.vectors(ids), abs=1e-6) == one.store.vectors(ids)


def test_what_is_crossed_out_is_not_found(
    load: Callable[[], LargeCatalog], root: Path, some: list[Entry], tmp_path: Path
) -> None:
    """What the catalog lost is in no ranking, and nothing is embedded for it."""
    indexes(load(), some, tmp_path)
    write(root, some[5:])
    ours, encoder = load(), Hashed()
    index = open_index(ours, tmp_path / "cache", model=model(encoder))
    gone = {entry.id for entry in some[:5]}
    for question in (*QUESTIONS, *(entry.title for entry in some[:5])):
        wish = Wish(task=some[0].task, named=tuple(gone))
        assert not gone & {f.id for f in index.store.search(question, 200)}
        assert not gone & {i for i, _ in index.lexical.search(question, 200)}
        assert not gone & {r.entry.id for r in Search.of(ours, index).find(question, wish, 200)}
    assert [] == encoder.embedded


def test_a_stopped_build_goes_on_where_it_was(
    load: Callable[[], LargeCatalog], some: list[Entry], tmp_path: Path
) -> None:
    """What was embedded before a build was stopped is not embedded again."""
    stopped = Hashed(60)
    with pytest.raises(KeyboardInterrupt):
        open_index(load(), tmp_path / "cache", model=model(stopped))
    assert not is_sound(load(), tmp_path / "cache", model=model(stopped))
    second, heard = Hashed(), list[tuple[int, int]]()
    index = open_index(
        load(), tmp_path / "cache", model=model(second), progress=lambda *told: heard.append(told)
    )
    assert 60 >= len(stopped.embedded) > 0
    assert sum(len(passages(entry)) for entry in some) == index.store.size
    assert not {*stopped.embedded} & {*second.embedded}
    assert ((150, 150), True) == (heard[-1], heard == sorted(heard))


def test_many_small_boxes_become_one_without_embedding(
    load: Callable[[], LargeCatalog], root: Path, some: list[Entry], tmp_path: Path
) -> None:
    """Records that come one by one are packed together, and their vectors copied."""
    encoder = Hashed()
    for count in range(140, 151):
        write(root, [*some[: count - 90], *some[60:150]])
        index = open_index(load(), tmp_path / "cache", model=model(encoder))
    assert len([box for box in load().boxes if box.place == "models"]) <= shelving.MANY + 1
    assert sum(len(passages(entry)) for entry in some) == index.store.size
    assert len({*encoder.embedded}) == len(encoder.embedded)
    assert {path.stem for path in (tmp_path / "cache" / "shelf").glob("*.jsonl")} == {
        box.name for box in load().boxes
    }


def test_a_damaged_index_is_made_anew(load: Callable[[], LargeCatalog], tmp_path: Path) -> None:
    """A file of vectors that is not as it was written makes its part unsound."""
    open_index(load(), tmp_path / "cache", model=model(Hashed()))
    damaged = next((tmp_path / "cache" / "index" / large.FOLDER).glob("*.vectors"))
    damaged.write_bytes(damaged.read_bytes()[:-16])
    assert not is_sound(load(), tmp_path / "cache", model=model(Hashed()))
    open_index(load(), tmp_path / "cache", model=model(Hashed()))
    assert is_sound(load(), tmp_path / "cache", model=model(Hashed()))


def test_the_wished_recall_is_remembered(load: Callable[[], LargeCatalog], tmp_path: Path) -> None:
    """A recall that was asked for once holds until another is."""
    for asked, kept in ((None, inverted.RECALL), (0.9, 0.9), (None, 0.9)):
        index = open_index(load(), tmp_path / "cache", model=model(Hashed()), recall=asked)
        assert isinstance(index.store, PartStore)
        assert kept == index.store.recall


def test_lists_find_the_share_that_is_asked_for(tmp_path: Path) -> None:
    """As many lists are looked into as the recall needs that was measured on the vectors."""
    dice = np.random.default_rng(0)
    centers = dice.standard_normal((40, 16), np.float32)
    vectors = centers[dice.integers(0, 40, 4000)] + dice.standard_normal((4000, 16), np.float32)
    kept = directions(unit(vectors))
    write_inverted(tmp_path / "some.faiss", kept)
    lists = Inverted(tmp_path / "some.faiss")
    assert lists.probes(0.5) < lists.probes(0.98) <= lists.probes(1) == lists.lists
    queries = unit(unit(centers) + 0.3 * unit(dice.standard_normal((40, 16))))
    exact = np.argsort(-(unit(kept) @ queries.T), axis=0, kind="stable")[:10].T
    for recall in (0.9, 1):
        found = [lists.rows(q[None], 40, lists.probes(recall)) for q in queries]
        share = np.mean(
            [len({*one} & {*other}) / 10 for one, other in zip(found, exact, strict=True)]
        )
        assert share >= recall - 0.02
