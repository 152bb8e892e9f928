"""``sr-assistant bench``: figures for people, JSON for programs, a run for trec_eval."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.prompts import Item, Request, render

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Two questions on models of the built-in catalog; the second is labelled wrongly."""
    folder = tmp_path / "tiny"
    (folder / "prompts").mkdir(parents=True)
    queries = [
        {"query_id": "q1", "text": "upscale a photo 3x", "task": "SISR", "scale": "3"},
        {"query_id": "q2", "text": "upscale a photo 3x", "task": "Deblur"},
    ]
    lines = "".join(f"{json.dumps(query)}\n" for query in queries)
    (folder / "queries.jsonl").write_text(lines)
    (folder / "qrels.tsv").write_text(
        "query_id\tdoc_id\tscore\nq1\tSISR-RCAN-3x\t1\nq2\tDeblur-HINet-GoPro\t1\n"
    )
    request = Request(question="Deblur a photo", recommended=(Item(name="SISR-RCAN-3x"),))
    (folder / "prompts" / "q2.txt").write_text(render(request))
    return folder


@pytest.fixture
def listed(labelled: Path) -> Path:
    """The same with the list of names that ``bench fit`` needs."""
    row = {"doc_id": "SISR-RCAN-3x", "task": "SISR", "scale": "3", "detailed_category": "SISR"}
    (labelled / "catalog.jsonl").write_text(json.dumps(row))
    return labelled


def test_retrieval_json_has_systems_intervals_and_failures(call: Run, labelled: Path) -> None:
    done = call("bench", "retrieval", labelled, "--json")
    data = json.loads(done.out)
    assert ["set", "n", "systems", "intervals", "counts", "unlabelled", "failures"] == list(data)
    assert ("tiny", 2, 0) == (data["set"], data["n"], done.code)
    assert ["lexical", "dense", "fused", "ours"] == list(data["systems"])
    assert list(data["systems"]["ours"]) == list(data["intervals"])
    assert 0.5 == data["systems"]["ours"]["task@1"]
    assert "q2" in [failure["query_id"] for failure in data["failures"]]
    assert "super-resolution" == data["failures"][-1]["wish"]["task"]


def test_retrieval_prints_a_table_and_the_failures(call: Run, labelled: Path) -> None:
    lines = call("bench", "retrieval", labelled).out.splitlines()
    assert "| tiny, 2 questions | lexical | dense | fused | ours | 95 % of ours | n |" == lines[0]
    assert "  asked: upscale a photo 3x" in lines
    assert any("task super-resolution" in line and "scales 3.0" in line for line in lines)


def test_at_most_twenty_failures_are_printed(call: Run, labelled: Path) -> None:
    rows = [{"query_id": f"q{n}", "text": "upscale a photo 3x"} for n in range(25)]
    (labelled / "queries.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    grades = "".join(f"q{n}\tDeblur-HINet-GoPro\t1\n" for n in range(25))
    (labelled / "qrels.tsv").write_text(f"query_id\tdoc_id\tscore\n{grades}")
    out = call("bench", "retrieval", labelled).out
    assert (20, True) == (out.count("  asked: "), "failures (20 of 25 shown):" in out)
    data = json.loads(call("bench", "retrieval", labelled, "--json").out)
    assert 25 == len(data["failures"])


def test_run_writes_ten_ranks_a_question_in_trec_format(
    call: Run, labelled: Path, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "run.txt"
    call("bench", "retrieval", labelled, "--run", file)
    rows = [line.split(" ") for line in file.read_text().splitlines()]
    assert ([file], 20, {6}) == (list(file.parent.iterdir()), len(rows), {len(r) for r in rows})
    assert [("Q0", str(rank), "sr-assistant") for rank in range(1, 11)] * 2 == [
        (row[1], row[3], row[5]) for row in rows
    ]


def test_questions_that_no_model_answers_are_reported_apart(call: Run, labelled: Path) -> None:
    (labelled / "qrels.tsv").write_text("query_id\tdoc_id\tscore\nq1\tSISR-RCAN-3x\t1\n")
    said = call("bench", "retrieval", labelled).out
    assert "1 more questions have no relevant model" in said


def test_a_broken_set_is_named_by_file_and_line(call: Run, labelled: Path) -> None:
    (labelled / "queries.jsonl").write_text('{"query_id": "q1", "text": "x"}\n{"text": 3}\n')
    done = call("bench", "retrieval", labelled)
    assert (2, "") == (done.code, done.out)
    assert "queries.jsonl:2: query_id is missing" in done.err


def test_a_folder_that_is_none_is_bad_input(call: Run, tmp_path: Path) -> None:
    codes = [call("bench", verb, tmp_path / "no").code for verb in ("retrieval", "fit")]
    assert [2, 2] == codes


def test_fit_json_has_shares_counts_and_failures(call: Run, listed: Path) -> None:
    data = json.loads(call("bench", "fit", listed, "--json").out)
    counts = {"found": 1, "missed": 0, "false_alarms": 0, "rightly_silent": 0}
    assert {
        "set": "tiny",
        "n": 1,
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "counts": counts,
        "failures": [],
    } == data


def test_fit_prints_a_table_and_the_failures(call: Run, listed: Path) -> None:
    request = Request(question="Upscale 3x", recommended=(Item(name="SISR-RCAN-3x"),))
    (listed / "prompts" / "q2.txt").write_text(render(request))
    out = call("bench", "fit", listed).out
    assert "| mismatch | 0.000 | 0.000 | 0.000 | 0 | 1 | 0 | 0 |" in out
    assert "- q2: SISR-RCAN-3x; wanted Deblur, our verdict fits" in out


def test_questions_prints_shares_and_failures(call: Run, tmp_path: Path) -> None:
    """One row right, one wrong: the share of each measure, and what was got instead of wanted."""
    file = tmp_path / "asked.jsonl"
    rows = [
        {"text": "Which model upscales a photo 3x?", "form": "recommend", "scale": 3},
        {"text": "Which model removes noise?", "form": "recommend", "tasks": ["depth-estimation"]},
    ]
    rows[0]["tasks"] = ["super-resolution"]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    lines = call("bench", "questions", file).out.splitlines()
    assert "right, recommend\t0.500\t2" in lines
    assert "scale\t1.000\t1" in lines
    assert lines[-1].startswith("Which model removes noise?\tdenoising\tdepth-estimation")
