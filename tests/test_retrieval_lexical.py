from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.retrieval.lexical import Lexical, Postings, words
from assistant.retrieval.passages import lexical_text

DOCUMENTS = [
    ("rcan", "RCAN enlarges photos 3x with channel attention"),
    ("deblur", "removes blurring from photos"),
    ("paper", "a survey of attention"),
]


def test_the_record_with_the_rarest_shared_words_comes_first() -> None:
    """BM25 ranks by shared words, rare ones above common ones."""
    assert ["rcan", "paper"] == _ids(Lexical.of(DOCUMENTS).search("channel attention", 5))


def test_scores_are_those_of_lucene_bm25() -> None:
    """One word in one of two documents scores idf * tf / (tf + k1 (1 - b + b l / mean l))."""
    found = Lexical.of([("a", "blur"), ("b", "noise")]).search("blur", 2)
    assert [("a", pytest.approx(0.6931472 / 2.5))] == found


@pytest.mark.parametrize("query", ["", "   ", "?!", "the of and", "zebra"])
def test_a_query_without_a_known_word_finds_nothing(query: str) -> None:
    """Blank, stop-word and unknown queries have no lexical answer."""
    assert [] == Lexical.of(DOCUMENTS).search(query, 5)


@pytest.mark.parametrize("documents", [[], [("a", "")], [("a", "the")]])
def test_a_corpus_without_words_finds_nothing(documents: list[tuple[str, str]]) -> None:
    """An empty corpus is searched without an error."""
    assert [] == Lexical.of(documents).search("blur", 5)


def test_one_document_and_a_large_k() -> None:
    """A corpus of one answers with that one, however many are asked for."""
    assert ["a"] == _ids(Lexical.of([("a", "one blurred photo")]).search("blur", 1000))


def test_k_of_zero_finds_nothing() -> None:
    """Nothing is what zero results are."""
    assert [] == Lexical.of(DOCUMENTS).search("photos", 0)


def test_equal_scores_keep_the_order_of_the_records() -> None:
    """Ties are decided by the order in which the records were given."""
    same = [(name, "the same photo") for name in "zyxwv"]
    assert list("zyxwv") == _ids(Lexical.of(same).search("photo", 5))


def test_a_kind_narrows_what_may_be_found() -> None:
    """A record of another kind leaves its place to the next, and scores stay."""
    ids, texts = zip(*DOCUMENTS, strict=True)
    found = Lexical(ids, ["model", "model", "paper"], Postings.of(texts))
    everything = dict(found.search("attention", 5))
    assert [("paper", everything["paper"])] == found.search("attention", 5, kind="paper")


def test_scores_are_those_of_bm25s(catalog: Catalog) -> None:
    """Over the built-in catalog every score is the one of bm25s."""
    bm25s = pytest.importorskip("bm25s")
    texts = [lexical_text(entry) for entry in catalog]
    listed = [words(text) for text in texts]
    numbers = {word: n for n, word in enumerate(dict.fromkeys(w for one in listed for w in one))}
    theirs = bm25s.BM25(k1=1.5, b=0.75, method="lucene", backend="numpy")
    rows = [[numbers[word] for word in one] for one in listed]
    theirs.index((rows, numbers), create_empty_token=False, show_progress=False)
    ours = Lexical.of((entry.id, text) for entry, text in zip(catalog, texts, strict=True))
    for query in ("remove rain from a street photo", "4x anime anime upscaler x4 SwinIR"):
        known = [numbers[word] for word in words(query) if word in numbers]
        scores = theirs.get_scores_from_ids(known)
        found = dict(ours.search(query, len(catalog)))
        expected = [found.get(entry.id, 0.0) for entry in catalog]
        np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


@given(st.permutations(range(9)), st.integers(0, 9), st.data())
def test_joined_postings_are_those_of_the_texts_counted_at_once(
    order: list[int], cut: int, data: st.DataObject
) -> None:
    """However records are spread over two parts, moved and left out, every count is the same."""
    word = st.sampled_from(["blur", "rain", "noise", "3x"])
    texts = [" ".join(data.draw(st.lists(word, max_size=6))) for _ in order]
    left = sorted(data.draw(st.sets(st.sampled_from(order))))
    new = np.full(9, -1)
    new[[n for n in order if n not in left]] = np.arange(9 - len(left))
    parts = [(Postings.of(texts[:cut]), new[:cut]), (Postings.of(texts[cut:]), new[cut:])]
    expected = Postings.of(texts[n] for n in order if n not in left)
    joined = Postings.of_arrays(Postings.joined(parts).arrays())
    assert expected.words.keys() == joined.words.keys()
    assert expected.lengths.tolist() == joined.lengths.tolist()
    for one in expected.words:
        counts = [
            dict(zip(*(a.tolist() for a in p.of_word(one)), strict=True))
            for p in (expected, joined)
        ]
        assert counts[0] == counts[1]


@pytest.mark.parametrize("scale", ["4x", "x4", "×4", "4×", "4 x", "4X"])
def test_all_ways_to_write_a_scale_are_one_word(scale: str) -> None:
    """A scale is found however it is written."""
    assert ["sharp", "4x", "photo"] == words(f"sharp {scale} photo")


def test_a_picture_size_is_no_scale() -> None:
    """``1920 x 1080`` does not speak of a factor."""
    assert ["1920", "x", "1080", "640", "480"] == words("1920 x 1080, 640×480")


def _ids(found: list[tuple[str, float]]) -> list[str]:
    return [entry_id for entry_id, _ in found]
