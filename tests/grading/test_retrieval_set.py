"""Reading a labelled set, and what is said of a broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.grading.retrieval_set import Query, read_set
from assistant.retrieval.passages import passages

QUERIES = [
    {"query_id": "q1", "text": "Upscale 4x", "task": "SISR", "scale": "4"},
    {"query_id": "q2", "text": "Deblur it", "task": None, "scale": None, "domains": ["d"]},
]
QRELS = "query_id\tdoc_id\tscore\nq1\ta\t2\nq1\tb\t1\nq2\tb\t0\n"
DOCUMENTS: list[dict[str, Any]] = [
    {"doc_id": "a", "name": "Alpha", "domains": ["Images"], "description": ["Makes", "it big."]},
    {
        "doc_id": "b",
        "model_id": "https://b.org",
        "functionality": ["deblur"],
        "performance": "fast",
    },
]


def write(
    folder: Path,
    queries: list[Any] = QUERIES,
    qrels: str = QRELS,
    documents: list[Any] | None = DOCUMENTS,
) -> Path:
    folder.mkdir(exist_ok=True)
    lines = {"queries.jsonl": queries, "catalog.jsonl": documents}
    for name, rows in lines.items():
        if rows is not None:
            text = "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows)
            (folder / name).write_text(text, "utf-8")
    (folder / "qrels.tsv").write_text(qrels, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tiny"


def test_the_first_domain_that_names_a_task_is_the_task(folder: Path, catalog: Catalog) -> None:
    domains = (["Images"], ["Speed", "Image classification", "Object detection"], [])
    documents = [
        {"doc_id": doc_id, "name": doc_id, "domains": named}
        for doc_id, named in zip("abc", domains, strict=True)
    ]
    own = read_set(write(folder, documents=documents), catalog.vocabulary).catalog
    assert own is not None
    assert [None, "classification", None] == [entry.task for entry in own]


def test_a_set_has_its_folders_name_its_questions_and_positive_grades(
    folder: Path, catalog: Catalog
) -> None:
    read = read_set(write(folder), catalog.vocabulary)
    assert (
        "tiny",
        (Query("q1", "Upscale 4x", "SISR", 4.0), Query("q2", "Deblur it", None, None)),
        {"q1": {"a": 2, "b": 1}},
    ) == (read.name, read.queries, read.grades)


def test_what_tells_a_document_comes_first_and_nothing_is_lost(
    folder: Path, catalog: Catalog
) -> None:
    read = read_set(write(folder), catalog.vocabulary).catalog
    assert read is not None
    assert [
        ("a", "Alpha", (), "Images. Makes", ("it big.",)),
        ("b", "https://b.org", ("https://b.org",), "deblur", ("fast",)),
    ] == [(m.id, m.name, m.aliases, m.does, m.steps) for m in read.models]


def test_a_long_description_is_embedded_as_far_as_a_card_reaches(
    folder: Path, catalog: Catalog
) -> None:
    document = {"doc_id": "a", "name": "Alpha", "description": ["word " * 300]}
    read = read_set(write(folder, documents=[document]), catalog.vocabulary).catalog
    assert read is not None
    [model] = read.models
    [card] = passages(model)
    assert (True, 300) == (350 < len(card) <= 400, f"{model.does} {model.steps}".count("word"))


def test_without_documents_the_set_is_for_a_catalog_of_ours(folder: Path, catalog: Catalog) -> None:
    assert read_set(write(folder, documents=None), catalog.vocabulary).catalog is None


def test_a_list_of_names_that_ours_covers_is_no_catalog(folder: Path, catalog: Catalog) -> None:
    listed = [{**row, "detailed_category": "SISR"} for row in DOCUMENTS]
    assert read_set(write(folder, documents=listed), catalog.vocabulary).catalog is None


def test_blank_lines_and_line_separators_inside_strings_do_no_harm(
    folder: Path, catalog: Catalog
) -> None:
    queries = ["", '{"query_id": "q1", "text": "a\u2028b"}', '{"query_id": "q2", "text": "c"}', ""]
    read = read_set(write(folder, queries=queries), catalog.vocabulary)
    assert ["a\u2028b", "c"] == [query.text for query in read.queries]


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ([], "queries.jsonl: holds no question"),
        (["{"], "queries.jsonl:1: not JSON: "),
        (["", "[]"], "queries.jsonl:2: not an object"),
        ([{"text": "x"}], "queries.jsonl:1: query_id is missing"),
        ([{"query_id": "q1", "text": " "}], "queries.jsonl:1: text is missing"),
        ([{"query_id": "q 1", "text": "x"}], "queries.jsonl:1: query_id holds spaces"),
        ([{**QUERIES[0], "scale": "big"}], "queries.jsonl:1: scale is no number"),
        ([QUERIES[0], QUERIES[0]], "queries.jsonl:2: q1 is also in "),
    ],
)
def test_a_broken_question_is_named_by_file_and_line(
    folder: Path, catalog: Catalog, queries: list[Any], said: str
) -> None:
    with pytest.raises(InputError) as error:
        read_set(write(folder, queries=queries), catalog.vocabulary)
    assert f"{folder}/{said}" in error.value.message


@pytest.mark.parametrize(
    ("qrels", "said"),
    [
        ("", "qrels.tsv:1: the header"),
        ("q1\ta\t2\n", "qrels.tsv:1: the header"),
        (QRELS + "q1\ta\n", "qrels.tsv:5: expected query_id, doc_id, score"),
        (QRELS + "q1\ta\t0.5\n", "qrels.tsv:5: expected query_id, doc_id, score"),
        (QRELS + "q1\ta\t²\n", "qrels.tsv:5: expected query_id, doc_id, score"),
        (QRELS + "q3\ta\t1\n", "qrels.tsv:5: no question q3"),
    ],
)
def test_a_broken_grade_is_named_by_file_and_line(
    folder: Path, catalog: Catalog, qrels: str, said: str
) -> None:
    with pytest.raises(InputError) as error:
        read_set(write(folder, qrels=qrels), catalog.vocabulary)
    assert f"{folder}/{said}" in error.value.message


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"name": "x"}, "catalog.jsonl:1: doc_id is missing"),
        ({"doc_id": "no spaces"}, "catalog.jsonl:1: doc_id: not in the form "),
        ({"doc_id": "x", "domains": 3}, "catalog.jsonl:1: a list is expected"),
    ],
)
def test_a_broken_document_is_named_by_file_and_line(
    folder: Path, catalog: Catalog, document: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as error:
        read_set(write(folder, documents=[document]), catalog.vocabulary)
    assert f"{folder}/{said}" in error.value.message


def test_a_document_that_is_there_twice_is_an_error(folder: Path, catalog: Catalog) -> None:
    with pytest.raises(InputError, match=r"catalog\.jsonl:2: a is also in .*catalog\.jsonl:1"):
        read_set(write(folder, documents=[DOCUMENTS[0], DOCUMENTS[0]]), catalog.vocabulary)


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, catalog: Catalog, name: str) -> None:
    (write(folder) / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: cannot be read: "):
        read_set(folder, catalog.vocabulary)


def test_a_file_that_is_no_text_is_named(folder: Path, catalog: Catalog) -> None:
    (write(folder) / "qrels.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"qrels\.tsv:1: not a UTF-8 text"):
        read_set(folder, catalog.vocabulary)
