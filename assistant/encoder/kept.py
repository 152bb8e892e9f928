"""Vectors as they are kept, a byte a component beside the digests of their texts; and those that
ship beside an encoder's weights, so that an answer embeds only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant import stored
from assistant.encoder.embedding import Encoder
from assistant.encoder.minilm import DIMENSION, Floats

Directions = npt.NDArray[np.int8]
"""Vectors (rows, dimension) of which only the direction counts, a byte a component."""
Digests = npt.NDArray[np.uint8]
"""The first half of a SHA-256 each, (things, 16)."""


def directions(vectors: Floats) -> Directions:
    """Rows as whole numbers from -127 to 127; cosines change by 0.0004 in the mean."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), 1e-12)
    found: Directions = np.rint(vectors * (np.float32(127) / largest)).astype(np.int8)
    return found


def digests(texts: Sequence[str]) -> Digests:
    """The digest of each text."""
    coded = (text.encode("utf-8", "replace") for text in texts)
    joined = b"".join(hashlib.sha256(text).digest()[:16] for text in coded)
    return np.frombuffer(joined, np.uint8).reshape(-1, 16)


class Kept:
    """The unit vectors of the texts in the pair of the JSON ``file``, of one encoder, by text.

    Empty where there is no such pair or where other ``facts`` hold of it.
    """

    def __init__(self, file: Path, facts: Mapping[str, Any]) -> None:
        self._file, self._facts = file, facts
        found = stored.read(file, facts)
        whole = found is not None and {"texts", "vectors"} <= found.arrays.keys()
        self._stored = found if whole else None
        arrays = found.arrays if found is not None and whole else {}
        self._vectors = arrays.get("vectors", np.zeros((0, DIMENSION), np.int8))
        codes = arrays.get("texts", ())
        self._rows = {code.tobytes(): row for row, code in enumerate(codes)}

    def get(self, text: str) -> Floats | None:
        """The vector of a text (384), or None where it is not kept."""
        row = self._rows.get(digests([text]).tobytes())
        if row is None:
            return None
        vector = self._vectors[row].astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def holds(self, texts: Sequence[str]) -> bool:
        """Whether it keeps these texts and no others, to the byte as they were written."""
        sound = self._stored is not None and self._stored.sound()
        return sound and {code.tobytes() for code in digests(texts)} == self._rows.keys()

    def refresh(self, texts: Sequence[str], encoder: Encoder, *, anew: bool = False) -> int:
        """Write the pair anew for ``texts``, as whole numbers from -127 to 127; how many of them
        were embedded: all of them where they are made ``anew`` or what is kept is damaged."""
        anew |= self._stored is not None and not self._stored.sound()
        rows = {text: None if anew else self.get(text) for text in dict.fromkeys(texts)}
        new = [text for text, vector in rows.items() if vector is None]
        made = np.asarray(encoder.embed_documents(new), np.float32).reshape(-1, DIMENSION)
        rows |= dict(zip(new, made, strict=True))
        vectors = np.array(list(rows.values()), np.float32).reshape(-1, DIMENSION)
        arrays = {"texts": digests(list(rows)), "vectors": directions(vectors)}
        name = self._file.with_suffix(".safetensors").name
        stored.write(self._file, self._facts, arrays, name)
        return len(new)
