"""Characters: what no reader sees, and one spelling for many."""

from __future__ import annotations

import pytest

from assistant.text.characters import fold, view, visible

UNSEEN = ["\u200b", "\u202e", "\u2066", "\xad", "\u061c", "\u180e", "\ufeff", "\x00", "\x1b[31m"]
UNSEEN += ["\r", "\x9b", "\U000e0041"]


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
def test_what_no_reader_sees_is_taken_out(character: str) -> None:
    """Zero-width, bidirectional, control and tag characters go; lines and tabs stay."""
    assert "a\n\tb" == visible(f"a{character}\n\tb{character}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("$3\\times$", "3x"),
        ("three times **larger**", "3 times larger"),
        ("15,629,307", "15629307"),
        ("25 percent", "25%"),
        ("twenty-five percent", "25%"),
        ("half a dB", "0.5dB"),
        ("４ｘ", "4x"),
        ("4\u2011fold", "4-fold"),
        ("a &amp; b", "a & b"),
    ],
)
def test_many_spellings_are_read_as_one(written: str, read: str) -> None:
    """Markup, LaTeX, full width and number words give the same text as plain writing."""
    assert read == view(written)


def test_quotations_are_compared_without_case_and_kind_of_quote() -> None:
    """Only the words count."""
    assert fold("“RCAN’s   Trunk”") == fold('"rcan\'s trunk"')
