"""The words of a box: sorted and mapped, so that opening it reads none of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.retrieval.lexical import Postings
from assistant.retrieval.vectors import Ints
from assistant.stored import Arrays


class SortedWords(Mapping[str, int]):
    """Words in order, one behind another in a file, each with its number."""

    def __init__(self, letters: npt.NDArray[np.uint8], ends: Ints) -> None:
        self._letters, self._ends = letters, ends

    @staticmethod
    def arrays(words: Sequence[str]) -> dict[str, Any]:
        """The arrays of ``words``, which are in the order of their bytes."""
        coded = [word.encode() for word in words]
        ends = np.cumsum([0, *map(len, coded)])
        return {"words": np.frombuffer(b"".join(coded), np.uint8), "word_ends": ends}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[str]:
        return (self._at(n).decode() for n in range(len(self)))

    def __getitem__(self, word: str) -> int:
        coded, low, high = word.encode("utf-8", "replace"), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < coded:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and self._at(low) == coded:
            return low
        raise KeyError(word)

    def _at(self, number: int) -> bytes:
        return self._letters[self._ends[number] : self._ends[number + 1]].tobytes()


def arrays_of(parts: Sequence[Postings]) -> dict[str, Any]:
    """The postings of all blocks as the arrays of one, words in order."""
    ends = np.cumsum([0, *(len(part.lengths) for part in parts)])
    places = [np.arange(start, end) for start, end in itertools.pairwise(ends.tolist())]
    joined = Postings.joined(list(zip(parts, places, strict=True)))
    named = sorted(joined.words, key=str.encode)
    order = np.array([joined.words[word] for word in named], np.int64)
    sizes = np.diff(joined.starts)[order]
    starts = np.append(0, np.cumsum(sizes))
    rows = np.repeat(joined.starts[:-1][order] - starts[:-1], sizes) + np.arange(starts[-1])
    return {
        **SortedWords.arrays(named),
        "word_starts": starts,
        "word_records": joined.records[rows],
        "word_counts": joined.counts[rows],
        "word_lengths": joined.lengths,
    }


def postings_of(arrays: Arrays) -> Postings:
    """The postings that ``arrays_of`` gave."""
    words = SortedWords(arrays["words"], arrays["word_ends"])
    fields = ("starts", "records", "counts", "lengths")
    return Postings(words, *(arrays[f"word_{name}"] for name in fields))
