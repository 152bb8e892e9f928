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

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog, Entry, Model, Paper, Vocabulary
from assistant.errors import CatalogError
from assistant.retrieval import shelf
from assistant.retrieval.embedding import EmbeddingModel, Identity
from assistant.retrieval.index import is_sound, open_index
from assistant.retrieval.manifests import KEPT
from assistant.retrieval.segment import SEGMENTS
from assistant.retrieval.shelf import Change

VOCABULARY = Vocabulary(
    tasks=(), subjects=(), degradations=(), devices=(), aspects=(), licenses=(), scopes=(), names=()
)
FILES = [
    *("lengths.npy", "prints.npy", "records.json", "segment.json", "starts.npy", "texts.npy"),
    *("vectors.faiss", "word_counts.npy", "word_records.npy", "word_starts.npy"),
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
        return EmbeddingModel(identity, Hashed, self.documents, lambda: "weights")


@pytest.fixture
def encoders() -> Encoders:
    return Encoders()


def model_of(name: str, *questions: str) -> Model:
    return Model(id=name, title=name, name=name, does="Enlarges.", example_questions=questions)


def catalog_of(*entries: Entry) -> Catalog:
    return Catalog(entries, VOCABULARY)


def catalog(*questions: str) -> Catalog:
    paper = Paper(id="p", title="A paper", name="A paper", does="Asks.", paper="https://a.org/1")
    return catalog_of(model_of("RCAN", *questions), paper)


def segments(cache: Path) -> list[Path]:
    return sorted((cache / "index/segments").iterdir())


def manifests(cache: Path) -> list[Path]:
    return sorted((cache / "index/catalogs").iterdir())


def answers(index: object, query: str = "what does it enlarge?") -> object:
    """All that a search can tell."""
    return index.store.search(query, 99), index.lexical.search(query, 99)  # type: ignore[attr-defined]


def test_a_new_index_finds_records_by_their_passages(tmp_path: Path, encoders: Encoders) -> None:
    """A question written on the card finds its record with a cosine of 1."""
    index = open_index(catalog("how 3x?"), tmp_path, model=encoders.model())
    found = index.store.search("how 3x?", 1)[0]
    assert ("RCAN", "model", "how 3x?", pytest.approx(1)) == (
        found.id,
        found.passage.kind,
        found.passage.text,
        found.score,
    )
    assert ["RCAN"] == [entry_id for entry_id, _ in index.lexical.search("3x", 5)]


def test_a_build_is_announced_with_the_number_of_records(
    tmp_path: Path, encoders: Encoders
) -> None:
    """The caller hears of the first opening, which builds, and not of the second."""
    heard: list[int] = []
    changes = [
        open_index(catalog(), tmp_path, model=encoders.model(), on_build=heard.append).change
        for _ in range(2)
    ]
    assert ([2], [Change(added=2, embedded=2), None]) == (heard, changes)


def test_an_opened_index_equals_the_built_one(tmp_path: Path, encoders: Encoders) -> None:
    """What was built and what is opened later rank and score alike."""
    built, opened = (open_index(catalog("how?"), tmp_path, model=encoders.model()) for _ in "12")
    assert answers(built) == answers(opened)


def test_an_index_is_plain_files(tmp_path: Path, encoders: Encoders) -> None:
    """A segment is FAISS, JSON and plain arrays; nothing in it is a pickle."""
    open_index(catalog("how?"), tmp_path, model=encoders.model())
    [segment], [manifest] = segments(tmp_path), manifests(tmp_path)
    facts = json.loads((segment / "segment.json").read_text())
    records = json.loads((segment / "records.json").read_text())
    named = json.loads(manifest.read_text().partition("\n")[2])
    assert FILES == sorted(path.name for path in segment.iterdir())
    assert (["RCAN", "p"], ["model", "paper"]) == (records["ids"], records["kinds"])
    assert (2, 3, "weights", encoders.model().identity.as_dict()) == tuple(
        facts[name] for name in ("records", "passages", "weights", "encoder")
    )
    assert [{"name": segment.name, "gone": []}] == named["segments"]
    for path in segment.glob("*.npy"):
        np.load(path, allow_pickle=False)


# --- A catalog that changes ------------------------------------------------------------------


def test_only_a_new_record_is_embedded(tmp_path: Path, encoders: Encoders) -> None:
    """One record more embeds its own texts and leaves the old segment as it is."""
    old = [model_of(f"net-{n}", f"question {n}?") for n in range(9)]
    open_index(catalog_of(*old), tmp_path, model=encoders.model())
    [before], _ = segments(tmp_path), encoders.embedded
    more = catalog_of(model_of("new", "a new question?"), *old)
    change = open_index(more, tmp_path, model=encoders.model()).change
    assert Change(kept=9, added=1, embedded=2) == change
    assert ["new\nEnlarges.", "a new question?"] == encoders.embedded
    assert before in segments(tmp_path)
    assert 2 == len(segments(tmp_path))


def test_a_removed_record_is_not_found_any_more(tmp_path: Path, encoders: Encoders) -> None:
    """One record less embeds and writes no vectors."""
    old = [model_of(f"net-{n}", f"question {n}?") for n in range(9)]
    open_index(catalog_of(*old), tmp_path, model=encoders.model())
    before, _ = segments(tmp_path), encoders.embedded
    index = open_index(catalog_of(*old[1:]), tmp_path, model=encoders.model())
    assert (Change(kept=8, removed=1), before, []) == (
        index.change,
        segments(tmp_path),
        encoders.embedded,
    )
    assert "net-0" not in [found.id for found in index.store.search("question 0?", 99)]
    assert [] == index.lexical.search("0", 5)


def test_a_changed_record_is_embedded_where_its_texts_are_new(
    tmp_path: Path, encoders: Encoders
) -> None:
    """Of a record with one more question only that question is embedded."""
    old = [model_of(f"net-{n}", f"question {n}?") for n in range(9)]
    open_index(catalog_of(*old), tmp_path, model=encoders.model())
    assert encoders.embedded
    old[3] = model_of("net-3", "question 3?", "a second question?")
    index = open_index(catalog_of(*old), tmp_path, model=encoders.model())
    assert (Change(kept=8, changed=1, embedded=1), ["a second question?"]) == (
        index.change,
        encoders.embedded,
    )


def test_a_text_of_another_catalog_is_not_embedded_again(
    tmp_path: Path, encoders: Encoders
) -> None:
    """A catalog made of known records embeds nothing, and both are kept."""
    one, two, three = (model_of(f"net-{n}", f"question {n}?") for n in range(3))
    open_index(catalog_of(one), tmp_path, model=encoders.model())
    open_index(catalog_of(two, three), tmp_path, model=encoders.model())
    assert encoders.embedded
    heard: list[int] = []
    both = catalog_of(one, two, three)
    open_index(both, tmp_path, model=encoders.model(), on_build=heard.append)
    assert ([], [], 3) == (heard, encoders.embedded, len(manifests(tmp_path)))


def test_rebuilding_embeds_everything_again(tmp_path: Path, encoders: Encoders) -> None:
    """``rebuild`` trusts nothing that is there."""
    built = open_index(catalog("how?"), tmp_path, model=encoders.model())
    assert 3 == len(encoders.embedded)
    again = open_index(catalog("how?"), tmp_path, model=encoders.model(), rebuild=True)
    assert (3, Change(added=2, embedded=3), 1) == (
        len(encoders.embedded),
        again.change,
        len(segments(tmp_path)),
    )
    assert answers(built) == answers(again)


@given(states=st.lists(st.sets(st.integers(0, 12), min_size=1), min_size=2, max_size=12))
def test_an_updated_index_answers_like_one_built_at_once(
    tmp_path_factory: pytest.TempPathFactory, states: list[set[int]]
) -> None:
    """Whatever was added, changed and removed before, answers and their order are the same."""
    cache, encoders = tmp_path_factory.mktemp("cache"), Encoders()
    for step, state in enumerate(states):
        asked = {n: f"what {n % 5}? {step if n == 4 else ''}" for n in sorted(state)}
        entries = [model_of(f"net-{n}", question) for n, question in asked.items()]
        last = catalog_of(*entries)
        updated = open_index(last, cache, model=encoders.model())
    anew = open_index(last, tmp_path_factory.mktemp("other"), model=encoders.model())
    assert answers(anew) == answers(updated)
    assert anew.store.ids == updated.store.ids == tuple(entry.id for entry in last)
    assert anew.store.size == updated.store.size


def test_small_segments_are_joined(tmp_path: Path, encoders: Encoders) -> None:
    """A record at a time leaves few segments, and the large one is not written anew."""
    entries = [model_of(f"net-{n}", f"question {n}?") for n in range(60)]
    open_index(catalog_of(*entries), tmp_path, model=encoders.model())
    [large] = segments(tmp_path)
    for n in range(60, 75):
        entries.append(model_of(f"net-{n}", f"question {n}?"))
        index = open_index(catalog_of(*entries), tmp_path, model=encoders.model())
        [newest] = [m for m in manifests(tmp_path) if len(entries) == _records(tmp_path, m)]
        content = json.loads(newest.read_text().partition("\n")[2])
        assert len(content["segments"]) <= SEGMENTS
        assert large.name in [named["name"] for named in content["segments"]]
    assert (150, 75) == (len(encoders.embedded), len(index.store.ids))


def _records(cache: Path, manifest: Path) -> int:
    content = json.loads(manifest.read_text().partition("\n")[2])
    sizes = [
        json.loads((cache / "index/segments" / part["name"] / "segment.json").read_text())[
            "records"
        ]
        - len(part["gone"])
        for part in content["segments"]
    ]
    return sum(sizes)


def test_half_a_segment_of_waste_is_written_anew(tmp_path: Path, encoders: Encoders) -> None:
    """When many records are gone the rest moves into a segment without them."""
    entries = [model_of(f"net-{n}") for n in range(12)]
    open_index(catalog_of(*entries), tmp_path, model=encoders.model())
    open_index(catalog_of(*entries[:7]), tmp_path, model=encoders.model())
    listed = [json.loads((path / "records.json").read_text())["ids"] for path in segments(tmp_path)]
    assert sorted([[e.id for e in entries], [e.id for e in entries[:7]]]) == sorted(listed)
    assert 12 == len(encoders.embedded)


def test_another_encoder_shares_nothing(tmp_path: Path, encoders: Encoders) -> None:
    """A new version of the encoder embeds everything and leaves the old index."""
    open_index(catalog(), tmp_path, model=encoders.model())
    open_index(catalog(), tmp_path, model=encoders.model(version="2"))
    assert (4, 2) == (len(encoders.embedded), len(segments(tmp_path)))


def test_other_code_for_texts_makes_new_segments(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the program reads records in another way they are indexed anew, known texts kept."""
    open_index(catalog("how?"), tmp_path, model=encoders.model())
    assert encoders.embedded
    monkeypatch.setattr(shelf, "_reader", lambda: "another")
    change = open_index(catalog("how?"), tmp_path, model=encoders.model()).change
    assert (Change(added=2), []) == (change, encoders.embedded)


def test_an_empty_catalog_has_an_empty_index(tmp_path: Path, encoders: Encoders) -> None:
    """No records are no error and need no encoder of documents."""
    for _ in range(2):
        index = open_index(Catalog([], VOCABULARY), tmp_path, model=encoders.model())
    assert (([], []), []) == (answers(index), encoders.embedded)


def test_a_path_beyond_ascii_works(tmp_path: Path, encoders: Encoders) -> None:
    """The cache may lie in a folder of any name."""
    cache = tmp_path / "Zwischenspeicher für Größe 写真"
    for _ in range(2):
        index = open_index(catalog(), cache, model=encoders.model())
    assert (2, 2) == (len(encoders.embedded), len(index.store.ids))


# --- Damage ----------------------------------------------------------------------------------


def _truncate(name: str) -> Callable[[Path], object]:
    return lambda folder: os.truncate(folder / name, (folder / name).stat().st_size // 2)


def _empty(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(b"")


def _flip(name: str) -> Callable[[Path], object]:
    def flip(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)

    return flip


def _delete(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def _forge(index: faiss.Index) -> Callable[[Path], object]:
    """Another FAISS index in a segment that vouches for it, under a name that vouches for that."""

    def forge(folder: Path) -> None:
        data = faiss.serialize_index(index).tobytes()
        (folder / "vectors.faiss").write_bytes(data)
        facts = json.loads((folder / "segment.json").read_text())
        facts["files"]["vectors.faiss"] = hashlib.sha256(data).hexdigest()
        content = json.dumps(facts)
        (folder / "segment.json").write_text(content)
        name = hashlib.sha256(content.encode()).hexdigest()[:16]
        folder.rename(folder.with_name(name))
        [manifest] = (folder.parent.parent / "catalogs").iterdir()
        body = manifest.read_text().partition("\n")[2].replace(folder.name, name)
        manifest.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")

    return forge


def _flat(rows: int, dimension: int) -> faiss.Index:
    index = faiss.IndexFlatIP(dimension)
    index.add(np.ones((rows, dimension), dtype=np.float32))
    return index


def _replace_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


def _manifest(text: str) -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        [manifest] = (folder.parent.parent / "catalogs").iterdir()
        manifest.write_text(text)

    return write


def _flip_manifest(folder: Path) -> None:
    [manifest] = (folder.parent.parent / "catalogs").iterdir()
    _flip(manifest.name)(manifest.parent)


DAMAGES = {
    **{f"truncated {name}": _truncate(name) for name in FILES},
    **{f"empty {name}": _empty(name) for name in FILES},
    **{f"flipped bit in {name}": _flip(name) for name in FILES},
    **{f"missing {name}": _delete(name) for name in FILES},
    "garbage manifest": _manifest("\x00 garbage"),
    "manifest of another type": _manifest("[1, 2]"),
    "flipped bit in the manifest": _flip_manifest,
    "manifest nested too deeply": _manifest("[" * 100_000),
    "wrong dimension": _forge(_flat(3, 16)),
    "wrong number of rows": _forge(_flat(4, 8)),
    "another kind of index": _forge(faiss.IndexHNSWFlat(8, 4)),
    "a file in place of the folder": _replace_by_a_file,
    "no segments at all": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_mended_before_faiss_sees_it(
    tmp_path: Path,
    encoders: Encoders,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], object],
) -> None:
    """Whatever is wrong with the files, FAISS parses nothing damaged and the answer is right."""
    expected = answers(open_index(catalog("how?"), tmp_path, model=encoders.model()))
    sound = (segments(tmp_path)[0] / "vectors.faiss").read_bytes()
    damage(segments(tmp_path)[0])
    parse, parsed = faiss.read_index, []

    def recording(path: str, flags: int) -> faiss.Index:
        parsed.append(Path(path).read_bytes())
        return parse(path, flags)

    monkeypatch.setattr(faiss, "read_index", recording)
    index = open_index(catalog("how?"), tmp_path, model=encoders.model())
    assert (expected, {sound}) == (answers(index), set(parsed))
    assert is_sound(catalog("how?"), tmp_path, model=encoders.model())


def test_a_damaged_segment_costs_only_its_own_records(tmp_path: Path, encoders: Encoders) -> None:
    """The records of sound segments are kept."""
    old = [model_of(f"net-{n}", f"question {n}?") for n in range(9)]
    more = catalog_of(*old, model_of("new", "a new question?"))
    open_index(catalog_of(*old), tmp_path, model=encoders.model())
    [first] = segments(tmp_path)
    expected = answers(open_index(more, tmp_path, model=encoders.model()))
    [second] = [path for path in segments(tmp_path) if path != first]
    assert encoders.embedded
    _flip("vectors.faiss")(second)
    mended = open_index(more, tmp_path, model=encoders.model())
    assert (2, expected) == (len(encoders.embedded), answers(mended))


def test_no_sound_index_and_no_place_for_one_is_an_error(
    tmp_path: Path, encoders: Encoders
) -> None:
    """An unwritable cache fails before anything is embedded, in one line with a remedy."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError) as caught:
        open_index(catalog(), tmp_path / "file" / "cache", model=encoders.model())
    assert ("set SRA_CACHE to a writable folder", 3, []) == (
        caught.value.hint,
        caught.value.code,
        encoders.embedded,
    )
    assert f"the index cannot be written to {tmp_path}/file/cache/index: Not a directory" == str(
        caught.value
    )


def test_a_full_disk_is_an_error_and_leaves_nothing(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing fails halfway the message names the reason and no file stays."""

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CatalogError, match="index: No space left on device"):
        open_index(catalog(), tmp_path, model=encoders.model())
    assert [] == segments(tmp_path)


def test_a_sound_index_is_used_where_nothing_can_be_written(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only cache with a sound index serves."""
    open_index(catalog(), tmp_path, model=encoders.model())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(os, "utime", refuse)
    open_index(catalog(), tmp_path, model=encoders.model())
    assert 2 == len(encoders.embedded)


# --- Several processes, and the end of one ---------------------------------------------------


def test_an_interrupted_build_leaves_nothing(tmp_path: Path, encoders: Encoders) -> None:
    """A build that is interrupted while it embeds has written no segment, and frees the lock."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    encoders.meanwhile = interrupt
    with pytest.raises(KeyboardInterrupt):
        open_index(catalog(), tmp_path, model=encoders.model())
    assert not (tmp_path / "index/segments").exists()
    open_index(catalog(), tmp_path, model=encoders.model())


def test_a_second_writer_gives_up_with_a_remedy(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits in vain for another writer is told so; the other one is not disturbed."""
    monkeypatch.setattr(shelf, "WAIT_SECONDS", 0.05)
    caught: list[CatalogError] = []

    def second() -> None:
        with pytest.raises(CatalogError) as error:
            open_index(catalog(), tmp_path, model=encoders.model())
        caught.append(error.value)

    encoders.meanwhile = second
    open_index(catalog(), tmp_path, model=encoders.model())
    assert [
        f"another process has been writing to {tmp_path}/index for 0.05 seconds",
        "wait until it is done, or set SRA_CACHE to another folder",
    ] == [caught[0].message, caught[0].hint]
    assert is_sound(catalog(), tmp_path, model=encoders.model())


PROCESS = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    import test_retrieval_index as here

    encoders = here.Encoders()
    encoders.meanwhile = lambda: (print("building", flush=True), time.sleep(float(sys.argv[3])))
    entries = [here.model_of(f"net-{n}", f"question {n}?") for n in range(int(sys.argv[4]))]
    index = here.open_index(here.catalog_of(*entries), Path(sys.argv[2]), model=encoders.model())
    print(len(encoders.embedded), len(index.store.ids), flush=True)
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
    """Two processes that want one index build it once."""
    with _process(tmp_path, 2) as first:
        assert first.stdout
        assert "building\n" == first.stdout.readline()
        with _process(tmp_path, 0) as second:
            assert second.stdout
            assert ("6 3\n", "0 3\n") == (first.stdout.read(), second.stdout.read())


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05])
def test_a_killed_writer_leaves_a_usable_index(
    tmp_path: Path, encoders: Encoders, wait: float
) -> None:
    """After kill -9 at any moment the old index opens and the new one can be written."""
    entries = [model_of(f"net-{n}", f"question {n}?") for n in range(400)]
    old, new = catalog_of(*entries[:3]), catalog_of(*entries)
    open_index(old, tmp_path, model=encoders.model())
    with _process(tmp_path, 0, records=400) as writer:
        assert writer.stdout
        assert "building\n" == writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
    assert is_sound(old, tmp_path, model=encoders.model())
    assert 400 == len(open_index(new, tmp_path, model=encoders.model()).store.ids)
    assert [] == [path.name for path in segments(tmp_path) if path.name.startswith(".")]


def test_what_version_1_left_is_removed(tmp_path: Path, encoders: Encoders) -> None:
    """A folder of the old form and the leftovers of killed writers go with the next update."""
    for name in ("index/0123456789abcdef", "index/segments/.killed"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "vectors.faiss").write_bytes(b"half")
    open_index(catalog(), tmp_path, model=encoders.model())
    assert ["catalogs", "lock", "segments"] == sorted(
        path.name for path in (tmp_path / "index").iterdir()
    )
    assert [16] == [len(path.name) for path in segments(tmp_path)]


def test_the_most_recently_used_indexes_are_kept(tmp_path: Path, encoders: Encoders) -> None:
    """Of many catalogs the last used stay, a reopened old one among them, with their segments."""
    for number in range(KEPT):
        one = catalog_of(model_of(f"net-{number}"))
        open_index(one, tmp_path, model=encoders.model())
    for age, path in enumerate(manifests(tmp_path)):
        os.utime(path, (time.time() - 1000 - age,) * 2)
    for name in ("net-0", "new"):
        open_index(catalog_of(model_of(name)), tmp_path, model=encoders.model())
    assert (KEPT, KEPT) == (len(manifests(tmp_path)), len(segments(tmp_path)))
    assert all(
        is_sound(catalog_of(model_of(name)), tmp_path, model=encoders.model())
        for name in ("net-0", "new")
    )


def test_tidying_never_fails_an_opening(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old segment that cannot be removed stays, quietly."""
    for number in range(KEPT):
        open_index(catalog_of(model_of(f"net-{number}")), tmp_path, model=encoders.model())

    def refuse(self: Path, target: Path) -> Path:
        if not self.name.startswith("."):
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    replace = Path.replace
    monkeypatch.setattr(Path, "replace", refuse)
    open_index(catalog(), tmp_path, model=encoders.model())
    assert KEPT + 1 == len(manifests(tmp_path))


def test_soundness_can_be_asked(tmp_path: Path, encoders: Encoders) -> None:
    """An index is sound once it is built, and for its own catalog only."""
    before = is_sound(catalog(), tmp_path, model=encoders.model())
    open_index(catalog(), tmp_path, model=encoders.model())
    after = is_sound(catalog(), tmp_path, model=encoders.model())
    other = is_sound(catalog("how?"), tmp_path, model=encoders.model())
    assert (False, True, False) == (before, after, other)
