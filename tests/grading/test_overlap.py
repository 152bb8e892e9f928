"""Overlap: values that the public packages give for the same texts, and the edges they miss."""

from __future__ import annotations

import pytest

from assistant.grading import overlap
from assistant.grading.words import windows
from assistant.text.stems import stems, words

ANSWER = "The network enlarges the picture. It adds new pixels at the end."
REFERENCE = "A network adds pixels at the end. The picture grows three times."


def test_rouge_counts_repeated_words_as_often_as_both_sides_have_them() -> None:
    """Clipped counts: two matches of three words, of four in the reference."""
    found = overlap.rouge_n(["a", "b", "b"], ["b", "b", "b", "c"], 1)
    assert (2 / 3, 2 / 4) == (found.precision, found.recall)


def test_the_values_of_the_public_packages() -> None:
    """rouge-score 0.1.2 without stemming gives .6667, .3636 and .6667, sacrebleu 2.6.0 a chrF of
    55.1598 for these texts; their words have no endings that our stems would change on one side."""
    a, b = words(ANSWER), words(REFERENCE)
    assert pytest.approx((2 / 3, 4 / 11)) == (
        overlap.rouge_n(a, b, 1).f,
        overlap.rouge_n(a, b, 2).f,
    )
    assert pytest.approx(2 / 3) == overlap.rouge_lsum(ANSWER, REFERENCE).f
    assert pytest.approx(0.5515975437102757) == overlap.chrf(ANSWER, REFERENCE)


def test_rouge_2_needs_neighbors() -> None:
    """The same words in another order share no pair."""
    assert 0.0 == overlap.rouge_n(["a", "b", "c"], ["c", "b", "a"], 2).f


def test_rouge_lsum_joins_the_subsequences_of_all_sentences() -> None:
    """Both reference sentences are met by parts of both answer sentences."""
    found = overlap.rouge_lsum(
        "one two three four five.", "one two six seven eight.\none three eight nine five."
    )
    assert pytest.approx((4 / 5, 4 / 10)) == (found.precision, found.recall)


def test_chinese_text_scores() -> None:
    """A text that shares ideograms has an overlap; packages that read ASCII give 0."""
    assert overlap.rouge_n(stems("放大图片"), stems("图片放大"), 1).f == 1.0


def test_chrf_of_equal_and_disjoint_texts() -> None:
    """1 for the same text in other spacing, 0 without a common character."""
    assert pytest.approx(1.0) == overlap.chrf("the end", "theend")
    assert 0.0 == overlap.chrf("abc", "xyz")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_text_scores_zero_everywhere(text: str) -> None:
    """No division by nothing."""
    assert 0.0 == overlap.rouge_lsum(text, REFERENCE).f == overlap.chrf(text, REFERENCE)
    assert 0.0 == overlap.information(text, REFERENCE, "Why?").f


def test_repeating_the_question_is_no_information() -> None:
    """An echo of the question scores 0 although it shares words with the reference."""
    asked = "How does a network enlarge the picture?"
    assert (
        0.0
        == overlap.information(asked, "A network enlarges the picture by pixel shuffle.", asked).f
    )
    assert 0.0 < overlap.information("By pixel shuffle.", "It uses pixel shuffle.", asked).f


def test_rarer_words_weigh_more() -> None:
    """Sharing the telling word is worth more than sharing a common one."""
    reference = "the counterfactual was new"
    telling = overlap.information("counterfactual", reference, "?").recall
    common = overlap.information("was", reference, "?").recall
    assert telling > 2 * common


def test_windows_hold_whole_sentences() -> None:
    """A window ends before the sentence that would make it too long; nothing is lost."""
    text = "One two three. Four five. Six seven eight nine."
    assert ["One two three. Four five.", "Six seven eight nine."] == windows(text, limit=5)
