from __future__ import annotations

import asyncio

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from assistant.retrieval.retriever import LangChainStore
from assistant.retrieval.store import FaissStore, Passage


class Compass(Embeddings):
    """Texts are angles in degrees, so that distances are known by heart."""

    def embed_query(self, text: str) -> list[float]:
        angle = np.deg2rad(float(text))
        return [float(np.cos(angle)), float(np.sin(angle))]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


@pytest.fixture
def store() -> FaissStore:
    """North with two passages, east and west with one."""
    store = FaissStore(Compass())
    places = [("north", "0"), ("north", "10"), ("east", "90"), ("west", "270")]
    store.add(
        [Passage(place, "model" if place == "north" else "paper", at) for place, at in places]
    )
    return store


@pytest.fixture
def langchain(store: FaissStore) -> LangChainStore:
    return store.as_vectorstore()


def test_each_record_appears_once_with_its_best_passage(store: FaissStore) -> None:
    """Of two passages of one record the nearer one answers."""
    found = [(one.id, one.passage.text) for one in store.search("9", 3)]
    assert [("north", "10"), ("east", "90"), ("west", "270")] == found


def test_the_score_is_the_cosine(store: FaissStore) -> None:
    """At sixty degrees the score is one half."""
    assert 0.5 == pytest.approx(store.search("150", 1)[0].score)


def test_equal_scores_keep_the_order_of_the_records(store: FaissStore) -> None:
    """East and west are equally far from north, and east was first."""
    assert ["east", "west"] == [one.id for one in store.search("180", 2)]


def test_many_equal_vectors_come_in_record_order() -> None:
    """A tie that reaches beyond the rows first asked of FAISS is still decided by order."""
    store = FaissStore(Compass())
    store.add([Passage(f"r{number}", "model", "5") for number in range(300)])
    assert [f"r{number}" for number in range(120)] == [one.id for one in store.search("5", 120)]


def test_many_passages_of_one_record_hide_no_other(store: FaissStore) -> None:
    """A record with fifty near passages takes one place of the answer."""
    store.add([Passage("crowd", "model", str(at / 100)) for at in range(50)])
    assert ["crowd", "north", "east"] == [one.id for one in store.search("0.2", 3)]


def test_keep_narrows_what_may_be_found(store: FaissStore) -> None:
    """A narrowed search goes on until it has found enough."""
    found = store.search("0", 2, keep=lambda passage: passage.kind == "paper")
    assert ["east", "west"] == [one.id for one in found]


@pytest.mark.parametrize("k", [0, -1])
def test_no_results_asked_no_results_given(store: FaissStore, k: int) -> None:
    """A k below one finds nothing."""
    assert [] == store.search("0", k)


def test_a_large_k_finds_every_record(store: FaissStore) -> None:
    """More results than records are all records."""
    assert 3 == len(store.search("0", 1000))


def test_an_empty_store_finds_nothing() -> None:
    """A store without passages is searched without an error."""
    assert [] == FaissStore(Compass()).search("0", 5)


def test_vectors_of_any_length_are_compared_by_direction(store: FaissStore) -> None:
    """A vector that is not normalized finds what its direction says."""
    assert [("east", 1.0)] == [(one.id, one.score) for one in store.search_vector([0, 70], 1)]


def test_adding_a_known_record_replaces_it(store: FaissStore) -> None:
    """A record that is added again is found by its new passages only."""
    store.add([Passage("north", "model", "180")])
    assert ([["180"]], "east") == (
        [[passage.text for passage in store.get("north")]],
        store.search("10", 1)[0].id,
    )


def test_removing_a_record_leaves_the_others_in_place(store: FaissStore) -> None:
    """After a removal every other record is still found under its own id."""
    store.remove(["north", "nowhere"])
    assert ("west", ("east", "west")) == (store.search("269", 1)[0].id, store.ids)


def test_langchain_search_returns_documents_with_id_and_kind(langchain: LangChainStore) -> None:
    """A document says which record it belongs to, and of what kind that is."""
    expected = [Document(id="east", page_content="90", metadata={"id": "east", "kind": "paper"})]
    assert expected == langchain.similarity_search("80", k=1)


def test_langchain_search_by_text_and_by_vector_agree(langchain: LangChainStore) -> None:
    """The vector of a text finds what the text finds."""
    vector = langchain.embeddings.embed_query("80")
    assert langchain.similarity_search_with_score("80", k=3) == (
        langchain.similarity_search_by_vector_with_score(vector, k=3)
    )
    assert langchain.similarity_search("80") == langchain.similarity_search_by_vector(vector)


def test_langchain_search_can_be_filtered(langchain: LangChainStore) -> None:
    """A filter compares metadata."""
    found = langchain.similarity_search("0", k=4, filter={"kind": "paper"})
    assert ["east", "west"] == [document.id for document in found]


def test_relevance_is_the_cosine_between_0_and_1(langchain: LangChainStore) -> None:
    """Opposite directions are as irrelevant as unrelated ones."""
    found = langchain.similarity_search_with_relevance_scores("90", k=3)
    assert [1, pytest.approx(0.1736482), 0] == [score for _, score in found]


def test_from_texts_keeps_metadata_and_names_what_has_no_id() -> None:
    """Texts without ids get some, and are found with their metadata under them."""
    made = LangChainStore.from_texts(["0", "90"], Compass(), [{"source": "a"}, {"source": "b"}])
    found = made.similarity_search("80", k=1)[0]
    assert ("b", [found]) == (found.metadata["source"], made.get_by_ids([str(found.id)]))


def test_added_documents_are_found_under_their_ids(langchain: LangChainStore) -> None:
    """Documents keep their ids, and more of them than texts is an error."""
    south = Document(id="south", page_content="180", metadata={})
    assert ["south"] == langchain.add_documents([south])
    assert "south" == langchain.similarity_search("181", k=1)[0].id
    with pytest.raises(ValueError, match="argument"):
        langchain.add_texts(["1", "2"], ids=["one"])


def test_get_by_ids_leaves_unknown_ids_out(langchain: LangChainStore) -> None:
    """A record comes back by its first passage, an unknown id not at all."""
    found = langchain.get_by_ids(["west", "nowhere", "north"])
    assert ["270", "0"] == [document.page_content for document in found]


def test_delete_takes_records_out(langchain: LangChainStore) -> None:
    """Deleted ids are gone; without ids all are."""
    langchain.delete(["north"])
    left = langchain.store.ids
    langchain.delete()
    assert (("east", "west"), ()) == (left, langchain.store.ids)


def test_as_retriever_answers_and_so_does_async(langchain: LangChainStore) -> None:
    """The store serves LangChain chains, at once and awaited."""
    retriever = langchain.as_retriever(search_kwargs={"k": 1})
    assert retriever.invoke("80") == asyncio.run(retriever.ainvoke("80"))
