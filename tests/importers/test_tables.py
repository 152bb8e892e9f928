"""Lists of models: a CNAPS export and our own records, in every form people save them."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, Entry, Problem
from assistant.catalog.importers import SOURCES, importer
from assistant.catalog.importers.cnaps import read as read_cnaps
from assistant.errors import InputError

Read = Callable[..., tuple[list[Any], list[Any]]]

ROWS = [
    {
        "Model Unique Name": "SISR-Blah-Net-3x",
        "Category": "Img2Img",
        "Detailed Category": "SISR",
        "Dataset": "DIV2K, Flickr2K",
        "Paper": "https://arxiv.org/pdf/1234.56789v2",
        "GitHub": "https://github.com/Someone/BlahNet",
        "HuggingFace": "",
        "Summary": "Blah Net enlarges.\n It is small, by 3 times.",
    },
    {"Model Unique Name": "SISR-Any-Blub", "Detailed Category": "SISR Any", "GitHub": "None"},
    {"Model Unique Name": "Mystery", "Detailed Category": "Deblur", "Summary": "It does."},
]


def as_csv(separator: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROWS[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(ROWS)
    return text.getvalue()


def short(row: dict[str, str]) -> dict[str, Any]:
    names = {"Model Unique Name": "name"}
    return {names.get(n, n.lower().replace(" ", "_")): v or None for n, v in row.items()}


FORMS = {
    "list.json": json.dumps(ROWS, indent=1),
    "list.jsonl": "\n".join(map(json.dumps, ROWS)),
    "lines.json": "\n".join(map(json.dumps, ROWS)),
    "short.jsonl": "\n".join(json.dumps(short(row)) for row in ROWS),
    "comma.csv": as_csv(","),
    "semicolon.csv": "\ufeff" + as_csv(";"),
    "tab.tsv": as_csv("\t"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_cnaps_list_reads_the_same(read: Read, name: str) -> None:
    models, problems = read("cnaps", FORMS[name], name)
    assert (["SISR-Blah-Net-3x", "SISR-Any-Blub", "Mystery"], []) == (
        [model.id for model in models],
        problems,
    )
    first, second, third = models
    assert ("Blah-Net", "super-resolution", (3.0,)) == (first.name, first.task, first.scales)
    assert ("https://arxiv.org/pdf/1234.56789v2", ROWS[0]["GitHub"]) == first.links
    assert (("DIV2K", "Flickr2K"), ("Img2Img", "SISR")) == (first.trained_on, first.tags)
    assert "Blah Net enlarges. It is small, by 3 times." == first.does
    assert ("super-resolution", True, (), ()) == (
        second.task,
        second.any_scale,
        second.scales,
        second.links,
    )
    assert ("deblurring", "sharp RGB picture of the same size") == (third.task, third.output)


def test_a_long_summary_ends_with_a_sentence(read: Read) -> None:
    summary = f"It has v1.5 blocks. {'It is long. ' * 40}"
    row = json.dumps({"name": "A-B", "summary": summary})
    does = read("cnaps", row, "a.jsonl")[0][0].does
    assert (True, True) == (does.endswith("It is long."), 250 < len(does) <= 300)


def test_a_bad_row_is_named_by_line_and_skipped(read: Read) -> None:
    rows = [{"name": "A-B"}, {"summary": "nameless"}, {"name": "A C"}, 7, {"name": "A-D"}]
    models, problems = read("cnaps", json.dumps(rows, indent=1), "a.json")
    assert ["A-B", "A-D"] == [model.id for model in models]
    assert [(5, "Model Unique Name"), (8, "id"), (11, "")] == [(p.line, p.field) for p in problems]


def test_a_cell_that_is_no_link_is_named(read: Read) -> None:
    text = "Model Unique Name,GitHub\nA-B,github.com/a/b\nA-C,x,y\n"
    models, problems = read("cnaps", text, "a.csv")
    assert ([], [(2, "github"), (3, "")]) == (models, [(p.line, p.field) for p in problems])


def test_a_sheet_without_its_reader_is_one_clear_line(read: Read) -> None:
    if importlib.util.find_spec("openpyxl"):
        pytest.skip("openpyxl is installed")
    with pytest.raises(InputError, match="needs the package openpyxl") as caught:
        read("cnaps", "PK", "a.xlsx")
    assert "save the sheet as CSV" in caught.value.hint


@pytest.mark.parametrize(("name", "message"), [("a.doc", "no table"), ("b.csv", "cannot be read")])
def test_a_file_that_is_no_table_is_named(
    tmp_path: Path, catalog: Catalog, name: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        list(read_cnaps(tmp_path / name, catalog.vocabulary))


def test_the_real_cnaps_list_imports_whole(read: Read, shared: Path) -> None:
    file = shared / "bench/cnaps/catalog.jsonl"
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    models, problems = read("cnaps", file)
    assert (158, []) == (len({model.id for model in models}), problems)
    assert all(model.task for model in models)
    assert max(len(model.does) for model in models) <= 300


# --- our own records -----------------------------------------------------------------------


def test_our_records_come_back_from_their_export(
    read: Read, catalog: Catalog, tmp_path: Path
) -> None:
    from assistant.catalog.export import export

    entries, problems = read("records", export(catalog, "jsonl"), "all.jsonl")
    assert (list(catalog.entries), []) == (entries, problems)


def test_a_catalog_folder_is_read_whole(read: Read, catalog: Catalog) -> None:
    from assistant.content import folder

    entries, problems = read("records", folder("catalog"))
    ported = [*map(catalog.vocabulary.ported, entries)]
    assert (list(catalog.entries), []) == (ported, problems)


def test_a_csv_has_our_field_names(read: Read) -> None:
    text = (
        "id,title,name,does,scales,efficient,parameters,paper,license\n"
        "A,T,N,D,2; 3,true,12,,MIT\n"
        "B,T,N,,2,maybe,,,\n"
    )
    entries, problems = read("records", text, "mine.csv")
    assert [("A", (2.0, 3.0), True, 12, "MIT")] == [
        (e.id, e.scales, e.efficient, e.parameters, e.license) for e in entries
    ]
    assert [3] == [problem.line for problem in problems]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("papers/a.yaml", "{id: A, title: T, name: N, does: D, paper: 'https://a.org/b'}", "paper"),
        ("a.yaml", "{id: A, title: T, name: N, does: D}", "model"),
        ("papers.csv", "id,title,name,does,paper\nA,T,N,D,https://a.org/b\n", "paper"),
    ],
)
def test_the_place_says_what_a_record_is(read: Read, name: str, text: str, kind: str) -> None:
    entries, problems = read("records", text, name)
    assert ([kind], []) == ([entry.kind for entry in entries], problems)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "{id: A, title: T, name: N, does: D, task: cooking}"),
        ("a.jsonl", '{"id": "A", "title": "T", "name": "N", "does": "D", "task": "cooking"}'),
        ("a.yaml", "id: [A"),
        ("a.json", "["),
    ],
)
def test_a_record_that_no_catalog_would_take_is_a_problem(read: Read, name: str, text: str) -> None:
    entries, problems = read("records", text, name)
    assert ([], ["a"]) == (entries, [problem.file.stem for problem in problems])


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_its_importer(source: str) -> None:
    assert callable(importer(source).read)


@pytest.mark.parametrize("source", ["cnaps", "csl", "records"])
@pytest.mark.parametrize("text", ["null", "[]", "[1]", "{}", '[{"": {}}]', "[[[[", '{"id": 7}'])
def test_whatever_stands_in_a_file_is_a_problem_at_most(read: Read, source: str, text: str) -> None:
    entries, problems = read(source, text, "odd.json")
    assert all(isinstance(entry, Entry) for entry in entries)
    assert all(isinstance(problem, Problem) for problem in problems)
