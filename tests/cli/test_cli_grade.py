"""`sr-assistant grade` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import prompts
from assistant.catalog import Catalog
from assistant.pipeline import Assistant

Run = Callable[..., Any]
GOLDEN = Path(__file__).parents[1] / "golden"

pytestmark = pytest.mark.usefixtures("here", "cache")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Path:
    """Our answers to two example prompt files."""
    place = tmp_path_factory.mktemp("answers")
    assistant = Assistant(catalog)
    for file in sorted(GOLDEN.glob("*.txt"))[:2]:
        page = assistant.answer(prompts.read(file)).markdown
        (place / f"{file.stem}.md").write_text(page, "utf-8")
    return place


def run(call: Run, answers: Path, *flags: object) -> Any:
    return call("grade", answers, "--prompts", GOLDEN, "--no-encoder", *flags)


def test_the_table_names_every_score_and_what_did_not_match(call: Run, answers: Path) -> None:
    """Means on standard output, missing answers on standard error; exit 0."""
    done = run(call, answers)
    assert 0 == done.code
    assert "| links.precision | 1.000 |" in done.out
    assert "3 prompts have no answer" in done.err


def test_json_is_one_document(call: Run, answers: Path) -> None:
    """Scores, findings with places, and everything unmatched."""
    data = json.loads(run(call, answers, "--format", "json").out)
    assert 2 == len(data["items"])
    assert 3 == len(data["unmatched"]["prompts_without_answer"])
    assert 1.0 == data["summary"]["grounded"]["mean"]


def test_a_missed_gate_exits_1_and_says_by_how_much(call: Run, answers: Path) -> None:
    """The report is written all the same."""
    done = run(call, answers, "--min", "support.rate=1.01")
    assert 1 == done.code
    assert "gate missed: support.rate" in done.err
    assert "## Gates" in done.out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--min", "beauty=1"], "--min beauty: is no score"),
        (["--min", "fit"], "--min fit: no number"),
        (["--min", "rubric=1"], "--min rubric: applies to no answer here"),
        (["--judge", "m", "--judge-url", "http://127.0.0.1:9/v1", "--votes", "1"], "at least 3"),
        (["--judge", "m", "--judge-url", "http://127.0.0.1:9/v1", "--max-cost", "1"], "a price"),
    ],
)
def test_bad_flags_exit_2(call: Run, answers: Path, flags: list[str], message: str) -> None:
    """One line that names the flag."""
    done = run(call, answers, *flags)
    assert 2 == done.code
    assert message in done.err


def test_answers_without_prompts_exit_2(call: Run, tmp_path: Path) -> None:
    """No id in common is bad input, no empty report."""
    (tmp_path / "stranger.md").write_text("## 1. Task\n\nx\n", "utf-8")
    done = run(call, tmp_path)
    assert 2 == done.code
    assert "no answer has a prompt: 'stranger'" in done.err


def test_a_report_is_written_and_serves_as_baseline(
    call: Run, answers: Path, tmp_path: Path
) -> None:
    """A JSON report of the same answers: all differences 0; the page holds both."""
    report = tmp_path / "old.json"
    assert 0 == run(call, answers, "--format", "json", "-o", report).code
    page = tmp_path / "report.html"
    done = run(call, answers, "--baseline", report, "--format", "html", "-o", page)
    assert (0, "") == (done.code, done.out)
    assert "identical" in page.read_text("utf-8")


def test_a_dry_run_asks_nobody(call: Run, answers: Path) -> None:
    """Calls, tokens and cost are said; no connection is made."""
    flags = ["--judge", "m", "--judge-url", "http://127.0.0.1:9/v1", "--dry-run", "--price", "10"]
    done = run(call, answers, *flags)
    assert (0, "") == (done.code, done.out)
    assert "judging: 6 calls, about " in done.err
    assert " USD (characters / 4)" in done.err


def test_validation_needs_its_file(call: Run) -> None:
    """--validate without --data is a usage error."""
    done = call("grade", "--validate", "summedits")
    assert (2, True) == (done.code, "--data FILE" in done.err)
