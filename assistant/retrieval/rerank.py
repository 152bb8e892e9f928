"""A cross-encoder of the user's over the first candidates; never needed.

A cross-encoder reads question and record together, which finds more than two vectors do and
costs a hundred times as much. None ships inside a package: the user names one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.networks.torchvision import shim_torchvision

CANDIDATES = 50
"""How many records are read; the others stay behind them in their order."""


class Reranker:
    """A sentence-transformers ``CrossEncoder`` from a folder, or by name from the Hub's cache.

    A name is fetched where it is not in the cache, unless HF_HUB_OFFLINE forbids it; a folder
    touches no network.

    Raises:
        InputError: there is no such cross-encoder, or it cannot be loaded.
    """

    def __init__(self, path_or_name: str) -> None:
        folder = Path(path_or_name).expanduser()
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        shim_torchvision()
        from sentence_transformers import CrossEncoder

        try:
            # Code that a model brings along is never run, and weights are never unpickled.
            self._model: Any = CrossEncoder(
                str(folder) if folder.exists() else path_or_name,
                device="cpu",
                local_files_only=folder.exists(),
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(
                f"the cross-encoder {path_or_name} cannot be loaded: {reason}",
                hint="name a folder with config.json, model.safetensors and a tokenizer",
            ) from error
        if self._model.config.num_labels != 1:
            raise InputError(
                f"{path_or_name} gives {self._model.config.num_labels} scores a pair, not one",
                hint="name a cross-encoder made for ranking",
            )

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query; higher is better."""
        if not texts:
            return []
        pairs = [(_utf8(query), _utf8(text)) for text in texts]
        found: list[float] = self._model.predict(pairs, show_progress_bar=False).tolist()
        return found


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
