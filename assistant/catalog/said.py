"""All that the records of a catalog say, once for all who ask what they speak of."""

from __future__ import annotations

import functools
import re

from assistant.catalog.collection import Catalog
from assistant.catalog.large import LargeCatalog
from assistant.catalog.records import Entry
from assistant.catalog.statements import statements


@functools.lru_cache(maxsize=4)
def said(catalog: Catalog) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """Each record with its sentences; of a large catalog the models and the glossary alone, since
    each of its papers would have to be read."""
    papers = () if isinstance(catalog, LargeCatalog) else catalog.papers
    records: tuple[Entry, ...] = (*catalog.models, *papers, *catalog.concepts)
    return tuple((entry, tuple(s.text for s in statements(entry))) for entry in records)


def speaks_of(catalog: Catalog, words: str, *, folded: bool = False) -> bool:
    """Whether any record has ``words`` in a sentence, none of them a part of another word; with
    ``folded`` in any case."""
    fold = str.casefold if folded else str
    wanted = fold(words)
    found = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    sentences = (fold(text) for _, told in said(catalog) for text in told)
    return any(wanted in text and found.search(text) for text in sentences)  # `in` is far quicker
