"""Digests of 16 bytes, by which lines and texts are known again, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
"""Digests, (things, 16)."""


class Prints:
    """Many digests, sorted by their first halves; of several equal ones the first is found."""

    def __init__(self, digests: Iterable[Codes]) -> None:
        halves = _halves(np.concatenate([np.zeros((0, 16), np.uint8), *digests]))
        self._order = np.argsort(halves[:, 0], kind="stable")
        self._first, self._second = halves[self._order].T.copy()

    def places(self, digests: Codes) -> npt.NDArray[np.int64]:
        """The place of each digest among those given at first, -1 where it is not among them."""
        halves = _halves(digests)
        if not len(self._first):
            return np.full(len(halves), -1, np.int64)
        at = np.minimum(np.searchsorted(self._first, halves[:, 0]), len(self._first) - 1)
        same = (self._first[at] == halves[:, 0]) & (self._second[at] == halves[:, 1])
        return np.where(same, self._order[at], -1)


def sorted_bytes(digests: Iterable[Codes]) -> bytes:
    """All digests in one order, however they were divided and in whatever order they came."""
    halves = _halves(np.concatenate([np.zeros((0, 16), np.uint8), *digests]))
    return halves[np.lexsort((halves[:, 1], halves[:, 0]))].tobytes()


def _halves(digests: Codes) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(digests).view(np.uint64).reshape(-1, 2)
