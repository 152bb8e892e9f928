"""BM25 over the words of each record: names, numbers and terms that vectors blur."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.text.stems import STOP, stem

_WORD = re.compile(r"\d+\.\d+x?|[^\W_]+")
_SCALE = re.compile(  # x4, or 4 x unless it begins 4 x 3
    r"(?<!\w)[x×](\d+(?:\.\d+)?)(?!\w)|(?<![\w.])(\d+(?:\.\d+)?)\s?[x×](?!\w|\s*\d)"
)
Counts = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


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
        rows = np.array(entries, np.int32).reshape(-1, 3).T
        return cls._sorted(numbers, list(rows), np.array(lengths, np.int32))

    @classmethod
    def joined(cls, parts: Sequence[tuple[Postings, Ints]]) -> Postings:
        """Several as one; with each the new number of its records, -1 for one left out."""
        numbers: dict[str, int] = {}
        rows = [tuple(_NONE)]
        lengths = np.zeros(sum(int((new >= 0).sum()) for _, new in parts), np.int32)
        for part, new in parts:
            known = np.array([numbers.setdefault(w, len(numbers)) for w in part.words], np.int32)
            word = np.repeat(known, np.diff(part.starts))
            record = new.astype(np.int32)[part.records]
            held = record >= 0
            rows.append((word[held], record[held], part.counts[held]))
            lengths[new[new >= 0]] = part.lengths[new >= 0]
        return cls._sorted(numbers, list(map(np.concatenate, zip(*rows, strict=True))), lengths)

    @classmethod
    def _sorted(
        cls, numbers: Mapping[str, int], rows: Sequence[Counts], lengths: Counts
    ) -> Postings:
        """From words, records and counts side by side; words that no record has are dropped."""
        held = np.bincount(rows[0], minlength=len(numbers))
        used = [word for word, number in numbers.items() if held[number]]
        order = np.argsort(rows[0], kind="stable")  # quick where long stretches are in order
        starts = np.append(0, np.cumsum(held[held > 0]))
        named = {word: number for number, word in enumerate(used)}
        return cls(named, starts, rows[1][order], rows[2][order], lengths)

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any]) -> Postings:
        """What ``arrays`` once gave."""
        words = {word: n for n, word in enumerate(json.loads(arrays["words"].tobytes()))}
        return cls(words, *(arrays[f"word_{name}"] for name in _FIELDS))

    def arrays(self) -> dict[str, Any]:
        """All of it as arrays by name; the words are the bytes of a JSON list."""
        words = np.frombuffer(json.dumps(list(self.words)).encode(), np.uint8)
        return {"words": words, **{f"word_{name}": getattr(self, name) for name in _FIELDS}}

    def of_word(self, word: str) -> tuple[Counts, Counts]:
        """The records that hold ``word``, and how often."""
        number = self.words.get(word)
        if number is None:
            return _NONE[0], _NONE[0]
        held = slice(self.starts[number], self.starts[number + 1])
        return self.records[held], self.counts[held]


_NONE = np.zeros((3, 0), np.int32)
_FIELDS = ("starts", "records", "counts", "lengths")


class Lexical:
    """BM25 in Lucene's form, k1 = 1.5 and b = 0.75, over records in an order that decides ties.

    Only counts are kept; what depends on all records (how many there are and hold a word, how
    long they are) is worked out for each question. So a record more or less leaves the counts
    of all others as they are. bm25s, whose scores these are, would have to score all records
    again (13 s for 100,000).
    """

    def __init__(self, ids: Sequence[str], kinds: Sequence[str], postings: Postings) -> None:
        self.ids, self._kinds, self._postings = ids, kinds, postings
        mean = float(postings.lengths.mean()) if postings.lengths.any() else 1.0
        self._norms = 1.5 * (0.25 + 0.75 * postings.lengths / mean)
        self._others: dict[str, npt.NDArray[np.int64]] = {}

    @classmethod
    def of(cls, documents: Iterable[tuple[str, str]]) -> Lexical:
        """An index in memory over ``(id, text)`` pairs, in their order."""
        documents = list(documents)
        ids = [entry_id for entry_id, _ in documents]
        return cls(ids, [""] * len(ids), Postings.of(text for _, text in documents))

    def search(self, query: str, k: int, *, kind: str | None = None) -> list[tuple[str, float]]:
        """The best ``k`` ids that share a word with ``query``, with their scores above 0.

        Equal scores keep the order of the records.
        """
        scores = np.zeros(len(self.ids))
        for word, times in Counter(words(query)).items():
            records, counts = self._postings.of_word(word)
            holding = len(records)
            worth = times * math.log(1 + (len(self.ids) - holding + 0.5) / (holding + 0.5))
            scores[records] += worth * counts / (counts + self._norms[records])
        if kind is not None:
            scores[self._without(kind)] = 0
        rows = np.flatnonzero(scores)
        if 0 < k < len(rows):
            rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
        rows = rows[np.argsort(-scores[rows], kind="stable")][: max(k, 0)]
        return [(self.ids[row], float(scores[row])) for row in rows.tolist()]

    def _without(self, kind: str) -> npt.NDArray[np.int64]:
        """The records of other kinds."""
        if kind not in self._others:
            self._others[kind] = np.flatnonzero([one != kind for one in self._kinds])
        return self._others[kind]


def words(text: str) -> list[str]:
    """Stems of the words of ``text`` without stop words; ``x4``, ``4 x``, ``×4`` become ``4x``."""
    text = _SCALE.sub(lambda match: f" {match[1] or match[2]}x ", text.lower())
    return [stem(word) for word in _WORD.findall(text) if word not in STOP]
