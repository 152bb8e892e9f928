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

from assistant.files import write_text
from assistant.retrieval.store import Directions, Floats, Ints, unit

RECALL = 0.98
"""The share of the ten nearest that a search has to find, unless asked for more or less."""
ASKED = 200  # vectors that recall is measured with
TEN = 10
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

        Asked with vectors of the file's own, moved as far as a question is from what answers it.
        """
        dice = np.random.default_rng(seed)
        rows = np.sort(dice.choice(len(vectors), min(ASKED, len(vectors)), replace=False))
        moved = dice.standard_normal((len(rows), vectors.shape[1]), np.float32)
        queries = unit(unit(vectors[rows]) + unit(moved))
        nearest = _nearest(vectors, queries)
        found: dict[int, float] = {}
        probes = 1
        while probes < self.lists and found.get(probes // 2, 0) < 1:
            got = self._search(queries, 4 * TEN, probes)
            shares = [len({*a} & {*b}) / TEN for a, b in zip(nearest, got.tolist(), strict=True)]
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


def _nearest(vectors: Directions, queries: Floats) -> list[list[int]]:
    """The ten nearest of all for each query, by comparing all."""
    best = np.full((len(queries), TEN), -np.inf, np.float32)
    rows = np.full((len(queries), TEN), -1)
    for start in range(0, len(vectors), _AT_ONCE):
        scores = queries @ unit(vectors[start : start + _AT_ONCE]).T
        scores = np.hstack([best, scores])
        numbers = np.hstack(
            [
                rows,
                np.broadcast_to(
                    np.arange(start, start + scores.shape[1] - TEN),
                    (len(queries), scores.shape[1] - TEN),
                ),
            ]
        )
        order = np.argpartition(-scores, TEN, axis=1)[:, :TEN]
        best = np.take_along_axis(scores, order, 1)
        rows = np.take_along_axis(numbers, order, 1)
    found: list[list[int]] = rows.tolist()
    return found
