"""Floors: a regression fails, other inputs fail, lowering needs to be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.content import folder
from assistant.grading.floors import FloorError, Floors, digest_of, read_floors, update

FLOORS = Floors("abc", {"structure": 0.9, "rubric": 0.5})


def test_scores_at_their_floors_pass() -> None:
    """Equal, higher, or lower by rounding only."""
    FLOORS.check("abc", {"structure": 0.8995, "rubric": 0.7})


def test_a_regression_is_named() -> None:
    """The score, what it is and what it was; exit code 1."""
    with pytest.raises(FloorError, match=r"rubric 0\.4000 < 0\.5000") as error:
        FLOORS.check("abc", {"structure": 0.9, "rubric": 0.4})
    assert 1 == error.value.code


def test_a_score_that_is_gone_is_a_regression() -> None:
    """Not measured is not passed."""
    with pytest.raises(FloorError, match="rubric is gone"):
        FLOORS.check("abc", {"structure": 1.0})


def test_other_inputs_fail() -> None:
    """A floor belongs to its questions and references."""
    with pytest.raises(FloorError, match="changed since"):
        FLOORS.check("def", {"structure": 1.0, "rubric": 1.0})


def test_lowering_needs_its_own_flag(tmp_path: Path) -> None:
    """Pinning lower values is refused unless it is allowed; the file stays as it was."""
    path = tmp_path / "floors.json"
    update(path, "abc", {"structure": 0.9}, allow_lower=False)
    with pytest.raises(FloorError, match="would lower"):
        update(path, "abc", {"structure": 0.8}, allow_lower=False)
    assert {"structure": 0.9} == read_floors(path).scores
    update(path, "abc", {"structure": 0.8}, allow_lower=True)
    assert {"structure": 0.8} == read_floors(path).scores


def test_the_shipped_floors_belong_to_the_shipped_inputs() -> None:
    """eval/floors.json was measured on eval/prompts and eval/references as they are."""
    place = folder("eval")
    shipped = read_floors(place / "floors.json")
    assert digest_of(place / "prompts", place / "references") == shipped.inputs
    assert {"structure", "grounded", "fit", "rubric", "rouge1.f"} <= shipped.scores.keys()
