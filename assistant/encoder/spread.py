"""Many texts embedded on many machines, in the very batches that one machine would take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from assistant.cluster import Workers
from assistant.encoder.embedding import EmbeddingModel, Identity, QueryEncoder, all_minilm
from assistant.encoder.minilm import Floats
from assistant.errors import CatalogError


class SpreadEncoder(QueryEncoder):
    """all-MiniLM-L6-v2 whose passes over many texts are made by ``workers`` (opened by `Same`)."""

    def __init__(self, workers: Workers) -> None:
        super().__init__()
        self._workers = workers

    def passes(self, batches: Iterable[npt.NDArray[np.int64]]) -> Iterator[Floats]:
        """Each batch of token ids (texts, tokens) to unit vectors (texts, 384), in order."""
        return self._workers.each(QueryEncoder.forward, ((batch,) for batch in batches))


class Same:
    """Opens, on another machine, the encoder of ``identity``."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def __call__(self) -> QueryEncoder:
        """Open it; raises CatalogError where another one is installed."""
        found = all_minilm().identity
        if found != self._identity:
            raise CatalogError(
                f"a machine of the cluster embeds with {found.version}, this one with "
                f"{self._identity.version}",
                hint="install the same version on each",
            )
        return QueryEncoder()


def spread(model: EmbeddingModel, workers: Workers) -> EmbeddingModel:
    """``model`` with its documents embedded by ``workers``."""
    return replace(model, documents=lambda: SpreadEncoder(workers))
