"""The catalog: records of models, papers and concepts, loaded and validated from content files."""

from __future__ import annotations

from assistant.catalog.collection import Catalog
from assistant.catalog.labels import Labels, squash
from assistant.catalog.licenses import allows, of_data, spoken
from assistant.catalog.load import BrokenCatalogError, Problem
from assistant.catalog.mentions import mentioned
from assistant.catalog.order import ORDER, reasons
from assistant.catalog.records import (
    HELP,
    UNKNOWN,
    Concept,
    Entry,
    Model,
    Network,
    Paper,
    Published,
    keys,
)
from assistant.catalog.stated import Fact, Figure, source
from assistant.catalog.statements import Statement, statements
from assistant.catalog.validation import check
from assistant.catalog.vocabulary import Span, Task, Term, Vocabulary, Words

__all__ = [
    "HELP",
    "ORDER",
    "UNKNOWN",
    "BrokenCatalogError",
    "Catalog",
    "Concept",
    "Entry",
    "Fact",
    "Figure",
    "Labels",
    "Model",
    "Network",
    "Paper",
    "Problem",
    "Published",
    "Span",
    "Statement",
    "Task",
    "Term",
    "Vocabulary",
    "Words",
    "allows",
    "check",
    "keys",
    "mentioned",
    "of_data",
    "reasons",
    "source",
    "spoken",
    "squash",
    "statements",
]
