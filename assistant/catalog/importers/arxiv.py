"""arXiv metadata: JSON lines of the OAI or Kaggle snapshot, streamed, or answers of the API.

Of a snapshot of everything, a catalog wants what it can talk about: papers of the picture
categories whose title or abstract names a task of the vocabulary. The rest is passed over. What
the API answered (``.xml``, ``.atom``, or a folder of them) was asked for and is taken whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.atom import entries
from assistant.catalog.importers.fields import named_in, one_line, paper
from assistant.catalog.importers.rows import files_of
from assistant.catalog.load import Document, Problem
from assistant.catalog.reading import json_lines
from assistant.catalog.records import Entry, Provenance
from assistant.catalog.vocabulary import Vocabulary
from assistant.links import identify

CATEGORIES = frozenset({"cs.CV", "eess.IV", "cs.GR", "cs.MM"})


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """The papers about our tasks, one line at a time; withdrawn ones are passed over."""
    if path.is_dir() or path.suffix.lower() in (".xml", ".atom"):
        for file in files_of(path, ("*.xml", "*.atom")):
            for item in entries(file):
                yield item if isinstance(item, Problem) else _paper(item, vocabulary)
        return
    for line in json_lines(path):
        if isinstance(line, Problem):
            yield line
        elif _is_wanted(line.data):
            title, abstract = one_line(line.data.get("title")), one_line(line.data.get("abstract"))
            if not title or vocabulary.task_of_title(title) or vocabulary.task_of_title(abstract):
                yield _paper(line, vocabulary)


def _is_wanted(data: Mapping[str, Any]) -> bool:
    given = data.get("categories")
    categories = given.split() if isinstance(given, str) else given or ()
    return (not categories or not CATEGORIES.isdisjoint(categories)) and (
        "withdrawn" not in one_line(data.get("comments")).lower()
    )


def _paper(line: Document, vocabulary: Vocabulary) -> Entry | Problem:
    data = line.data
    number = one_line(data.get("id"))
    link = f"https://arxiv.org/abs/{number}"
    found = identify(link)
    if found is None or found.kind != "arxiv":
        return Problem(line.path, line.first, "id", f"{number or 'nothing'} is no arXiv id")
    given = {
        "title": one_line(data.get("title")),
        "abstract": one_line(data.get("abstract")),
        "link": link,
        "github": named_in(one_line(data.get("comments")), "github"),
    }
    source = Provenance(
        source="arxiv", source_id=number, license=one_line(data.get("license")) or None
    )
    return paper(line, vocabulary, source, given)
