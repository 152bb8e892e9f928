"""Measuring how free questions are read and answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.content import folder
from assistant.errors import InputError
from assistant.grading.question_bench import measure, read_questions

TOLD = sorted((folder("eval") / "troubles").glob("*.jsonl"))
ANSWERS = {  # intent, outcome, tasks of the workflow, factors read, Markdown
    "small": ("recommend", "verified", ("super-resolution",), (2.0,), ""),
    "noisy and small": ("recommend", "verified", ("denoising", "super-resolution"), (), ""),
    "other way round": ("recommend", "verified", ("super-resolution", "denoising"), (), ""),
    "who wrote it": ("fact", "verified", (), (), "Nobody wrote it."),
    "lines in it": ("trouble", "verified", (), (), "Seams show where two tiles meet."),
    "soup": ("outside", "refused", (), (), ""),
    "noise": ("outside", "refused", (), (), ""),
}


def _ask(text: str) -> Answer:
    intent, outcome, tasks, scales, markdown = ANSWERS[text]
    answer: Any = SimpleNamespace(
        intent=intent,
        outcome=outcome,
        workflow=SimpleNamespace(tasks=tasks),
        wish=SimpleNamespace(scales=scales),
        markdown=markdown,
        recommended=(),
        related=(SimpleNamespace(id="seam"), SimpleNamespace(id="noise"))
        if "lines" in text
        else (),
    )
    return cast("Answer", answer)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(*rows: object) -> Path:
        path = tmp_path / "asked.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        return path

    return written


SMALL, CLEAN = "super-resolution", "denoising"


@pytest.mark.parametrize(
    ("text", "form", "wanted", "right"),
    [
        ("small", "recommend", {"tasks": ["super-resolution|deblurring"]}, True),
        ("small", "recommend", {"tasks": [CLEAN]}, False),
        ("noisy and small", "chain", {"tasks": [CLEAN, SMALL]}, True),
        ("other way round", "chain", {"tasks": [CLEAN, SMALL]}, False),
        ("who wrote it", "fact", {"must": ["wrote"]}, True),
        ("who wrote it", "fact", {"must": ["wrote"], "must_not": ["nobody"]}, False),
        ("lines in it", "trouble", {"entry": "trouble-seams|seam"}, True),
        ("lines in it", "trouble", {"entry": "noise"}, False),
        ("who wrote it", "trouble", {"entry": "noise"}, False),
        ("soup", "outside", {}, True),
        ("small", "outside", {}, False),
        ("noise", "recommend", {"tasks": [CLEAN]}, False),
    ],
)
def test_an_answer_is_right_in_its_own_form(
    write: Callable[..., Path], text: str, form: str, wanted: dict[str, Any], right: bool
) -> None:
    """Wishes need their steps in order, troubles their entry first, other forms their words, what
    is outside a refusal."""
    data = measure(write({"text": text, "form": form, **wanted}), _ask).to_json()
    assert data["scores"]["right overall"] == {"value": float(right), "n": 1}
    assert [text] * (not right) == [failure["text"] for failure in data["failures"]]


def test_factor_first_task_and_refusals_have_their_own_shares(write: Callable[..., Path]) -> None:
    """A factor is counted where enlarging is wanted, a refusal where the field is meant."""
    tasks = ["super-resolution"]
    file = write(
        {"text": "small", "form": "recommend", "tasks": tasks, "scale": 2},
        {"text": "noisy and small", "form": "chain", "tasks": tasks, "scale": 4},
        {"text": "noise", "form": "recommend", "tasks": ["denoising"]},
        {"text": "soup", "form": "followup", "previous": "x"},
    )
    scores = measure(file, _ask).to_json()["scores"]
    assert {"value": 0.5, "n": 2} == scores["scale"]
    assert {"value": 0.5, "n": 2} == scores["first task, recommend"]
    assert {"value": 0.3333, "n": 3} == scores["refused within"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "x", "form": "shout"}, "form"),
        ({"text": "x", "form": "fact", "must": ["("]}, "unterminated"),
        ({"text": "x", "form": "chain", "tasks": [3]}, "split"),
        ({"text": "x", "form": "followup"}, "no question"),
    ],
)
def test_a_broken_row_is_named(write: Callable[..., Path], row: object, said: str) -> None:
    """The error names the file, the line where there is one, and what a row holds."""
    with pytest.raises(InputError, match=said) as error:
        read_questions(write(row))
    assert "asked.jsonl" in str(error.value)


@pytest.mark.parametrize("file", TOLD, ids=[file.stem for file in TOLD])
def test_troubles_are_labelled_with_entries_of_the_catalog(catalog: Catalog, file: Path) -> None:
    """A label that no answer could name first would only lower the share."""
    rows = read_questions(file)
    assert 40 <= len(rows)
    assert [] == [entry for row in rows for entry in row.entries if catalog.get(entry) is None]
    assert {"outside"} >= {row.form for row in rows if not row.entries}
