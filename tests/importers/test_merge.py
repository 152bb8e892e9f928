"""Bringing imported records into a folder: what is the same, who wins, what is written."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import BrokenCatalogError, Catalog, Entry, Model, Paper, check
from assistant.catalog.load import json_line
from assistant.catalog.merge import run
from assistant.catalog.merging import Change, Diff, Merging
from assistant.errors import InputError

ARXIV = "https://arxiv.org/abs/1807.02758"


def paper(id: str, link: str = ARXIV, **fields: Any) -> Paper:
    return Paper(**{"id": id, "title": "T", "name": "N", "does": "D", "paper": link, **fields})


def model(id: str, **fields: Any) -> Model:
    return Model(**{"id": id, "title": "T", "name": "RCAN", "does": "D", "paper": ARXIV, **fields})


def merge(existing: list[Entry], imported: list[Entry], own: Collection[str] = ()) -> Diff:
    merging = Merging()
    for entry in existing:
        merging.know(entry, merging.kept.hold(entry), own=entry.id in own)
    merging.imported.update(entry.id for entry in imported)
    for entry in imported:
        merging.take(entry, merging.kept.hold)
    return merging.diff()


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("http://arxiv.org/pdf/1807.02758v2.pdf", True),
        ("https://doi.org/10.48550/arXiv.1807.02758", True),
        ("https://export.arxiv.org/abs/1807.02758", True),
        ("https://arxiv.org/abs/1807.02759", False),
        ("https://doi.org/10.1109/5.771073", False),
    ],
)
def test_papers_are_the_same_by_the_identity_of_their_link(link: str, same: bool) -> None:
    diff = merge([paper("a")], [paper("b", link)])
    assert ([] if same else ["b"]) == [entry.id for entry in diff.added]
    assert () == diff.conflicts


def test_a_doi_is_the_same_in_any_spelling() -> None:
    first, second = "https://doi.org/10.1109/5.771073", "http://dx.doi.org/10.1109/5.771073"
    assert not merge([paper("a", first)], [paper("b", second)]).added


def test_two_imported_records_of_one_paper_are_one() -> None:
    diff = merge([], [paper("a"), paper("b", f"{ARXIV}v3")])
    assert (["a"], ["a"]) == ([e.id for e in diff.added], [*diff.unchanged])


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"scales": (3,), "name": "rcan"}, True),
        ({"scales": (2,)}, False),
        ({"scales": (3,), "name": "RCAN-it"}, False),
        ({"scales": (3,), "variant": "small"}, False),
        ({"scales": (3,), "paper": None}, False),
    ],
)
def test_models_are_the_same_by_paper_scales_and_name(fields: dict[str, Any], same: bool) -> None:
    """One paper and one repository serve all scales, so they alone decide nothing."""
    diff = merge([model("A", scales=(3,))], [model("B", **fields)])
    assert ([] if same else ["B"]) == [entry.id for entry in diff.added]


def test_siblings_that_an_import_names_by_id_are_never_one() -> None:
    diff = merge([model("A", scales=(3,))], [model("A", scales=(3,)), model("B", scales=(3,))])
    assert ["B"] == [entry.id for entry in diff.added]


def test_a_curated_record_wins_and_the_conflict_is_named() -> None:
    old = model("A", scales=(3,), license="MIT")
    diff = merge([old], [model("A", scales=(4,), license="GPL-3.0-only", does="Other words.")])
    assert ([], (), (old.id,)) == ([*diff.added], diff.changed, diff.unchanged)
    assert (Change(old, ("scales", "license")),) == diff.conflicts


def test_what_only_one_of_two_records_claims_is_no_conflict() -> None:
    assert () == merge([model("A")], [model("A", license="MIT", scales=(2,))]).conflicts


def test_an_earlier_import_changes_field_by_field() -> None:
    new = model("A", license="MIT")
    diff = merge([model("A")], [new], own={"A"})
    assert ((Change(new, ("license",)),), ()) == (diff.changed, diff.conflicts)


def test_a_record_says_the_same_after_a_line_of_json() -> None:
    entry = model("A", scales=(3,), tags=("x",), license="MIT")
    assert entry == Model.model_validate(json.loads(json_line(entry)))


# --- into a folder -------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two models and a paper as our own records."""
    file = tmp_path / "list.jsonl"
    entries = [model("A", scales=(2,)), model("B", scales=(3,)), paper("P", f"{ARXIV}v1")]
    file.write_text("".join(f"{json.dumps(e.model_dump(mode='json'))}\n" for e in entries))
    return file


def counts(into: Path, source: Path, **flags: bool) -> tuple[int, int, int, int]:
    diff, rejected = run("records", source, into, **flags)
    return len(diff.added), len(diff.changed), len(diff.unchanged), len(rejected)


