"""BM25 over the words of each record: names, numbers and terms that vectors blur."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.retrieval.members import Ints, Mask, Members, best
from assistant.text.stems import STOP, stem

_WORD = re.compile(r"\d+\.\d+x?|[^\W_]+")
_SCALE = re.compile(  # x4, or 4 x unless it begins 4 x 3
    r"(?<!\w)[x×](\d+(?:\.\d+)?)(?!\w)|(?<![\w.])(\d+(?:\.\d+)?)\s?[x×](?!\w|\s*\d)"
)
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Postings:
    """How often each word stands in each of some records.

    Word ``w`` stands in the records ``records[starts[w]:starts[w + 1]]``, as often as
    ``counts`` says at the same places. ``lengths`` are the words of each record.
    """

    words: Mapping[str, int]
    starts: Ints
    records: Counts
    counts: Counts
    lengths: Counts

    @classmethod
    def of(cls, texts: Iterable[str]) -> Postings:
        """Count the words of each text."""
        numbers: dict[str, int] = {}
        entries, lengths = array("i"), array("i")
        for record, text in enumerate(texts):
            counted = Counter(words(text))
            lengths.append(counted.total())
            for word, count in counted.items():
                entries.extend((numbers.setdefault(word, len(numbers)), record, count))
        rows = np.frombuffer(entries, np.int32).reshape(-1, 3).T if entries else _NONE
        return cls._sorted(numbers, rows, np.array(lengths, np.int32))

    @classmethod
    def joined(cls, parts: Sequence[tuple[Postings, Mask]]) -> Postings:
        """The marked records of several parts as one, in their order."""
        numbers: dict[str, int] = {}
        rows, lengths, first = [_NONE], [np.zeros(0, np.int32)], 0
        for part, marked in parts:
            known = np.array([numbers.setdefault(w, len(numbers)) for w in part.words], np.int32)
            word = np.repeat(known, np.diff(part.starts))
            held = marked[part.records]
            record = (first - 1 + np.cumsum(marked))[part.records]
            rows.append(np.stack([word[held], record[held], part.counts[held]]).astype(np.int32))
            lengths.append(part.lengths[marked])
            first += int(marked.sum())
        return cls._sorted(numbers, np.concatenate(rows, axis=1), np.concatenate(lengths))

    @classmethod
    def _sorted(cls, numbers: Mapping[str, int], rows: Counts, lengths: Counts) -> Postings:
        """From rows of (word, record, count); words that no record has any more are dropped."""
        used, word = np.unique(rows[0], return_inverse=True)
        named = list(numbers)
        order = np.lexsort((rows[1], word))
        starts = np.concatenate([[0], np.cumsum(np.bincount(word, minlength=len(used)))])
        return cls(
            {named[number]: n for n, number in enumerate(used)},
            starts.astype(np.int64),
            rows[1][order],
            rows[2][order],
            lengths,
        )

    def of_word(self, word: str) -> tuple[Counts, Counts]:
        """The records that hold ``word``, and how often."""
        number = self.words.get(word)
        if number is None:
            return _NONE[0], _NONE[0]
        held = slice(self.starts[number], self.starts[number + 1])
        return self.records[held], self.counts[held]


_NONE = np.zeros((3, 0), np.int32)


class Lexical:
    """BM25 in Lucene's form, k1 = 1.5 and b = 0.75, over parts of an index.

    Only counts are kept; what depends on all records (how many there are and hold a word, how
    long they are) is worked out for each question. So a record more or less leaves every other
    part as it is, and the scores are those of an index built at once. bm25s, whose scores
    these are, would have to score all records again (13 s for 100,000).
    """

    def __init__(self, parts: Sequence[tuple[Members, Postings]]) -> None:
        self._parts = parts
        self.ids = [entry_id for members, _ in parts for entry_id in members.ids]
        self._places = np.concatenate([_INTS, *(members.places for members, _ in parts)])
        lengths = np.concatenate([_NONE[0], *(postings.lengths for _, postings in parts)])
        here = self._places >= 0
        self._records = int(here.sum())
        mean = float(lengths[here].mean()) if lengths[here].any() else 1.0
        self._norms = 1.5 * (0.25 + 0.75 * lengths / mean)

    @classmethod
    def of(cls, documents: Iterable[tuple[str, str]]) -> Lexical:
        """An index in memory over ``(id, text)`` pairs, in their order."""
        documents = list(documents)
        ids = [entry_id for entry_id, _ in documents]
        members = Members(ids, [""] * len(ids), np.arange(len(ids)))
        return cls([(members, Postings.of(text for _, text in documents))])

    def search(self, query: str, k: int, *, kind: str | None = None) -> list[tuple[str, float]]:
        """The best ``k`` ids that share a word with ``query``, with their scores above 0.

        Equal scores keep the order of the records.
        """
        scores = np.zeros(len(self.ids))
        for word, times in Counter(words(query)).items():
            self._add(scores, word, times)
        first = 0
        for members, _ in self._parts:
            scores[first : first + len(members)] *= members.found(kind)
            first += len(members)
        rows = np.flatnonzero(scores)
        rows = rows[best(scores[rows], self._places[rows], k)]
        return [(self.ids[row], float(scores[row])) for row in rows]

    def _add(self, scores: npt.NDArray[np.float64], word: str, times: int) -> None:
        """Add what one word of the question is worth to each record that holds it."""
        found = []
        first = 0
        for members, postings in self._parts:
            records, counts = postings.of_word(word)
            here = members.found(None)[records]
            found.append((records[here] + first, counts[here]))
            first += len(members)
        holding = sum(len(records) for records, _ in found)
        worth = times * math.log(1 + (self._records - holding + 0.5) / (holding + 0.5))
        for records, counts in found:
            scores[records] += worth * counts / (counts + self._norms[records])


_INTS = np.zeros(0, np.int64)


def words(text: str) -> list[str]:
    """Stems of the words of ``text`` without stop words; ``x4``, ``4 x``, ``×4`` become ``4x``."""
    text = _SCALE.sub(lambda match: f" {match[1] or match[2]}x ", text.lower())
    return [stem(word) for word in _WORD.findall(text) if word not in STOP]
