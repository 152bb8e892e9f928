from __future__ import annotations

import pytest

from assistant.retrieval.lexical import Lexical, fold, words

DOCUMENTS = [
    ("rcan", "RCAN enlarges photos 3x with channel attention"),
    ("deblur", "removes blurring from photos"),
    ("paper", "a survey of attention"),
]


def test_the_record_with_the_rarest_shared_words_comes_first() -> None:
    """BM25 ranks by shared words, rare ones above common ones."""
    assert ["rcan", "paper"] == _ids(Lexical(DOCUMENTS).search("channel attention", 5))


def test_scores_are_those_of_lucene_bm25() -> None:
    """One word in one of two documents scores idf * tf / (tf + k1 (1 - b + b l / mean l))."""
    found = Lexical([("a", "blur"), ("b", "noise")]).search("blur", 2)
    assert [("a", pytest.approx(0.6931472 / 2.5))] == found


@pytest.mark.parametrize("query", ["", "   ", "?!", "the of and", "zebra"])
def test_a_query_without_a_known_word_finds_nothing(query: str) -> None:
    """Blank, stop-word and unknown queries have no lexical answer."""
    assert [] == Lexical(DOCUMENTS).search(query, 5)


@pytest.mark.parametrize("documents", [[], [("a", "")], [("a", "the")]])
def test_a_corpus_without_words_finds_nothing(documents: list[tuple[str, str]]) -> None:
    """An empty corpus is searched without an error."""
    assert [] == Lexical(documents).search("blur", 5)


def test_one_document_and_a_large_k() -> None:
    """A corpus of one answers with that one, however many are asked for."""
    assert ["a"] == _ids(Lexical([("a", "one blurred photo")]).search("blur", 1000))


def test_k_of_zero_finds_nothing() -> None:
    """Nothing is what zero results are."""
    assert [] == Lexical(DOCUMENTS).search("photos", 0)


def test_equal_scores_keep_the_order_of_the_records() -> None:
    """Ties are decided by the order in which the records were given."""
    same = [(name, "the same photo") for name in "zyxwv"]
    assert list("zyxwv") == _ids(Lexical(same).search("photo", 5))


def test_keep_narrows_what_may_be_found() -> None:
    """A record that the caller rules out leaves its place to the next."""
    found = Lexical(DOCUMENTS).search("photos", 1, keep=lambda entry_id: entry_id != "deblur")
    assert ["rcan"] == _ids(found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("upscaling", "upscaled"),
        ("upscale", "upscales"),
        ("blur", "blurred"),
        ("images", "image"),
        ("bodies", "body"),
        ("faces", "face"),
        ("processes", "processing"),
        ("strings", "string"),
    ],
)
def test_endings_are_folded(first: str, second: str) -> None:
    """Forms of one word meet."""
    assert fold(first) == fold(second)


@pytest.mark.parametrize("word", ["3x", "bus", "glass", "speed", "red", "日本"])
def test_words_without_an_ending_stay(word: str) -> None:
    """What only looks like an ending is kept."""
    assert word == fold(word)


@pytest.mark.parametrize("scale", ["4x", "x4", "×4", "4×", "4 x", "4X"])
def test_all_ways_to_write_a_scale_are_one_word(scale: str) -> None:
    """A scale is found however it is written."""
    assert ["sharp", "4x", "photo"] == words(f"sharp {scale} photo")


def test_a_picture_size_is_no_scale() -> None:
    """``1920 x 1080`` does not speak of a factor."""
    assert ["1920", "x", "1080", "640", "480"] == words("1920 x 1080, 640×480")


def _ids(found: list[tuple[str, float]]) -> list[str]:
    return [entry_id for entry_id, _ in found]
