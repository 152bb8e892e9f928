from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import files, stored
from assistant.catalog import Catalog, Entry, Model, Paper, Vocabulary
from assistant.content import folder
from assistant.encoder.embedding import EmbeddingModel, Identity, all_minilm
from assistant.encoder.kept import digests, directions
from assistant.errors import CatalogError
from assistant.retrieval import build, index
from assistant.retrieval.build import Change
from assistant.retrieval.index import KEPT, SHIPPED, Index, encoder_of, is_sound, open_index
from assistant.retrieval.passages import passages
from assistant.retrieval.vectors import unit

VOCABULARY = Vocabulary(
    tasks=(), subjects=(), degradations=(), devices=(), aspects=(), licenses=(), scopes=(), names=()
)
ARRAYS = [
    *("ids", "records", "starts", "texts", "vectors"),
    *("word_counts", "word_lengths", "word_records", "word_starts", "words"),
]


class Hashed:
    """Each text has a direction of its own; ``embedded`` are those it was asked for."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
        return np.random.default_rng(seed).normal(size=8).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded.extend(texts)
        return [self.embed_query(text) for text in texts]


class Encoders:
    """A tiny embedding model, what it embedded, and what happens meanwhile."""

    def __init__(self) -> None:
        self.encoder = Hashed()
        self.meanwhile: Callable[[], object] | None = None

    @property
    def embedded(self) -> list[str]:
        """The texts embedded since the last look."""
        found, self.encoder.embedded = self.encoder.embedded, []
        return found

    def documents(self) -> Hashed:
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            meanwhile()
        return self.encoder

    def model(self, version: str = "1") -> EmbeddingModel:
        identity = Identity("hashed", version, weight_bytes=0, dimension=8, max_tokens=9)
        return EmbeddingModel(identity, Hashed, self.documents)


@pytest.fixture
def encoders() -> Encoders:
    return Encoders()


@pytest.fixture
def opened(tmp_path: Path, encoders: Encoders) -> Callable[..., Index]:
    """Opens the index of some records in one cache with one encoder."""

    def open_(*entries: Entry, version: str = "1", **more: Any) -> Index:
        model = encoders.model(version)
        return open_index(catalog_of(*entries), tmp_path, model=model, **more)

    return open_


def model_of(name: str, *questions: str) -> Model:
    return Model(id=name, title=name, name=name, does="Enlarges.", example_questions=questions)


def nets(*numbers: int) -> list[Entry]:
    return [model_of(f"net-{n}", f"question {n}?") for n in numbers]


RCAN = model_of("RCAN", "how 3x?")
PAPER = Paper(id="p", title="A paper", name="A paper", does="Asks.", paper="https://a.org/1")


def catalog_of(*entries: Entry) -> Catalog:
    return Catalog(entries, VOCABULARY)


def pairs(cache: Path) -> list[Path]:
    return sorted((cache / "index").glob("*.json"))


def answers(opened: Index, query: str = "what does it enlarge?") -> object:
    """All that a search can tell."""
    return opened.store.search(query, 99), opened.lexical.search(query, 99)


def test_a_new_index_finds_records_by_their_passages(opened: Callable[..., Index]) -> None:
    """A question written on the card finds its record with a cosine of 1, by meaning and word."""
    made = opened(RCAN, PAPER)
    found = made.store.search("how 3x?", 1)[0]
    assert ("RCAN", "model", "how 3x?", pytest.approx(1, abs=1e-3)) == (
        found.id,
        found.passage.kind,
        found.passage.text,
        found.score,
    )
    assert ["RCAN"] == [entry_id for entry_id, _ in made.lexical.search("3x", 5)]
    assert ["p"] == [found.id for found in made.store.search("how 3x?", 5, kind="paper")]


def test_a_build_is_announced_with_the_number_of_records(opened: Callable[..., Index]) -> None:
    """The caller hears of the first opening, which embeds, and not of the second."""
    heard: list[int] = []
    changes = [opened(RCAN, PAPER, on_build=heard.append).change for _ in range(2)]
    assert ([2], [Change(added=2, embedded=3), None]) == (heard, changes)


def test_an_opened_index_equals_the_built_one(opened: Callable[..., Index]) -> None:
    """What was built and what is opened later rank and score alike."""
    assert answers(opened(RCAN, PAPER)) == answers(opened(RCAN, PAPER))


def test_an_index_is_one_json_and_one_matrix_file(
    opened: Callable[..., Index], tmp_path: Path
) -> None:
    """The JSON names encoder and digests, the other file is safetensors: nothing is a pickle."""
    from safetensors.numpy import load_file

    opened(RCAN, PAPER)
    [file] = pairs(tmp_path)
    facts = json.loads(file.read_text())
    arrays = load_file(file.with_name(facts["arrays"]))
    assert (ARRAYS, ARRAYS) == (sorted(facts["sha256"]), sorted(arrays))
    assert ("hashed", (3, 8), np.int8) == (
        facts["encoder"]["name"],
        arrays["vectors"].shape,
        arrays["vectors"].dtype,
    )
    assert {file.name, facts["arrays"], "lock"} == {f.name for f in file.parent.iterdir()}


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=4).filter(any))
def test_a_byte_a_component_keeps_the_direction(vector: list[int]) -> None:
    """Rounding to 127ths of the largest component turns no short vector by half a degree."""
    kept = unit(directions(np.array([vector], np.float32)))
    assert (kept @ unit([vector]).T).item() >= np.cos(np.deg2rad(0.5))


# --- A catalog that changes ------------------------------------------------------------------


def test_only_a_new_record_is_embedded(opened: Callable[..., Index], encoders: Encoders) -> None:
    """One record more embeds its own texts, wherever it stands in the catalog."""
    opened(*nets(*range(9)))
    assert encoders.embedded
    change = opened(model_of("new", "a new question?"), *nets(*range(9))).change
    assert Change(kept=9, added=1, embedded=2) == change
    assert ["new\nEnlarges.", "a new question?"] == encoders.embedded


def test_a_removed_record_is_not_found_any_more(
    opened: Callable[..., Index], encoders: Encoders
) -> None:
    """One record less embeds nothing and is found neither by meaning nor by word."""
    opened(*nets(*range(9)))
    assert encoders.embedded
    less = opened(*nets(*range(1, 9)))
    assert (Change(kept=8, removed=1), []) == (less.change, encoders.embedded)
    assert "net-0" not in [found.id for found in less.store.search("question 0?", 99)]
    assert [] == less.lexical.search("0", 5)


def test_a_changed_record_is_embedded_where_its_texts_are_new(
    opened: Callable[..., Index], encoders: Encoders
) -> None:
    """Of a record with one more question only that question is embedded."""
    old = nets(*range(9))
    opened(*old)
    assert encoders.embedded
    old[3] = model_of("net-3", "question 3?", "a second question?")
    assert Change(kept=8, changed=1, embedded=1) == opened(*old).change
    assert ["a second question?"] == encoders.embedded


def test_a_text_of_another_catalog_is_not_embedded_again(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """A catalog made of the records of two others embeds nothing, and all three are kept."""
    opened(*nets(0))
    opened(*nets(1, 2))
    assert encoders.embedded
    heard: list[int] = []
    opened(*nets(0, 1, 2), on_build=heard.append)
    assert ([], [], 3) == (heard, encoders.embedded, len(pairs(tmp_path)))


def test_rebuilding_embeds_everything_again(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """``rebuild`` trusts nothing that is there."""
    built = opened(RCAN, PAPER)
    assert 3 == len(encoders.embedded)
    again = opened(RCAN, PAPER, rebuild=True)
    assert (3, Change(added=2, embedded=3)) == (len(encoders.embedded), again.change)
    assert (1, answers(built)) == (len(pairs(tmp_path)), answers(again))


@settings(max_examples=40)
@given(states=st.lists(st.lists(st.integers(0, 12), min_size=1, unique=True), min_size=2))
def test_an_updated_index_answers_like_one_built_at_once(
    tmp_path_factory: pytest.TempPathFactory, states: list[list[int]]
) -> None:
    """Whatever was added, changed, moved and removed before, answers and order are the same."""
    cache, encoders = tmp_path_factory.mktemp("cache"), Encoders()
    for step, state in enumerate(states):
        asked = {n: f"what {n % 5}? {step if n == 4 else ''}" for n in state}
        last = catalog_of(*(model_of(f"net-{n}", question) for n, question in asked.items()))
        updated = open_index(last, cache, model=encoders.model())
    anew = open_index(last, tmp_path_factory.mktemp("other"), model=encoders.model())
    assert answers(anew) == answers(updated)
    assert anew.store.ids == updated.store.ids == tuple(entry.id for entry in last)
    assert anew.store.size == updated.store.size


def test_another_encoder_shares_nothing(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """A new version of the encoder embeds everything and leaves the old index."""
    opened(*nets(0))
    opened(*nets(0), version="2")
    assert (4, 2) == (len(encoders.embedded), len(pairs(tmp_path)))


def test_other_code_for_texts_reads_all_records_anew(
    opened: Callable[..., Index], encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the program reads records in another way none is kept, and known texts are."""
    opened(RCAN, PAPER)
    assert encoders.embedded
    for module in (index, build):
        monkeypatch.setattr(module, "reader", lambda: "another")
    assert (Change(added=2), []) == (opened(RCAN, PAPER).change, encoders.embedded)


