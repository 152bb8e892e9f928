"""Validation sets: formats are checked by row, figures are those of the formulas."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import InputError
from assistant.grading.validation import validate
from assistant.grading.validation.measure import auc, balanced_accuracy, macro_f1, pearson

TRUTH = np.array([1.0, 1.0, 0.0, 0.0])


def test_the_formulas() -> None:
    """By hand: three of four right, one tie, a straight line."""
    said = np.array([1.0, 0.0, 0.0, 0.0])
    assert pytest.approx((2 / 3 + 4 / 5) / 2) == macro_f1(TRUTH, said)
    assert 0.75 == balanced_accuracy(TRUTH, said)
    assert 0.875 == auc(TRUTH, np.array([0.9, 0.5, 0.5, 0.1]))
    assert pytest.approx(1.0) == pearson(TRUTH, 2 * TRUTH - 1)
    assert math.isnan(pearson(TRUTH, np.zeros(4)))


def test_a_row_without_its_field_is_named(tmp_path: Path) -> None:
    """The file, the row and the field."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"doc": "a", "summary": "a", "label": 1}\n{"doc": "a"}\n', "utf-8")
    with pytest.raises(InputError, match="row 2 has no 'summary'"):
        validate("summedits", path)


def test_an_unknown_label_is_named(tmp_path: Path) -> None:
    """The first row whose label is neither of the two."""
    path = tmp_path / "rows.json"
    row = {"question": "q", "claim": "c", "references": ["r"], "attribution_label": "maybe"}
    path.write_text(json.dumps([row]), "utf-8")
    with pytest.raises(InputError, match="row 1: attribution_label 'maybe'"):
        validate("attributionbench", path)


def test_an_unknown_set_is_refused(tmp_path: Path) -> None:
    """With the names of those that are known."""
    with pytest.raises(InputError, match="unknown"):
        validate("truth", tmp_path)


def test_ragchecker_agrees_with_people(shared: Path) -> None:
    """At least the bar: Pearson .54 and pairwise accuracy .76 on the given half."""
    found = validate("ragchecker", shared / "bench/reference-grading/ragchecker-dev.json")
    figures = {f.name: f.value for f in found.figures}
    assert figures["Pearson overall, information F (ours)"] >= 0.54
    assert figures["pairwise accuracy, information F (ours)"] >= 0.76


def test_small_edits_are_told_from_rewordings(shared: Path) -> None:
    """At least the bar: balanced accuracy .60, and hardly a false alarm."""
    found = validate("summedits", shared / "bench/small-edits/summedits-scitldr-dev.jsonl")
    figures = {f.name: f.value for f in found.figures}
    assert figures["balanced accuracy, edits (ours)"] >= 0.60
    assert figures["share of consistent summaries flagged"] <= 0.05
