"""OpenAlex and the archive of Papers with Code: large files, streamed."""

from __future__ import annotations

import gzip
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, Problem
from assistant.catalog.importers.paperswithcode import read as read_papers
from assistant.catalog.importers.rows import array_items
from assistant.errors import InputError

Read = Callable[..., tuple[list[Any], list[Any]]]


# --- A list of any length --------------------------------------------------------------------


@pytest.mark.parametrize("form", [{"indent": 1}, {}, {"indent": "\t", "separators": (",", ":")}])
def test_a_list_is_read_item_by_item_with_its_lines(tmp_path: Path, form: dict[str, Any]) -> None:
    """However a list is laid out, its objects come in order, each with the line it begins on."""
    rows = [{"n": n, "s": 'é]},{\\"' * (n % 7)} for n in range(3000)]
    text = json.dumps(rows, ensure_ascii=False, **form)
    (tmp_path / "a.json").write_text(text, "utf-8")
    items = [i for i in array_items(tmp_path / "a.json") if not isinstance(i, Problem)]
    assert rows == [item.data for item in items]
    starts = [match.start() for match in re.finditer(r'\{\s*"n"', text)]
    assert [text.count("\n", 0, start) + 1 for start in starts] == [item.first for item in items]


@pytest.mark.parametrize(
    ("text", "taken", "said"),
    [
        ("[]", [], []),
        ("", [], ["expected a list of objects"]),
        ('{"results": 3}', [], ["expected a list of objects"]),
        ('[{"a": 1}, 5, {"a": 2}]', [1, 2], ["expected an object"]),
        ('[{"a": 1}, {"a": }, {"a": 2}]', [1, 2], ["not JSON"]),
        ('[{"a": 1}, {"a": 2}', [1, 2], ["the list does not end"]),
        ('[{"a": 1}, {"a": ', [1], ["not JSON", "the list does not end"]),
        ("[" * 100_000, [], ["expected an object"] * 2 + ["the list does not end"]),
    ],
)
def test_what_is_no_item_is_named_and_hides_no_other(
    tmp_path: Path, text: str, taken: list[int], said: list[str]
) -> None:
    """Broken items, broken ends and other things than lists are problems at their place."""
    (tmp_path / "a.json").write_text(text)
    items = list(array_items(tmp_path / "a.json"))
    assert taken == [item.data["a"] for item in items if not isinstance(item, Problem)]
    assert said == [item.message for item in items if isinstance(item, Problem)]


