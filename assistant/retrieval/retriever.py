"""Search as LangChain knows it: embeddings, vector store and retriever for its chains.

The only module here that imports LangChain (0.6 s); the command line never needs it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from pydantic import ConfigDict, Field, SkipValidation

from assistant.encoder.embedding import Encoder
from assistant.retrieval.fusion import Wording, candidates
from assistant.retrieval.store import FaissStore, Found, Keep, Passage, Store


class LangChainEmbeddings(Embeddings):
    """One of our encoders as LangChain ``Embeddings``."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one text."""
        return self.encoder.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of many texts."""
        return self.encoder.embed_documents(texts)


class LangChainStore(VectorStore):
    """A ``FaissStore`` as LangChain ``VectorStore``.

    Documents that share an id within one call are passages of one record; a later call with
    that id replaces them. A search answers with the best passage of each record, ``id`` and
    ``kind`` in its metadata, and the cosine as its score.
    """

    def __init__(self, store: FaissStore) -> None:
        self.store = store

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> LangChainStore:
        """A store of ``texts``, embedded with ``embedding``."""
        made = cls(FaissStore(embedding))
        made.add_texts(texts, metadatas, ids=ids, **kwargs)
        return made

    @property
    def embeddings(self) -> Embeddings:
        """The encoder of questions."""
        encoder = self.store.encoder
        return encoder if isinstance(encoder, Embeddings) else LangChainEmbeddings(encoder)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **_: Any,
    ) -> list[str]:
        """Embed and add texts; their ids, new ones where none were given.

        Raises:
            ValueError: there are not as many metadatas or ids as texts.
        """
        texts = list(texts)
        metadatas = metadatas or [{} for _ in texts]
        named = [given or uuid.uuid4().hex for given in ids or [None] * len(texts)]
        self.store.add(
            [
                Passage(entry_id, str(metadata.get("kind", "document")), text, metadata)
                for entry_id, metadata, text in zip(named, metadatas, texts, strict=True)
            ]
        )
        return named

    def delete(self, ids: list[str] | None = None, **_: Any) -> bool:
        """Take records out, all of them without ``ids``; True also if some were unknown."""
        self.store.remove(self.store.ids if ids is None else ids)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The first passage of each record; unknown ids are left out."""
        return [_document(found[0]) for entry_id in ids if (found := self.store.get(entry_id))]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """The ``k`` records nearest to ``query``; ``filter={"kind": "model"}`` narrows them."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The ``k`` nearest records, each with its cosine."""
        return _scored(self.store.search(query, k, keep=_keep(kwargs.get("filter"))))

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, **kwargs: Any
    ) -> list[Document]:
        """The ``k`` records nearest to a vector."""
        found = self.similarity_search_by_vector_with_score(embedding, k, **kwargs)
        return [document for document, _ in found]

    def similarity_search_by_vector_with_score(
        self, embedding: list[float], k: int = 4, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """The ``k`` records nearest to a vector, each with its cosine."""
        return _scored(self.store.search_vector(embedding, k, keep=_keep(kwargs.get("filter"))))

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: min(max(cosine, 0.0), 1.0)


class CatalogRetriever(BaseRetriever):
    """The fused ranking as a LangChain retriever.

    A document holds the card of its record; its metadata holds ``id``, ``kind``, the fused
    ``score`` and the ranks ``lexical`` and ``dense``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: SkipValidation[Store]
    lexical: SkipValidation[Wording]
    k: int = Field(default=5, ge=1)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it
    ) -> list[Document]:
        hits = candidates(query, self.store, self.lexical, self.k)
        cards = [(hit, cards[0]) for hit in hits if (cards := self.store.get(hit.id))]
        return [
            _document(card, score=hit.score, lexical=hit.lexical, dense=hit.dense)
            for hit, card in cards
        ]


def _document(passage: Passage, **more: Any) -> Document:
    metadata = {**passage.metadata, "id": passage.id, "kind": passage.kind, **more}
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)


def _scored(found: Iterable[Found]) -> list[tuple[Document, float]]:
    return [(_document(one.passage), one.score) for one in found]


def _keep(wanted: dict[str, Any] | None) -> Keep | None:
    if not wanted:
        return None

    def keep(passage: Passage) -> bool:
        values = {**passage.metadata, "id": passage.id, "kind": passage.kind}
        return all(values.get(name) == value for name, value in wanted.items())

    return keep
