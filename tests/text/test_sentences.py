"""Sentences: where one ends, whoever wrote it."""

from __future__ import annotations

import pytest

from assistant.text.sentences import leans, sentences, statements

TEXTS = {
    "full stops": ["It is small. ", "It is fast! ", "Why? ", "(See below.) ", "Done."],
    "abbreviations": ["It needs little, e.g. Set5 et al. RCAN by Dr. Zhang. ", "It is fast."],
    "quotations": ['They say "It is small. It is fast." and no more. ', "We do not."],
    "list numbers": ["1. Input: a photo. ", "It is small."],
    "decimals": ["It gains 0.3 dB. ", "PSNR is 32.5."],
    "ideograms": ["放大图片。", "去除噪声！", "好。"],
}


@pytest.mark.parametrize("pieces", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_falls_into_its_sentences(pieces: list[str]) -> None:
    """Pieces join to the text unchanged; dots inside a sentence end none."""
    assert pieces == sentences("".join(pieces))


def test_statements_are_the_sentences_of_all_lines() -> None:
    """Lines end sentences too; rules and blank lines are none."""
    assert ["# Task", "It is small.", "It is fast"] == statements(
        "# Task\n---\nIt is small. It is fast\n\n"
    )


def test_a_sentence_leans_on_what_the_one_before_it_named() -> None:
    """Pronouns and "the model" lean, names do not."""
    assert [True, True, False] == [leans(s) for s in ("It helps.", "The model helps.", "RCAN is.")]
