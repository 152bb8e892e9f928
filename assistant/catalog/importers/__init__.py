"""Importers: one small file a source, each turning its records into ours.

An importer yields entries and, for what it cannot take, problems that name the place. Nothing is
fetched: sources are files and folders that the user has.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from assistant.catalog.load import Problem
from assistant.catalog.records import Entry
from assistant.catalog.vocabulary import Vocabulary
from assistant.errors import InputError

SOURCES = {
    "cnaps": "a CNAPS list as JSON, JSON lines, CSV or XLSX",
    "openmodeldb": "a clone of OpenModelDB, its data folder, or its models.json",
    "records": "our own records: a catalog folder, YAML, JSON lines, or a CSV",
    "bibtex": "a BibTeX file",
    "csl": "a CSL-JSON file",
    "arxiv": "arXiv metadata as JSON lines (the OAI or Kaggle snapshot), streamed",
    "huggingface": "a model card (README.md), or a folder of downloaded models",
}


class Importer(Protocol):
    """Reads one source."""

    def read(self, path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
        """Entries of ``path`` in its order, and a problem for each record that is no entry."""


def importer(source: str) -> Importer:
    """The importer named ``source``; raises InputError with the known names."""
    if source not in SOURCES:
        raise InputError(f"no importer {source!r}", hint=f"known: {', '.join(SOURCES)}")
    module: Importer = importlib.import_module(f"assistant.catalog.importers.{source}")
    return module
