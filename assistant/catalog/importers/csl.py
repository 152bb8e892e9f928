"""CSL-JSON, what Zotero and other reference managers export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import named_in, one_line, paper, paper_link
from assistant.catalog.importers.rows import rows
from assistant.catalog.load import Document, Problem
from assistant.catalog.records import Entry, Provenance
from assistant.catalog.vocabulary import Vocabulary


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every item that has a title and a link (``DOI``, ``URL``, an arXiv ``number``)."""
    for row in rows(path):
        yield row if isinstance(row, Problem) else _paper(row, vocabulary)


def _paper(row: Document, vocabulary: Vocabulary) -> Entry | Problem:
    data = row.data
    text = {name: one_line(value) for name, value in data.items()}
    key = str(data.get("id") or data.get("citation-key") or "")
    said = " ".join(text.get(n, "") for n in ("number", "note", "container-title", "DOI", "URL"))
    given = {
        "key": key,
        "title": text.get("title", ""),
        "abstract": text.get("abstract", ""),
        "year": _year(data),
        "link": paper_link(text.get("URL", ""), named_in(said, "arxiv"), text.get("DOI", "")),
        "github": named_in(text.get("note", ""), "github"),
    }
    return paper(row, vocabulary, Provenance(source="csl", source_id=one_line(key) or None), given)


def _year(data: Mapping[str, Any]) -> str:
    try:
        return str(data["issued"]["date-parts"][0][0])
    except (KeyError, IndexError, TypeError):
        return ""