def test_a_second_import_adds_and_writes_nothing(tmp_path: Path, source: Path) -> None:
    into = tmp_path / "new/catalog"
    assert (3, 0, 0, 0) == counts(into, source)
    files = {path: path.stat().st_mtime_ns for path in into.rglob("*.jsonl")}
    assert (0, 0, 3, 0) == counts(into, source)
    assert files == {path: path.stat().st_mtime_ns for path in into.rglob("*") if path.is_file()}
    assert {"models/records.jsonl", "papers/records.jsonl"} == {
        str(path.relative_to(into)) for path in files
    }
    assert ["A", "B", "P"] == [entry.id for entry in Catalog.load(into)]


def test_a_dry_run_writes_nothing(tmp_path: Path, source: Path) -> None:
    into = tmp_path / "catalog"
    assert (3, 0, 0, 0) == counts(into, source, dry=True)
    assert not into.exists()


def test_a_changed_source_replaces_only_what_changed(tmp_path: Path, source: Path) -> None:
    into = tmp_path / "catalog"
    counts(into, source)
    source.write_text(json_line(model("B", scales=(3,), license="MIT")))
    assert (0, 1, 0, 0) == counts(into, source)
    found = {entry.id: entry.license for entry in Catalog.load(into)}
    assert {"A": None, "B": "MIT", "P": None} == found


def test_what_a_person_wrote_stays_through_every_import(tmp_path: Path, source: Path) -> None:
    into = tmp_path / "catalog"
    (into / "models").mkdir(parents=True)
    own = into / "models/a.yaml"
    own.write_text("id: A\ntitle: Mine\nname: Mine\ndoes: It does.\nscales: [8]\n")
    before = own.read_bytes()
    diff, _ = run("records", source, into)
    assert [("A", ("scales",))] == [(c.entry.id, c.fields) for c in diff.conflicts]
    assert (0, 0, 3, 0) == counts(into, source)
    assert before == own.read_bytes()
    assert (3, []) == check(into)


def test_a_folder_with_broken_records_is_not_filled(tmp_path: Path, source: Path) -> None:
    (tmp_path / "catalog/models").mkdir(parents=True)
    (tmp_path / "catalog/models/a.jsonl").write_text('{"id": "A"}\n')
    with pytest.raises(BrokenCatalogError, match=r"a\.jsonl:1: title"):
        run("records", source, tmp_path / "catalog")


@pytest.mark.parametrize(("name", "file"), [("nothing", "list.jsonl"), ("records", "nowhere.csv")])
def test_an_unknown_source_or_file_is_named(
    tmp_path: Path, source: Path, name: str, file: str
) -> None:
    with pytest.raises(InputError, match=r"no importer 'nothing'|no such file"):
        run(name, tmp_path / file, tmp_path / "catalog")


# --- JSON lines in a catalog folder --------------------------------------------------------

LINE = '{"id": "A", "title": "T", "name": "N", "does": "D"}'
BROKEN = {
    "no JSON": ("{", "", "not JSON"),
    "a list": ("[1]", "", "expected an object"),
    "a field twice": ('{"id": "A", "id": "B"}', "id", "given twice"),
    "unknown field": (LINE[:-1] + ', "colour": "red"}', "colour", "no field that is known"),
    "wrong kind": (LINE[:-1] + ', "kind": "paper"}', "kind", "'model'"),
    "half a letter": (LINE.replace("T", "\\ud800"), "title", ""),
    "deep": ("[" * 200_000, "", "nested too deeply"),
    "unknown task": (LINE[:-1] + ', "task": "cooking"}', "task", "none of"),
}


@pytest.mark.parametrize(("text", "field", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_is_named_and_hides_no_other(
    tmp_path: Path, text: str, field: str, message: str
) -> None:
    (tmp_path / "models").mkdir()
    file = tmp_path / "models/x.jsonl"
    file.write_text(f"{LINE.replace('A', 'B')}\n\n{text}\n{LINE.replace('A', 'C')}\n")
    problems = check(tmp_path)[1]
    assert [(file, 3, field)] == [(p.file, p.line, p.field) for p in problems]
    assert message in problems[0].message


def test_lines_and_yaml_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/x.jsonl").write_text(f"\ufeff{LINE}\r\n", "utf-8")
    (tmp_path / "models/y.yaml").write_text("{id: B, title: T, name: N, does: D}")
    assert {"A", "B"} == {entry.id for entry in Catalog.load(tmp_path)}


def test_a_kept_catalog_notices_a_new_line(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    file, cache = tmp_path / "models/x.jsonl", tmp_path / "cache"
    file.write_text(f"{LINE}\n")
    assert 1 == len(Catalog.load(tmp_path, cache=cache)) == len(Catalog.load(tmp_path, cache=cache))
    file.write_text(f"{LINE}\n{LINE.replace('A', 'B')}\n")
    assert 2 == len(Catalog.load(tmp_path, cache=cache))
