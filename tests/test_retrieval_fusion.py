from __future__ import annotations

import numpy as np
import pytest

from assistant.retrieval.fusion import Hit, candidates, fuse
from assistant.retrieval.lexical import Lexical, Postings
from assistant.retrieval.retriever import CatalogRetriever
from assistant.retrieval.store import FaissStore, Passage

RECORDS = {"rcan": "enlarge photo", "nafnet": "deblur photo", "dncnn": "denoise scan"}


class Letters:
    """A vector counts letters."""

    def embed_query(self, text: str) -> list[float]:
        return np.bincount([ord(letter) % 32 for letter in text], minlength=32).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


@pytest.fixture
def store() -> FaissStore:
    store = FaissStore(Letters())
    store.add([Passage(entry_id, "model", text) for entry_id, text in RECORDS.items()])
    return store


@pytest.fixture
def lexical() -> Lexical:
    return Lexical.of(RECORDS.items())


def test_a_hit_knows_its_rank_in_each_ranking() -> None:
    """The score is the sum of 1 / (60 + rank) over the rankings that hold the record."""
    expected = [
        Hit("b", 1 / 62 + 1 / 61, 2, 1),
        Hit("a", 1 / 61, 1, None),
        Hit("c", 1 / 62, None, 2),
    ]
    assert expected == fuse(["a", "b"], ["b", "c"])


def test_records_in_both_rankings_come_first(store: FaissStore, lexical: Lexical) -> None:
    """What shares words and meaning with the question beats what shares one of them."""
    first = candidates("deblur a photo", store, lexical, 3)[0]
    [(_, words)] = lexical.search("deblur a photo", 1)
    assert Hit("nafnet", 2 / 61, 1, 1, words, first.cosine) == first
    assert store.search("deblur a photo", 1)[0].score == first.cosine


def test_every_record_is_a_candidate(store: FaissStore, lexical: Lexical) -> None:
    """A record without a shared word still has its place by meaning."""
    found = candidates("denoise", store, lexical, 10)
    assert sorted(RECORDS) == sorted(hit.id for hit in found)
    assert {"dncnn": 1} == {hit.id: hit.lexical for hit in found if hit.lexical}


def test_ties_keep_the_order_of_the_store(store: FaissStore) -> None:
    """Two records that are first in one ranking each come in store order."""
    swapped = Lexical.of([("nafnet", "enlarge photo"), ("rcan", "deblur photo")])
    found = candidates("enlarge photo", store, swapped, 2)
    assert ["rcan", "nafnet"] == [hit.id for hit in found]


@pytest.mark.parametrize(("query", "k"), [("", 5), (" \n", 5), ("photo", 0)])
def test_nothing_asked_nothing_found(
    store: FaissStore, lexical: Lexical, query: str, k: int
) -> None:
    """A blank question has no candidates."""
    assert [] == candidates(query, store, lexical, k)


def test_k_bounds_the_answer(store: FaissStore, lexical: Lexical) -> None:
    """No more than k candidates come back."""
    assert 2 == len(candidates("photo", store, lexical, 2))


def test_a_kind_narrows_both_rankings(store: FaissStore) -> None:
    """A record of another kind appears in neither ranking, and ranks close up."""
    store.add([Passage("survey", "paper", "deblur photo")])
    texts = {**RECORDS, "survey": "deblur photo"}
    lexical = Lexical(list(texts), ["model"] * 3 + ["paper"], Postings.of(texts.values()))
    found = candidates("deblur photo", store, lexical, 1, kind="paper")
    assert [("survey", 2 / 61, 1, 1)] == [(h.id, h.score, h.lexical, h.dense) for h in found]


def test_the_retriever_returns_the_fused_ranking_as_documents(
    store: FaissStore, lexical: Lexical
) -> None:
    """LangChain gets the card of each record with id, kind, score and ranks."""
    [document] = CatalogRetriever(store=store, lexical=lexical, k=1).invoke("deblur photo")
    expected = {"id": "nafnet", "kind": "model", "score": 2 / 61, "lexical": 1, "dense": 1}
    assert ("deblur photo", expected) == (document.page_content, document.metadata)