def test_a_packed_list_that_is_cut_off_is_a_problem(tmp_path: Path) -> None:
    """What could be unpacked is read, then the damage is named."""
    whole = gzip.compress(json.dumps([{"a": n} for n in range(9999)]).encode())
    (tmp_path / "a.json.gz").write_bytes(whole[: len(whole) // 2])
    items = list(array_items(tmp_path / "a.json.gz"))
    assert isinstance(items[-1], Problem)
    assert items[-1].message.startswith("unreadable: ")


# --- Papers with Code ------------------------------------------------------------------------

PAGE = "https://paperswithcode.com/paper/"
PAPERS = [
    {"paper_url": f"{PAGE}one", "arxiv_id": "2501.00001", "title": "BlahNet: Image\nDeblurring",
     "abstract": "Not ours to copy.", "url_abs": "https://arxiv.org/abs/2501.00001v2",
     "date": "2025-01-01", "proceeding": "ECCV 2026", "tasks": ["Deblurring"]},
    {"paper_url": f"{PAGE}two", "arxiv_id": None, "title": "A Title", "date": None,
     "url_abs": "https://a.org/two", "tasks": ["Image Super-Resolution"]},
    {"paper_url": f"{PAGE}off", "title": "Gravity", "url_abs": "https://a.org/off", "tasks": []},
    {"paper_url": f"{PAGE}bad", "title": "Image Denoising", "url_abs": None},
    {"paper_url": f"{PAGE}odd", "title": None, "url_abs": "https://a.org/odd"},
]  # fmt: skip
LINKS = [
    {"paper_url": f"{PAGE}one", "repo_url": "https://github.com/fan/copy", "is_official": False,
     "paper_title": "BlahNet: Image Deblurring", "paper_arxiv_id": "2501.00001"},
    {"paper_url": f"{PAGE}one", "repo_url": "https://github.com/a/b", "is_official": True,
     "paper_title": "BlahNet: Image Deblurring", "paper_arxiv_id": "2501.00001"},
    {"paper_url": f"{PAGE}new", "repo_url": "https://github.com/c/d", "is_official": True,
     "paper_title": "Image Denoising anew", "paper_arxiv_id": "2502.00001"},
]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "papers-with-abstracts.json.gz").write_bytes(
        gzip.compress(json.dumps(PAPERS, indent=2).encode())
    )
    (tmp_path / "links-between-papers-and-code.json").write_text(json.dumps(LINKS))
    return tmp_path


def test_papers_of_the_archive_come_with_their_official_code(read: Read, archive: Path) -> None:
    """Papers of our tasks are taken with facts only; others are passed over, bad ones named."""
    papers, problems = read("paperswithcode", archive)
    first, second = papers
    assert ("https://arxiv.org/abs/2501.00001v2", "https://github.com/a/b") == first.links
    assert ("deblurring", ("Deblurring",)) == (first.task, first.tags)
    assert "A paper of 2025 in ECCV 2026: BlahNet: Image Deblurring" == first.does
    assert ("paperswithcode", "one", "CC-BY-SA-4.0") == (
        first.provenance.source,
        first.provenance.source_id,
        first.provenance.license,
    )
    assert ("https://a.org/two", "A paper: A Title") == (second.paper, second.does)
    assert ["paper", "title"] == [problem.field for problem in problems]
    assert {archive / "papers-with-abstracts.json.gz"} == {problem.file for problem in problems}
    assert 1 < problems[0].line < problems[1].line


def test_the_list_of_code_alone_is_enough(read: Read, archive: Path) -> None:
    """Without the papers, titles and arXiv ids of the links serve."""
    papers, problems = read("paperswithcode", archive / "links-between-papers-and-code.json")
    assert [] == problems
    assert [
        ("https://arxiv.org/abs/2501.00001", "https://github.com/a/b"),
        ("https://arxiv.org/abs/2502.00001", "https://github.com/c/d"),
    ] == [paper.links for paper in papers]


def test_a_folder_without_the_archive_is_an_error(read: Read, tmp_path: Path) -> None:
    """A wrong folder is named."""
    with pytest.raises(InputError, match="no papers-with-abstracts"):
        read("paperswithcode", tmp_path)


@pytest.mark.long
def test_a_large_archive_streams_in_bounded_memory(tmp_path: Path, catalog: Catalog) -> None:
    """What is not about our tasks leaves nothing in memory."""
    file = tmp_path / "papers-with-abstracts.json"
    other = json.dumps({**PAPERS[2], "abstract": "x" * 5000}, indent=2)
    wanted = json.dumps(PAPERS[0])
    file.write_text("[" + ",\n".join([*[other] * 4000, wanted]) + "]")
    tracemalloc.start()
    try:
        assert 1 == len(list(read_papers(file, catalog.vocabulary)))
        assert tracemalloc.get_traced_memory()[1] < 4_000_000 < file.stat().st_size
    finally:
        tracemalloc.stop()


# --- OpenAlex --------------------------------------------------------------------------------


def work(number: int, **changes: Any) -> dict[str, Any]:
    arxiv = {"landing_page_url": "http://arxiv.org/abs/2501.00001", "license": None, "source": None}
    place = {
        "landing_page_url": "https://doi.org/10.1109/5.771073",
        "license": "cc-by",
        "source": {"display_name": "IEEE Transactions on Image Processing"},
    }
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": "https://doi.org/10.1109/5.771073",
        "title": "BlahNet: <i>Image</i> Super-Resolution",
        "publication_year": 2025,
        "primary_location": place,
        "locations": [place, arxiv],
        "abstract_inverted_index": {"Secret": [0]},
        **changes,
    }


def test_a_work_gives_its_facts_and_no_abstract(read: Read) -> None:
    """Title, year, venue, arXiv link and license of the open copy are taken."""
    page = json.dumps({"meta": {"count": 1}, "results": [work(1)]}, indent=1)
    [paper], problems = read("openalex", page, "page.json")
    assert [] == problems
    assert ("BlahNet: Image Super-Resolution", "super-resolution") == (paper.title, paper.task)
    assert ("https://arxiv.org/abs/2501.00001", "cc-by") == (paper.paper, paper.license)
    venue = "IEEE Transactions on Image Processing"
    assert f"A paper of 2025 in {venue}: {paper.title}" == paper.does
    assert ("openalex", "W1", "CC0-1.0") == (
        paper.provenance.source,
        paper.provenance.source_id,
        paper.provenance.license,
    )
    assert "Secret" not in paper.model_dump_json()


def test_the_snapshot_is_narrowed_to_our_tasks_and_bad_lines_are_named(
    read: Read, tmp_path: Path
) -> None:
    """Retracted works and other fields are passed over; a work without link is a problem."""
    works = [
        work(1, primary_location=None, locations=None, doi=None),
        work(2, title="Gravity"),
        work(3, is_retracted=True),
        work(4, locations=[]),
        work(5, title=None, display_name="Image Denoising", locations=[]),
    ]
    lines = ["{", *map(json.dumps, works)]
    (tmp_path / "works").mkdir()
    (tmp_path / "works/part_000.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    papers, problems = read("openalex", tmp_path / "works")
    assert ["https://doi.org/10.1109/5.771073"] * 2 == [paper.paper for paper in papers]
    assert [(1, ""), (2, "paper")] == [(p.line, p.field) for p in problems]
