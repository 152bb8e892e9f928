from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from assistant.catalog import Catalog, Model, Paper, Vocabulary
from assistant.errors import CatalogError
from assistant.retrieval.embedding import EmbeddingModel, Identity
from assistant.retrieval.index import KEPT, drop, is_sound, open_index

VOCABULARY = Vocabulary(
    tasks=(), subjects=(), degradations=(), devices=(), aspects=(), licenses=(), scopes=(), names=()
)
FILES = ["manifest.json", "passages.json", "vectors.faiss"]


class Hashed:
    """Each text has a direction of its own."""

    def embed_query(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
        return np.random.default_rng(seed).normal(size=8).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


class Encoders:
    """A tiny embedding model, and how often an index was built with it."""

    def __init__(self) -> None:
        self.builds = 0
        self.meanwhile: Callable[[], object] | None = None

    def documents(self) -> Hashed:
        self.builds += 1
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            meanwhile()
        return Hashed()

    def model(self, version: str = "1") -> EmbeddingModel:
        identity = Identity("hashed", version, weight_bytes=0, dimension=8, max_tokens=9)
        return EmbeddingModel(identity, Hashed, self.documents, lambda: "weights")


@pytest.fixture
def encoders() -> Encoders:
    return Encoders()


def catalog(*questions: str) -> Catalog:
    model = Model(
        id="SISR-RCAN-3x", title="RCAN", name="RCAN", does="Enlarges.", example_questions=questions
    )
    paper = Paper(id="p", title="A paper", name="A paper", does="Asks.", paper="https://a.org/1")
    return Catalog([model, paper], VOCABULARY)


def folder_of(cache: Path) -> Path:
    [folder] = (cache / "index").iterdir()
    return folder


def test_a_new_index_finds_records_by_their_passages(tmp_path: Path, encoders: Encoders) -> None:
    """A question written on the card finds its record with a cosine of 1."""
    store = open_index(catalog("how 3x?"), tmp_path, model=encoders.model())
    found = store.search("how 3x?", 1)[0]
    assert ("SISR-RCAN-3x", "model", pytest.approx(1)) == (
        found.id,
        found.passage.kind,
        found.score,
    )


def test_a_build_is_announced_with_the_number_of_records(
    tmp_path: Path, encoders: Encoders
) -> None:
    """The caller hears of the first opening, which builds, and not of the second."""
    heard: list[int] = []
    for _ in range(2):
        open_index(catalog(), tmp_path, model=encoders.model(), on_build=heard.append)
    assert ([2], 1) == (heard, encoders.builds)


def test_an_opened_index_equals_the_built_one(tmp_path: Path, encoders: Encoders) -> None:
    """What was built and what is opened later rank and score alike."""
    built, opened = (open_index(catalog("how?"), tmp_path, model=encoders.model()) for _ in "12")
    assert built.search("what?", 5) == opened.search("what?", 5)


def test_the_folder_holds_three_plain_files(tmp_path: Path, encoders: Encoders) -> None:
    """An index is a FAISS file and two JSON files, and no pickle."""
    open_index(catalog("how?"), tmp_path, model=encoders.model())
    folder = folder_of(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert FILES == sorted(path.name for path in folder.iterdir())
    assert [
        {"id": "SISR-RCAN-3x", "kind": "model", "text": "RCAN\nEnlarges."},
        {"id": "SISR-RCAN-3x", "kind": "model", "text": "how?"},
        {"id": "p", "kind": "paper", "text": "A paper\nAsks."},
    ] == json.loads((folder / "passages.json").read_text())
    assert (catalog("how?").digest, 2, 3, "weights") == tuple(
        manifest[name] for name in ("catalog", "records", "passages", "weights")
    )


def test_another_catalog_or_encoder_has_another_folder(tmp_path: Path, encoders: Encoders) -> None:
    """A changed record or encoder builds a new index and leaves the old one."""
    open_index(catalog(), tmp_path, model=encoders.model())
    open_index(catalog("how?"), tmp_path, model=encoders.model())
    open_index(catalog(), tmp_path, model=encoders.model(version="2"))
    assert 3 == len(list((tmp_path / "index").iterdir()))


def test_an_empty_catalog_has_an_empty_index(tmp_path: Path, encoders: Encoders) -> None:
    """No records are no error and need no encoder of documents."""
    for _ in range(2):
        store = open_index(Catalog([], VOCABULARY), tmp_path, model=encoders.model())
    assert ([], 0) == (store.search("x", 5), encoders.builds)


def test_a_path_beyond_ascii_works(tmp_path: Path, encoders: Encoders) -> None:
    """The cache may lie in a folder of any name."""
    cache = tmp_path / "Zwischenspeicher für Größe 写真"
    for _ in range(2):
        open_index(catalog(), cache, model=encoders.model())
    assert 1 == encoders.builds


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


def _manifest(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "manifest.json").write_text(text)


def _forge(index: faiss.Index) -> Callable[[Path], object]:
    """Another FAISS index under a manifest that vouches for it."""

    def forge(folder: Path) -> None:
        data = faiss.serialize_index(index).tobytes()
        (folder / "vectors.faiss").write_bytes(data)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["vectors.faiss"] = hashlib.sha256(data).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return forge


def _flat(rows: int, dimension: int) -> faiss.Index:
    index = faiss.IndexFlatIP(dimension)
    index.add(np.ones((rows, dimension), dtype=np.float32))
    return index


def _replace_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


DAMAGES = {
    **{f"truncated {name}": _truncate(name) for name in FILES},
    **{f"empty {name}": _empty(name) for name in FILES},
    **{f"flipped bit in {name}": _flip(name) for name in FILES},
    **{f"missing {name}": _delete(name) for name in FILES},
    "garbage manifest": _manifest("\x00 garbage"),
    "manifest of another type": _manifest("[1, 2]"),
    "manifest without fields": _manifest("{}"),
    "manifest nested too deeply": _manifest("[" * 100_000),
    "wrong dimension": _forge(_flat(3, 16)),
    "wrong number of rows": _forge(_flat(4, 8)),
    "another kind of index": _forge(faiss.IndexHNSWFlat(8, 4)),
    "a file in place of the folder": _replace_by_a_file,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_rebuilt_before_faiss_sees_it(
    tmp_path: Path,
    encoders: Encoders,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], object],
) -> None:
    """Whatever is wrong with the folder, FAISS parses none of it and the answer is right."""
    expected = open_index(catalog("how?"), tmp_path, model=encoders.model()).search("what?", 5)
    sound = (folder_of(tmp_path) / "vectors.faiss").read_bytes()
    damage(folder_of(tmp_path))
    parse, parsed = faiss.deserialize_index, []

    def recording(data: np.ndarray) -> faiss.Index:
        parsed.append(data.tobytes())
        return parse(data)

    monkeypatch.setattr(faiss, "deserialize_index", recording)
    store = open_index(catalog("how?"), tmp_path, model=encoders.model())
    assert (expected, 2, [sound]) == (store.search("what?", 5), encoders.builds, parsed)


def test_the_index_of_another_catalog_is_not_used(tmp_path: Path, encoders: Encoders) -> None:
    """A sound index that was copied to the wrong place is rebuilt."""
    open_index(catalog("other?"), tmp_path / "other", model=encoders.model())
    open_index(catalog("how?"), tmp_path / "mine", model=encoders.model())
    mine = folder_of(tmp_path / "mine")
    shutil.rmtree(mine)
    shutil.copytree(folder_of(tmp_path / "other"), mine)
    store = open_index(catalog("how?"), tmp_path / "mine", model=encoders.model())
    assert ("how?", 3) == (store.search("how?", 1)[0].passage.text, encoders.builds)


def test_no_sound_index_and_no_place_for_one_is_an_error(
    tmp_path: Path, encoders: Encoders
) -> None:
    """An unwritable cache fails before anything is embedded, in one line with a remedy."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError) as caught:
        open_index(catalog(), tmp_path / "file" / "cache", model=encoders.model())
    assert ("set SRA_CACHE to a writable folder", 3, 0) == (
        caught.value.hint,
        caught.value.code,
        encoders.builds,
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
    assert [] == list((tmp_path / "index").iterdir())


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
    assert 1 == encoders.builds


def test_an_interrupted_build_leaves_nothing(tmp_path: Path, encoders: Encoders) -> None:
    """A build that is interrupted while it embeds has written no file."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    encoders.meanwhile = interrupt
    with pytest.raises(KeyboardInterrupt):
        open_index(catalog(), tmp_path, model=encoders.model())
    assert [] == list((tmp_path / "index").iterdir())


def test_leftovers_of_a_killed_build_are_removed(tmp_path: Path, encoders: Encoders) -> None:
    """The next build clears what an older one left; a build of this minute is spared."""
    for name, age in ((".aaaa-killed", 3600), (".bbbb-running", 1)):
        (tmp_path / "index" / name).mkdir(parents=True)
        (tmp_path / "index" / name / "vectors.faiss").write_bytes(b"half")
        os.utime(tmp_path / "index" / name, (time.time() - age,) * 2)
    open_index(catalog(), tmp_path, model=encoders.model())
    left = [path.name for path in (tmp_path / "index").iterdir() if path.name.startswith(".")]
    assert [".bbbb-running"] == left


def test_the_first_of_two_builders_wins(tmp_path: Path, encoders: Encoders) -> None:
    """A process that finds a sound index when it has built its own keeps the one that is there."""
    inodes: list[int] = []

    def other_process() -> None:
        open_index(catalog(), tmp_path, model=encoders.model())
        inodes.append((folder_of(tmp_path) / "vectors.faiss").stat().st_ino)

    encoders.meanwhile = other_process
    open_index(catalog(), tmp_path, model=encoders.model())
    inodes.append((folder_of(tmp_path) / "vectors.faiss").stat().st_ino)
    assert (2, 1) == (encoders.builds, len(set(inodes)))


def test_the_most_recently_used_indexes_are_kept(tmp_path: Path, encoders: Encoders) -> None:
    """Of many catalogs the last used stay, a reopened old one among them; other files too."""
    (tmp_path / "index" / "notes").mkdir(parents=True)
    for number in range(KEPT):
        open_index(catalog(f"{number}?"), tmp_path, model=encoders.model())
    for age, path in enumerate(sorted((tmp_path / "index").iterdir())):
        os.utime(path, (time.time() - 1000 - age,) * 2)
    open_index(catalog("0?"), tmp_path, model=encoders.model())
    open_index(catalog("new?"), tmp_path, model=encoders.model())
    built = encoders.builds
    for question in ("0?", "new?"):
        open_index(catalog(question), tmp_path, model=encoders.model())
    assert (KEPT + 1, built) == (len(list((tmp_path / "index").iterdir())), encoders.builds)


def test_pruning_never_fails_an_opening(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old index that cannot be removed stays, quietly."""
    for number in range(KEPT):
        open_index(catalog(f"{number}?"), tmp_path, model=encoders.model())

    def refuse(self: Path, target: Path) -> Path:
        if not self.name.startswith("."):
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    replace = Path.replace
    monkeypatch.setattr(Path, "replace", refuse)
    open_index(catalog("new?"), tmp_path, model=encoders.model())
    assert KEPT + 1 == len(list((tmp_path / "index").iterdir()))


def test_the_identity_of_the_encoder_is_part_of_the_manifest(
    tmp_path: Path, encoders: Encoders
) -> None:
    """The manifest says with what and how the vectors were made."""
    model = encoders.model()
    open_index(catalog(), tmp_path, model=model)
    manifest = json.loads((folder_of(tmp_path) / "manifest.json").read_text())
    assert dataclasses.asdict(model.identity) == manifest["encoder"]


def test_soundness_can_be_asked_and_an_index_dropped(tmp_path: Path, encoders: Encoders) -> None:
    """An index is sound once it is built, and gone when it is dropped, even if it was not there."""
    model, seen = encoders.model(), []
    for act in (drop, open_index, drop):
        act(catalog(), tmp_path, model=model)
        seen.append(is_sound(catalog(), tmp_path, model=model))
    assert [False, True, False] == seen


def test_an_index_that_cannot_be_dropped_is_an_error(tmp_path: Path, encoders: Encoders) -> None:
    """Dropping says so where nothing can be written."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError, match="cannot be written"):
        drop(catalog(), tmp_path / "file" / "cache", model=encoders.model())
