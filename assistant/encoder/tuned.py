"""An encoder whose weights carry a low-rank change: tuned for reading, as fast as before."""

from __future__ import annotations

from assistant.encoder import embedding
from assistant.stored import Arrays

_DOWN, _UP = ".down", ".up"


class TunedEncoder(embedding.QueryEncoder):
    """all-MiniLM-L6-v2 with ``change`` added to its weights once, when it is opened.

    For a linear layer NAME the change holds ``NAME.down`` (rank, in) and ``NAME.up`` (out, rank);
    up @ down is added to its weights (LoRA, Hu et al. 2021).
    """

    def __init__(self, change: Arrays) -> None:
        super().__init__()
        changed = {}
        for key in change:
            if key.endswith(_DOWN):
                name = key.removesuffix(_DOWN)
                added = change[f"{name}{_UP}"].astype("f4") @ change[key].astype("f4")
                changed[f"{name}.weight"] = self._weights[f"{name}.weight"] + added
        self._weights = {**self._weights, **changed}
