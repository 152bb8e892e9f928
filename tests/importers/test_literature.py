"""Papers from reading lists and from the arXiv snapshot."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog, Problem
from assistant.catalog.export import export
from assistant.catalog.importers.arxiv import read as read_arxiv
from assistant.catalog.importers.fields import cut, paper_link, plain

Read = Callable[..., tuple[list[Any], list[Any]]]

ARXIV = "https://arxiv.org/abs/1807.02758"
DOI = "https://doi.org/10.1109/5.771073"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("", "1807.02758v2", ""), ARXIV),
        (("http://arxiv.org/pdf/1807.02758", "1807.02758", ""), "http://arxiv.org/pdf/1807.02758"),
        (("https://a.org/b", "1807.02758", "10.1109/5.771073"), ARXIV),
        (("https://a.org/b", "", "10.1109/5.771073"), DOI),
        (("", "", "https://dx.doi.org/10.1109/5.771073"), DOI),
        (("", "", "10.48550/arXiv.1807.02758"), ARXIV),
        (("https://a.org/b", "no id", "no doi"), "https://a.org/b"),
        (("", "", ""), ""),
    ],
)
def test_the_link_of_a_paper_is_its_arxiv_id_its_doi_or_its_address(
    given: tuple[str, str, str], expected: str
) -> None:
    assert expected == paper_link(*given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Head\n\n**Bold** and _italic_, `code`.", "Head Bold and italic, code."),
        ("[words](https://a.org) ![alt](https://a.org/x.png) (https://b.org/c)", "words"),
        ("RRDB_ESRGAN_x4 keeps its_name", "RRDB_ESRGAN_x4 keeps its_name"),
        (None, ""),
    ],
)
def test_markdown_becomes_words_without_addresses(text: str | None, expected: str) -> None:
    assert expected == plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "Short."),
        ("One of 2.5 is here. Two is longer than that.", "One of 2.5 is here."),
        ("one two three four five six seven eight", "one two three four five six…"),
    ],
)
def test_a_text_is_cut_at_the_end_of_a_sentence_or_word(text: str, expected: str) -> None:
    assert expected == cut(text, 30)


# --- BibTeX --------------------------------------------------------------------------------

BIB = r"""
A free comment with an e-mail a@b.org.
@string{eccv = {European Conference}}
@comment{@article{hidden, title={Hidden}, url={https://a.org/h}}}
@inproceedings{zhang2018,
  title     = {{BlahNet}: {\"U}ber Image Super-Resolution \& {M\'ajor} Things},
  author    = "Zhang, A. and M{\"u}ller, B.",
  booktitle = eccv # { 2018},
  year      = 2018,
  eprint    = {1807.02758v2}, archivePrefix = {arXiv},
  abstract  = {We enlarge pictures. It works.},
}
@article(noted, title = "By its {\"n}ote", journal = {arXiv preprint arXiv:2501.12345})
@misc{doi_only, title={With DOI}, doi={10.1109/5.771073}, note={Code: https://github.com/a/b}}
"""


def test_entries_of_a_bibliography_become_papers(read: Read) -> None:
    papers, problems = read("bibtex", BIB, "a.bib")
    assert [] == problems
    assert ["arxiv-1807.02758", "arxiv-2501.12345", "doi-10.1109-5.771073"] == [
        paper.id for paper in papers
    ]
    first, second, third = papers
    assert ("BlahNet: Über Image Super-Resolution & Májor Things", "BlahNet") == (
        first.title,
        first.name,
    )
    assert ("super-resolution", ARXIV) == (first.task, first.paper)
    assert "The abstract says: “We enlarge pictures. It works.”" == first.does
    assert ("bibtex", "zhang2018") == (first.provenance.source, first.provenance.source_id)
    assert "https://arxiv.org/abs/2501.12345" == second.paper
    assert (DOI, "https://github.com/a/b") == third.links


def test_a_bad_entry_is_named_by_line_and_hides_no_other(read: Read) -> None:
    text = (
        "@misc{open, title = {Never closed,\n  year = 2020\n\n"
        "@misc{nolink, title = {No link}}\n"
        "@misc{notitle, url = {https://a.org/b}}\n"
        "@misc{, title = {No key}}\n"
        "@misc{odd, title = , url = {https://a.org/c}}\n"
        "@misc{bad, title = {Bad link}, url = {ftp://a.org/c}}\n"
        "@misc{good, title = {Good}, url = {https://a.org/d_e}}\n"
    )
    papers, problems = read("bibtex", text, "a.bib")
    assert [("good", "https://a.org/d_e")] == [(paper.id, paper.paper) for paper in papers]
    assert [(1, ""), (4, "paper"), (5, "title"), (6, ""), (7, ""), (8, "paper")] == [
        (problem.line, problem.field) for problem in problems
    ]


def test_a_bibliography_of_open_braces_takes_no_time(read: Read) -> None:
    start = time.process_time()
    read("bibtex", "@misc{a, title = {" * 2000 + "\n@misc{b, x = " + "{" * 100_000, "a.bib")
    assert time.process_time() - start < 5


# --- CSL-JSON ------------------------------------------------------------------------------

CSL = [
    {"id": "a", "title": "One", "URL": "http://arxiv.org/abs/1807.02758v1", "DOI": "10.1109/5.7"},
    {"id": 2, "title": "Two", "number": "arXiv:2501.12345", "issued": {"date-parts": [[2025]]}},
    {"id": "c", "title": "Three", "DOI": "10.1109/5.771073", "issued": {}},
    {"id": "d", "title": "Four"},
    {"id": "e", "title": ["Five"], "URL": "https://a.org/b"},
]  # fmt: skip


def test_items_of_csl_become_papers_and_bad_ones_are_named(read: Read) -> None:
    papers, problems = read("csl", json.dumps(CSL, indent=1), "a.json")
    assert [
        ("arxiv-1807.02758", "http://arxiv.org/abs/1807.02758v1", "A paper: One"),
        ("arxiv-2501.12345", "https://arxiv.org/abs/2501.12345", "A paper of 2025: Two"),
        ("doi-10.1109-5.771073", DOI, "A paper: Three"),
    ] == [(paper.id, paper.paper, paper.does) for paper in papers]
    assert ["paper", "title"] == [problem.field for problem in problems]
    assert problems[0].line < problems[1].line


@pytest.mark.parametrize("form", ["bibtex", "csl"])
def test_what_the_catalog_exports_comes_back(read: Read, catalog: Catalog, form: str) -> None:
    papers, problems = read(form, export(catalog.papers, form), "a.json")
    assert [] == problems
    wanted = {paper.paper: paper.title for paper in reversed(catalog.papers)}
    assert wanted == {paper.paper: paper.title for paper in papers}


# --- arXiv ---------------------------------------------------------------------------------


def line(number: int, **changes: Any) -> str:
    data = {
        "id": f"2501.{number:05}",
        "title": f"Net {number}: Image\n  Super-Resolution",
        "abstract": "  We enlarge\n pictures. " + "It is good. " * 40,
        "categories": "cs.CV cs.LG",
        "license": "http://creativecommons.org/licenses/by/4.0/",
    }
    return json.dumps({**data, **changes})


def test_a_paper_of_the_snapshot_is_quoted_and_credited(read: Read) -> None:
    paper = read("arxiv", line(1, comments="Code: https://github.com/a/b"), "a.jsonl")[0][0]
    assert ("arxiv-2501.00001", "Net 1: Image Super-Resolution") == (paper.id, paper.title)
    assert ("https://arxiv.org/abs/2501.00001", "https://github.com/a/b") == paper.links
    assert paper.does.startswith("The abstract says: “We enlarge pictures. It is good.")
    assert paper.does.endswith("It is good.”")
    assert "http://creativecommons.org/licenses/by/4.0/" == paper.provenance.license


def test_only_papers_about_our_tasks_are_taken(read: Read) -> None:
    lines = [
        line(1),
        line(2, categories="hep-th"),
        line(3, title="Gravity", abstract="It falls."),
        line(4, title="BlahNet", abstract="A network for image denoising."),
        line(5, comments="This paper has been withdrawn by the author."),
        line(6, categories=["eess.IV"]),
    ]
    papers, problems = read("arxiv", "\n".join(lines), "a.jsonl")
    assert ([1, 4, 6], []) == ([int(paper.id[-1]) for paper in papers], problems)


def test_a_bad_line_of_the_snapshot_is_named_and_skipped(read: Read) -> None:
    lines = [line(1), "{", line(2, id="nonsense"), line(3, title=None), "", line(4)]
    papers, problems = read("arxiv", "\n".join(lines), "a.jsonl")
    assert ["arxiv-2501.00001", "arxiv-2501.00004"] == [paper.id for paper in papers]
    assert [(2, ""), (3, "id"), (4, "title")] == [(p.line, p.field) for p in problems]


@pytest.mark.long
def test_ten_thousand_lines_stream_in_bounded_time_and_memory(
    tmp_path: Path, catalog: Catalog
) -> None:
    file = tmp_path / "snapshot.json"
    with file.open("w") as out:
        for number in range(10_000):
            filler = {"note": "x" * 2000, "categories": "cs.CV" if number % 10 else "hep-th"}
            out.write(line(number, **filler) + "\n")
    start = time.process_time()
    assert 9000 == sum(1 for _ in read_arxiv(file, catalog.vocabulary))
    assert time.process_time() - start < 30
    tracemalloc.start()
    try:
        found = read_arxiv(file, catalog.vocabulary)
        assert not any(isinstance(next(found), Problem) for _ in range(500))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000 < file.stat().st_size
    finally:
        tracemalloc.stop()
