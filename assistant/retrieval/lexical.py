"""BM25 over the words of each record: names, numbers and terms that vectors blur."""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Callable, Iterable
from types import ModuleType

import numpy as np

from assistant.catalog import Catalog
from assistant.retrieval.passages import lexical_text

_WORD = re.compile(r"\d+\.\d+x?|[^\W_]+")
_SCALE = re.compile(  # x4, or 4 x unless it begins 4 x 3
    r"(?<!\w)[x×](\d+(?:\.\d+)?)(?!\w)|(?<![\w.])(\d+(?:\.\d+)?)\s?[x×](?!\w|\s*\d)"
)
_VOWEL = re.compile(r"[aeiouy]")


def _import_bm25s() -> ModuleType:
    """bm25s without scipy, which it imports if it is there: 0.2 s of every question, for a
    backend that we do not use."""
    hidden = [name for name in ("scipy", "scipy.sparse") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # the documented way to hide a module
    try:
        return importlib.import_module("bm25s")
    finally:
        for name in hidden:
            del sys.modules[name]


bm25s = _import_bm25s()
_STOP = frozenset(bm25s.stopwords.STOPWORDS_EN_PLUS)


class Lexical:
    """A BM25 index (Lucene's form, k1 = 1.5, b = 0.75) over ``(id, text)`` pairs.

    Held in memory and built at each start: some 20 ms for a thousand records.
    """

    def __init__(self, documents: Iterable[tuple[str, str]]) -> None:
        documents = list(documents)
        self.ids = tuple(entry_id for entry_id, _ in documents)
        self._vocabulary: dict[str, int] = {}
        rows = [
            [self._vocabulary.setdefault(word, len(self._vocabulary)) for word in words(text)]
            for _, text in documents
        ]
        self._bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene", backend="numpy")
        if self._vocabulary:
            self._bm25.index(
                (rows, self._vocabulary), create_empty_token=False, show_progress=False
            )

    @classmethod
    def of(cls, catalog: Catalog) -> Lexical:
        """The index over all records, in the order of the catalog."""
        return cls((entry.id, lexical_text(entry)) for entry in catalog)

    def search(
        self, query: str, k: int, *, keep: Callable[[str], bool] | None = None
    ) -> list[tuple[str, float]]:
        """The best ``k`` ids that share a word with ``query``, with their scores above 0.

        ``keep`` narrows the ids that may be found. Equal scores keep the order of the records.
        """
        known = [self._vocabulary[word] for word in words(query) if word in self._vocabulary]
        if not known:
            return []
        scores = self._bm25.get_scores_from_ids(known)
        found: list[tuple[str, float]] = []
        for row in np.argsort(-scores, kind="stable"):
            if len(found) >= k or scores[row] <= 0:
                break
            if keep is None or keep(self.ids[row]):
                found.append((self.ids[row], float(scores[row])))
        return found


def words(text: str) -> list[str]:
    """Folded words of ``text`` without stop words; ``x4``, ``4 x`` and ``×4`` become ``4x``."""
    text = _SCALE.sub(lambda match: f" {match[1] or match[2]}x ", text.lower())
    return [fold(word) for word in _WORD.findall(text) if word not in _STOP]


@functools.lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One form for upscale, upscales, upscaled and upscaling, or for body and bodies."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ss", "us", "is", "eed")):
        return word
    for ending in ("ing", "ed", "es", "s", "e"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and _VOWEL.search(stem):
            doubled = stem[-1] == stem[-2] and stem[-1] not in "aeiols"
            return stem[:-1] if doubled else stem
    return word
