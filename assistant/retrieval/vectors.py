"""Vectors of texts: made, of unit length, kept in the file of a box, and those known already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.catalog.prints import Prints
from assistant.encoder.embedding import EmbeddingModel, Encoder
from assistant.encoder.kept import Digests, Directions, directions
from assistant.stored import Stored

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
_AT_ONCE = 4096  # texts embedded together


class VectorFile:
    """The file of a box's vectors while it grows; what it holds already is not made again."""

    def __init__(self, path: Path, model: EmbeddingModel, known: Remembered) -> None:
        self._path, self._model, self._known = path, model, known
        self._dimension = model.identity.dimension
        path.touch()
        self._there = path.stat().st_size // self._dimension
        self._rows, self.embedded = 0, 0

    def add(self, said: list[str], codes: Digests) -> None:
        """The vectors of the next texts."""
        before, self._rows = self._rows, self._rows + len(said)
        if self._there >= self._rows:
            return
        vectors, missing = self._known.recalled(codes, self._dimension)
        if missing.any():
            rows = np.flatnonzero(missing)
            made = embed(self._model.documents(), [said[row] for row in rows])
            vectors[rows] = directions(made)
        with self._path.open("r+b") as file:
            file.truncate(before * self._dimension)
            file.seek(0, 2)
            file.write(vectors.tobytes())
        self.embedded += int(missing.sum())

    def close(self) -> Directions | None:
        """All of them, mapped; None where there are none."""
        os.truncate(self._path, self._rows * self._dimension)
        if not self._rows:
            return None
        return np.asarray(np.memmap(self._path, np.int8, "r", shape=(self._rows, self._dimension)))


class Remembered:
    """Vectors of texts that some indexes hold."""

    def __init__(self, indexes: Sequence[tuple[Stored, Directions]]) -> None:
        self._vectors = [vectors for _, vectors in indexes]
        self._starts = np.cumsum([0, *map(len, self._vectors)])
        self._texts = Prints(found.arrays["texts"] for found, _ in indexes)

    def recalled(self, codes: Digests, dimension: int) -> tuple[Directions, npt.NDArray[np.bool_]]:
        """The vectors of the texts that are known, and which are not."""
        vectors, places = np.zeros((len(codes), dimension), np.int8), self._texts.places(codes)
        owners = np.searchsorted(self._starts, places, "right") - 1
        for nth in np.unique(owners[places >= 0]).tolist():
            rows = np.flatnonzero(owners == nth)
            vectors[rows] = self._vectors[nth][places[rows] - self._starts[nth]]
        return vectors, places < 0


def unit(vectors: npt.ArrayLike) -> Floats:
    """Rows scaled to length 1; a row of zeros stays."""
    rows = np.array(vectors, dtype=np.float32, order="C")
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows


def embed(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Vectors (texts, dimension) of ``texts``, each text embedded once so that equals tie."""
    unique = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    queue = list(unique)
    parts = [
        np.asarray(encoder.embed_documents(queue[start : start + _AT_ONCE]), dtype=np.float32)
        for start in range(0, len(queue), _AT_ONCE)
    ]
    return np.concatenate(parts)[[unique[text] for text in texts]]
