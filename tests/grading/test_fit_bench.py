"""Measuring fit on prompt files whose right model is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.grading.fit_bench import FitReport, Listed, is_wrong, measure
from assistant.grading.retrieval_set import Query
from assistant.prompts import Item, Request, render

LISTED = {
    "SISR-RCAN-2x": Listed("SISR", 2),
    "SISR-RCAN-4x": Listed("SISR", 4),
    "SISR-Any-LIIF-EDSR": Listed("SISR", None),
    "Deblur-HINet-GoPro": Listed("Deblur", None),
}
ENLARGE = "Please upscale this photo 4x."
FILES = {  # what each asks, its label and what it recommends
    "found": (ENLARGE, "SISR", "4", "Deblur-HINet-GoPro"),
    "silent": (ENLARGE, "SISR", "4", "SISR-RCAN-4x"),
    "missed": (ENLARGE, "Deblur", None, "SISR-RCAN-4x"),
    "alarm": (ENLARGE, "Deblur", None, "Deblur-HINet-GoPro"),
    "factor": (ENLARGE, "SISR", "4", "SISR-RCAN-2x"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five prompt files: two mismatches to find, one to miss, one false alarm, one match."""
    (tmp_path / "prompts").mkdir()
    queries = []
    for name, (text, task, scale, recommended) in FILES.items():
        request = Request(question=text, recommended=(Item(name=recommended),))
        (tmp_path / "prompts" / f"{name}.txt").write_text(render(request), "utf-8")
        queries.append({"query_id": name, "text": text, "task": task, "scale": scale})
    listed = [{"doc_id": n, "task": of.task, "scale": of.scale} for n, of in LISTED.items()]
    for name, rows in {"queries": queries, "catalog": listed}.items():
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def report(folder: Path, catalog: Catalog) -> FitReport:
    return measure(folder, catalog)


@pytest.mark.parametrize(
    ("recommended", "task", "scale", "expected"),
    [
        (["SISR-RCAN-4x"], "SISR", 4.0, False),
        (["SISR-RCAN-2x"], "SISR", 4.0, True),
        (["SISR-RCAN-2x"], "SISR", None, False),
        (["SISR-Any-LIIF-EDSR"], "SISR", 4.0, False),
        (["Deblur-HINet-GoPro"], "SISR", 4.0, True),
        (["Recognize Anything Model"], "Classification", None, True),
        (["SISR-RCAN-2x", "SISR-RCAN-4x"], "SISR", 4.0, False),
        ([], "SISR", 4.0, True),
    ],
)
def test_wrong_is_another_task_or_another_factor_where_both_are_known(
    recommended: list[str], task: str, scale: float | None, expected: bool
) -> None:
    request = Request(question="?", recommended=tuple(Item(name=name) for name in recommended))
    assert expected == is_wrong(request, Query("q", ENLARGE, task, scale), LISTED)


def test_a_factor_that_the_question_does_not_name_makes_no_model_wrong() -> None:
    request = Request(question="?", recommended=(Item(name="SISR-RCAN-2x"),))
    assert not is_wrong(request, Query("q", "Please enlarge this photo.", "SISR", 4.0), LISTED)


def test_counts_compare_verdict_and_truth(report: FitReport) -> None:
    data = report.to_json()
    assert {"found": 2, "missed": 1, "false_alarms": 1, "rightly_silent": 1} == data["counts"]
    assert [5, 0.6667, 0.6667, 0.6667] == [data[n] for n in ("n", "precision", "recall", "f1")]


def test_failures_are_what_was_missed_and_false_alarms(report: FitReport) -> None:
    assert [("alarm", False, "Deblur"), ("missed", True, "Deblur")] == [
        (f.query, f.wrong, f.wanted) for f in report.failures
    ]


def test_a_failure_says_what_was_read_and_why(report: FitReport) -> None:
    failure = report.failures[0].to_json()
    assert ("super-resolution", ["Deblur-HINet-GoPro"], "mismatch", True) == (
        failure["wish"]["task"],
        failure["recommended"],
        failure["verdict"],
        bool(failure["reasons"]),
    )


def test_the_table_has_shares_and_counts(report: FitReport) -> None:
    assert "| mismatch | 0.667 | 0.667 | 0.667 | 2 | 1 | 1 | 1 |" in report.to_markdown()


def test_without_verdicts_the_shares_are_0() -> None:
    empty = FitReport("empty", ())
    assert (0.0, 0.0, 0.0) == (empty.precision, empty.recall, empty.f1)


def test_a_prompt_file_without_its_question_is_named(folder: Path, catalog: Catalog) -> None:
    (folder / "prompts" / "found.txt").rename(folder / "prompts" / "lost.txt")
    with pytest.raises(InputError, match=r"lost\.txt: queries\.jsonl has no question lost"):
        measure(folder, catalog)


@pytest.mark.parametrize(
    ("line", "said"),
    [("{}", "doc_id is missing"), ('{"doc_id": "a", "scale": "big"}', "scale is no number")],
)
def test_a_broken_list_is_named_by_file_and_line(
    folder: Path, catalog: Catalog, line: str, said: str
) -> None:
    (folder / "catalog.jsonl").write_text(f"\n{line}\n")
    with pytest.raises(InputError, match=rf"catalog\.jsonl:2: {said}"):
        measure(folder, catalog)


def test_a_folder_without_prompt_files_is_an_error(folder: Path, catalog: Catalog) -> None:
    for path in (folder / "prompts").iterdir():
        path.unlink()
    with pytest.raises(InputError, match="prompts: no prompt file"):
        measure(folder, catalog)
