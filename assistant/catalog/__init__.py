"""The catalog: records of models and papers, loaded and validated from content files."""

from __future__ import annotations

from assistant.catalog.collection import Catalog, check
from assistant.catalog.load import BrokenCatalogError, Problem
from assistant.catalog.records import Entry, Fact, Figure, Model, Network, Paper, keys
from assistant.catalog.vocabulary import Task, Term, Vocabulary, Words

__all__ = [
    "BrokenCatalogError",
    "Catalog",
    "Entry",
    "Fact",
    "Figure",
    "Model",
    "Network",
    "Paper",
    "Problem",
    "Task",
    "Term",
    "Vocabulary",
    "Words",
    "check",
    "keys",
]
