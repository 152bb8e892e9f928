"""Near vectors without comparing all: FAISS's inverted lists, memory-mapped.

Vectors lie in lists around centers, a byte a component; a search looks into the lists whose
centers are nearest. How many of them it takes for how much recall is measured on the vectors
themselves when the file is written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from assistant.encoder.kept import Directions
from assistant.files import write_text
from assistant.retrieval.vectors import Floats, Ints, unit

RECALL = 0.98
"""The share of the ten nearest that a search has to find, unless asked for more or less."""
ASKED = 200  # vectors that recall is measured with
TEN = 10
_MIXED = 8  # vectors that one of them is the mean of
_SAMPLE = 64  # vectors a list that its center is learned from
_AT_ONCE = 16_384
_faiss: Any = faiss  # its types do not know what its wrappers take


class Inverted:
    """A file of inverted lists."""

    def __init__(self, file: Path) -> None:
        self._index = _faiss.read_index(str(file), _faiss.IO_FLAG_MMAP | _faiss.IO_FLAG_READ_ONLY)
        told = json.loads(file.with_suffix(".recall").read_bytes())
        self.measured = {int(lists): float(recall) for lists, recall in told.items()}

    def probes(self, recall: float) -> int:
        """How many lists have to be looked into; all of them for a recall of 1."""
        enough = (lists for lists, found in sorted(self.measured.items()) if found >= recall)
        return self.lists if recall >= 1 else next(enough, self.lists)

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return int(self._index.nlist)

    def rows(self, query: Floats, k: int, probes: int) -> Ints:
        """About the ``k`` vectors nearest to ``query`` (1, dimension)."""
        rows = self._search(query, k, probes)[0]
        if rows[-1] < 0 and probes < self.lists:  # the lists hold fewer
            rows = self._search(query, k, self.lists)[0]
        found: Ints = rows[rows >= 0]
        return found

    def _search(self, queries: Floats, k: int, probes: int) -> Ints:
        k = min(k, self._index.ntotal)
        rows: Ints = self._index.search(
            queries, k, params=_faiss.SearchParametersIVF(nprobe=probes)
        )[1]
        return rows

    def recalls(self, vectors: Directions, seed: int = 0) -> dict[int, float]:
        """The share of the ten nearest of ``vectors`` that a search finds, by lists looked into.

        Asked with the means of eight of them and as much noise: like questions, these are far
        from all and lie between lists (docs/benchmarks.md compares them with real questions; a
        vector of the file, slightly moved, is found in 2 lists where they need 64).
        """
        dice = np.random.default_rng(seed)
        mean = sum(unit(vectors[dice.integers(0, len(vectors), ASKED)]) for _ in range(_MIXED))
        noise = dice.standard_normal((ASKED, vectors.shape[1]), np.float32)
        queries = unit(unit(mean) + unit(noise))
        least = _tenth(vectors, queries)
        found: dict[int, float] = {}
        probes = 1
        while probes < self.lists and found.get(probes // 2, 0) < 1:
            shares = [
                min(TEN, int((unit(vectors[rows[rows >= 0]]) @ query >= bound).sum())) / TEN
                for rows, query, bound in zip(
                    self._search(queries, 4 * TEN, probes), queries, least, strict=True
                )
            ]
            found[probes] = float(np.mean(shares))
            probes *= 2
        return found


def write_inverted(file: Path, vectors: Directions) -> None:
    """Write the lists of ``vectors`` (rows, dimension) to ``file`` and, beside it, their recall."""
    lists = 1 << max(4, round(np.log2(2 * np.sqrt(len(vectors)))))
    rows, dimension = vectors.shape
    centers = _faiss.IndexFlatIP(dimension)
    index = _faiss.IndexIVFScalarQuantizer(
        centers,
        dimension,
        lists,
        _faiss.ScalarQuantizer.QT_8bit,
        _faiss.METRIC_INNER_PRODUCT,
        False,
    )
    index.cp.niter = 10
    sample = np.random.default_rng(0).choice(rows, min(rows, _SAMPLE * lists), replace=False)
    index.train(unit(vectors[np.sort(sample)]))
    for start in range(0, rows, _AT_ONCE):
        index.add(unit(vectors[start : start + _AT_ONCE]))
    part = file.with_name(f".{file.name}.part")
    _faiss.write_index(index, str(part))
    part.replace(file)
    measured = file.with_suffix(".recall")
    write_text(measured, "{}")
    write_text(measured, json.dumps(Inverted(file).recalls(vectors)))


def _tenth(vectors: Directions, queries: Floats) -> Floats:
    """The cosine of each query with its tenth nearest of all, less what rounding may cost."""
    best = np.full((len(queries), TEN), -np.inf, np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        scores = queries @ unit(vectors[start : start + _AT_ONCE]).T
        best = np.partition(np.hstack([best, scores]), -TEN, axis=1)[:, -TEN:]
    least: Floats = best.min(axis=1) - np.float32(1e-6)
    return least