def test_an_empty_catalog_has_an_empty_index(
    opened: Callable[..., Index], encoders: Encoders
) -> None:
    """No records are no error and need no encoder of documents."""
    for _ in range(2):
        assert (([], []), []) == (answers(opened()), encoders.embedded)


# --- What ships ------------------------------------------------------------------------------


def test_a_text_that_ships_is_not_embedded(
    opened: Callable[..., Index],
    encoders: Encoders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A first index takes the vectors of shipped texts, embeds the rest and answers the same."""
    expected = answers(opened(RCAN, PAPER))
    shutil.rmtree(tmp_path / "index")
    texts = ["how 3x?", "a text that is gone"]
    vectors = directions(np.array(encoders.encoder.embed_documents(texts), np.float32))
    arrays = {"texts": digests(texts), "vectors": vectors}
    stored.write(tmp_path / "catalog" / SHIPPED, encoder_of(encoders.model()), arrays)
    monkeypatch.setattr(index, "folder", lambda name: tmp_path / name)
    assert encoders.embedded
    first = opened(RCAN, PAPER)
    assert (Change(added=2, embedded=2), expected) == (first.change, answers(first))
    assert "how 3x?" not in encoders.embedded


def test_the_built_in_catalog_embeds_nothing(catalog: Catalog, tmp_path: Path) -> None:
    """All its texts ship with their vectors; where this fails, ``make vectors`` is due."""
    heard: list[int] = []
    first = open_index(catalog, tmp_path, on_build=heard.append)
    assert ([], Change(added=len(catalog))) == (heard, first.change)


def test_shipped_vectors_are_those_of_the_encoder(catalog: Catalog) -> None:
    """Each hundredth text that ships lies where the encoder puts it, and no text ships unused."""
    shipped = stored.read(folder("catalog") / SHIPPED, encoder_of(all_minilm()))
    assert shipped is not None
    texts = list(dict.fromkeys(text for entry in catalog for text in passages(entry)))
    assert digests(texts).tolist() == shipped.arrays["texts"].tolist()
    made = np.array(all_minilm().documents().embed_documents(texts[::100]))
    assert (unit(shipped.arrays["vectors"][::100]) * made).sum(axis=1).min() > 0.9998


# --- Damage ----------------------------------------------------------------------------------

Damage = Callable[[Path, Path], object]


def _flip(name: str) -> Damage:
    """One bit of an array turned."""

    def flip(facts: Path, arrays: Path) -> None:
        data = bytearray(arrays.read_bytes())
        start = 8 + int.from_bytes(data[:8], "little")
        data[start + json.loads(data[8:start])[name]["data_offsets"][0]] ^= 1
        arrays.write_bytes(data)

    return flip


DAMAGES: dict[str, Damage] = {
    **{f"a bit of {name}": _flip(name) for name in ARRAYS},
    "half of the arrays": lambda _, arrays: os.truncate(arrays, arrays.stat().st_size // 2),
    "no byte of the arrays": lambda _, arrays: arrays.write_bytes(b""),
    "arrays gone": lambda _, arrays: arrays.unlink(),
    "a word of the header": lambda _, arrays: arrays.write_bytes(
        arrays.read_bytes().replace(b'"texts"', b'"tests"')
    ),
    "half of the JSON": lambda facts, _: os.truncate(facts, facts.stat().st_size // 2),
    "no JSON": lambda facts, _: facts.write_text("\x00 garbage"),
    "another JSON": lambda facts, _: facts.write_text("[1, 2]"),
    "no digests": lambda facts, _: facts.write_text(facts.read_text().replace("sha256", "sha")),
    "JSON nested too deeply": lambda facts, _: facts.write_text("[" * 100_000),
    "JSON gone": lambda facts, _: facts.unlink(),
    "everything gone": lambda facts, _: shutil.rmtree(facts.parent),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_noticed_and_built_anew(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path, damage: Damage
) -> None:
    """Whatever is wrong with the files, it is not sound, the answer is right, and it is mended."""

    def sound() -> bool:
        return is_sound(catalog_of(RCAN, PAPER), tmp_path, model=encoders.model())

    expected = answers(opened(RCAN, PAPER))
    [facts] = pairs(tmp_path)
    damage(facts, facts.with_name(json.loads(facts.read_text())["arrays"]))
    before = sound()
    heard: list[int] = []
    assert (expected, False) == (answers(opened(RCAN, PAPER, on_build=heard.append)), before)
    assert True is sound()


@pytest.mark.parametrize("name", ["texts", "vectors", "records"])
def test_damage_spreads_to_no_other_index(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path, name: str
) -> None:
    """A changed catalog takes nothing from a damaged pair."""
    expected = answers(opened(*nets(1, 2, 3)))
    shutil.rmtree(tmp_path / "index")
    opened(*nets(0, 1, 2))
    [facts] = pairs(tmp_path)
    assert encoders.embedded
    _flip(name)(facts, facts.with_name(json.loads(facts.read_text())["arrays"]))
    assert expected == answers(opened(*nets(1, 2, 3)))
    assert (2 if name == "records" else 6) == len(encoders.embedded)


def test_no_sound_index_and_no_place_for_one_is_an_error(
    tmp_path: Path, encoders: Encoders
) -> None:
    """An unwritable cache fails before anything is embedded, in one line with a remedy."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError) as caught:
        open_index(catalog_of(RCAN), tmp_path / "file" / "cache", model=encoders.model())
    place = tmp_path / "file/cache/index"
    assert (3, "set SRA_CACHE to a writable folder", []) == (
        caught.value.code,
        caught.value.hint,
        encoders.embedded,
    )
    assert caught.value.message.startswith(f"the index cannot be written to {place}: ")


def test_a_full_disk_is_an_error_and_leaves_nothing(
    opened: Callable[..., Index], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing fails halfway the message says where, and no file stays."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(CatalogError) as caught:
        opened(RCAN)
    assert caught.value.message.startswith(f"the index cannot be written to {tmp_path / 'index'}")
    assert ["lock"] == [path.name for path in (tmp_path / "index").iterdir()]


def test_a_sound_index_is_used_where_nothing_can_be_written(
    opened: Callable[..., Index], encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only cache with a sound index serves."""
    opened(*nets(0))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(os, "utime", refuse)
    opened(*nets(0))
    assert 2 == len(encoders.embedded)


# --- Several processes, and the end of one ---------------------------------------------------


def test_an_interrupted_build_leaves_nothing(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """A build that is interrupted while it embeds has written nothing, and frees the lock."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    encoders.meanwhile = interrupt
    with pytest.raises(KeyboardInterrupt):
        opened(RCAN)
    assert ["lock"] == [path.name for path in (tmp_path / "index").iterdir()]
    opened(RCAN)


def test_a_second_writer_gives_up_with_a_remedy(
    opened: Callable[..., Index],
    encoders: Encoders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits in vain for another writer is told so; the other one is not disturbed."""
    monkeypatch.setattr(index, "WAIT_SECONDS", 0.05)
    caught: list[CatalogError] = []

    def second() -> None:
        with pytest.raises(CatalogError) as error:
            opened(RCAN)
        caught.append(error.value)

    encoders.meanwhile = second
    opened(RCAN)
    assert [
        f"another process has been writing to {tmp_path}/index for 0.05 seconds",
        "wait until it is done, or set SRA_CACHE to another folder",
    ] == [caught[0].message, caught[0].hint]
    assert is_sound(catalog_of(RCAN), tmp_path, model=encoders.model())


def test_a_reader_does_not_wait_for_a_writer(
    opened: Callable[..., Index], encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another catalog's index or its own is being made, a sound one opens at once."""
    monkeypatch.setattr(index, "WAIT_SECONDS", 0)
    expected = answers(opened(RCAN))
    for making in ({"entries": (PAPER,)}, {"entries": (RCAN,), "rebuild": True}):
        seen: list[object] = []
        encoders.meanwhile = lambda seen=seen: seen.append(answers(opened(RCAN)))
        opened(*making.pop("entries"), **making)
        assert [expected] == seen


PROCESS = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    import test_retrieval_index as here

    encoders = here.Encoders()
    encoders.meanwhile = lambda: (print("building", flush=True), time.sleep(float(sys.argv[3])))
    catalog = here.catalog_of(*here.nets(*range(int(sys.argv[4]))))
    made = here.open_index(catalog, Path(sys.argv[2]), model=encoders.model())
    print(len(encoders.embedded), len(made.store.ids), flush=True)
    """
)


def _process(cache: Path, seconds: float, records: int = 3) -> subprocess.Popen[str]:
    here = str(Path(__file__).parent)
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, here, str(cache), str(seconds), str(records)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_second_of_two_writers_waits_and_embeds_nothing(tmp_path: Path) -> None:
    """Two processes that start at once on an empty cache build the index once."""
    with _process(tmp_path, 1) as first:
        assert first.stdout
        assert "building\n" == first.stdout.readline()
        with _process(tmp_path, 0) as second:
            assert second.stdout
            assert ("6 3\n", "0 3\n") == (first.stdout.read(), second.stdout.read())


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05])
def test_a_killed_writer_leaves_a_usable_index(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path, wait: float
) -> None:
    """After kill -9 at any moment the old index opens, and the next update leaves no leftovers."""
    opened(*nets(0, 1, 2))
    with _process(tmp_path, 0, records=400) as writer:
        assert writer.stdout
        assert "building\n" == writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
    assert is_sound(catalog_of(*nets(0, 1, 2)), tmp_path, model=encoders.model())
    assert 400 == len(opened(*nets(*range(400))).store.ids)
    opened(*nets(5))
    assert [] == [path.name for path in (tmp_path / "index").iterdir() if path.name[0] == "."]


def test_what_older_versions_left_is_removed(opened: Callable[..., Index], tmp_path: Path) -> None:
    """Folders of the old forms and leftovers of killed writers go with the next update."""
    for name in ("segments/0123456789abcdef", "catalogs", "0123456789abcdef"):
        (tmp_path / "index" / name).mkdir(parents=True)
    (tmp_path / "index/.x.safetensors.1f").write_bytes(b"half")
    opened(RCAN)
    assert [".json", ".safetensors", "lock"] == sorted(
        path.suffix or path.name for path in (tmp_path / "index").iterdir()
    )


def test_the_most_recently_used_indexes_are_kept(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """Of many catalogs the last used stay with their arrays, a reopened old one among them."""
    for number in range(KEPT):
        opened(*nets(number))
    for age, path in enumerate(pairs(tmp_path)):
        os.utime(path, (time.time() - 1000 - age,) * 2)
    opened(*nets(0))
    opened(*nets(99))
    assert (KEPT, 2 * KEPT + 1) == (len(pairs(tmp_path)), len(list((tmp_path / "index").iterdir())))
    assert all(
        is_sound(catalog_of(*nets(number)), tmp_path, model=encoders.model()) for number in (0, 99)
    )


def test_tidying_never_fails_an_opening(
    opened: Callable[..., Index], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old file that cannot be removed stays, quietly."""
    for number in range(KEPT):
        opened(*nets(number))

    def refuse(self: Path, *, missing_ok: bool = False) -> None:
        if not missing_ok:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    opened(RCAN)
    assert KEPT + 1 == len(pairs(tmp_path))


def test_soundness_can_be_asked(
    opened: Callable[..., Index], encoders: Encoders, tmp_path: Path
) -> None:
    """An index is sound once it is built, and for its own catalog only."""

    def sound(*entries: Entry) -> bool:
        return is_sound(catalog_of(*entries), tmp_path, model=encoders.model())

    before = sound(RCAN)
    opened(RCAN)
    assert (False, True, False) == (before, sound(RCAN), sound(PAPER))
