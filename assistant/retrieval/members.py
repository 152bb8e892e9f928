"""The records of one part of an index, and which of them may be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Members:
    """Ids, kinds and places of records; a place decides ties, -1 is a record that is gone."""

    ids: Sequence[str]
    kinds: Sequence[str]
    places: Ints
    _masks: dict[str | None, Mask] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def found(self, kind: str | None) -> Mask:
        """Which of the records are there, of one kind if given."""
        if kind not in self._masks:
            here = self.places >= 0
            same = here if kind is None else here & np.array([k == kind for k in self.kinds], bool)
            self._masks[kind] = same
        return self._masks[kind]


def best(scores: npt.NDArray[np.floating], places: Ints, k: int) -> Ints:
    """The ``k`` rows with the highest scores, best first; of equal ones the first places."""
    rows = np.arange(len(scores))
    if 0 < k < len(rows):
        least = np.partition(scores, -k)[-k]
        rows = np.flatnonzero(scores >= least)
    return rows[np.lexsort((places[rows], -scores[rows]))][: max(k, 0)]
