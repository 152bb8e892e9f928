"""A reply as the prose of two parts, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from assistant.generation.drafts import clean
from assistant.generation.language_model import MAX_DRAFT

RUNS = (
    "[1]",
    "[1] ",
    "\t[^1]",
    "[1,2]",
    "[ID:1]",
    "[Set5]",
    "【4†source】",
    "[cite: 3]",
    "[1",
    "# ",
)


@pytest.mark.parametrize("run", RUNS)
def test_marks_in_a_row_take_time_in_proportion_to_their_number(run: str) -> None:
    """The longest reply of nothing but markers is cleaned in a moment, not in half a minute."""
    start = time.process_time()
    clean(run * (MAX_DRAFT // len(run)))
    assert time.process_time() - start < 1.5


def test_a_long_title_is_read_in_one_go() -> None:
    """Blanks and signs at the end of a title are looked at once."""
    start = time.process_time()
    assert clean("# Workflow" + " #" * 20_000 + "\nRCAN.") == "**Workflow**\nRCAN."
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("RCAN [1] enlarges.", "RCAN enlarges."),
        ("RCAN [1][2]enlarges.", "RCAN enlarges."),
        ("It is measured [Set5] here.", "It is measured [Set5] here."),
        ("RCAN [1] [Set5] enlarges.", "RCAN [Set5] enlarges."),
    ],
)
def test_markers_leave_whole_words(said: str, kept: str) -> None:
    """A marker goes without joining two words; what may be a word of the text stays."""
    assert clean(said) == kept
