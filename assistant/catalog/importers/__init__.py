"""Importers: one small file a source, each turning its records into ours.

An importer reads files and folders that the user has and yields entries and, for what it cannot
take, problems that name the place. Only ``online`` fetches, when it is asked to: the files that
two of them read.
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
    "arxiv": "JSON lines of the OAI or Kaggle snapshot, streamed, or an answer of the API",
    "huggingface": "a model card (README.md), or a folder of downloaded models",
    "openalex": "pages of the API as JSON, or JSON lines of the snapshot, streamed",
    "paperswithcode": "the archive's papers, links to code, or a folder with both, streamed",
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
