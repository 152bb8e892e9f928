"""OpenAlex works: pages of its API saved as JSON, or the JSON lines of its snapshot, streamed.

Of a work its facts are taken: title, year, venue, links, license of the open copy. The abstract,
which OpenAlex gives as an inverted index because it may not be passed on, is left alone. Like a
snapshot of arXiv, one of everything is narrowed to works whose title names a task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import named_in, one_line, paper, paper_link, plain
from assistant.catalog.importers.rows import array_items, files_of
from assistant.catalog.load import Document, Problem
from assistant.catalog.reading import json_lines
from assistant.catalog.records import Entry, Provenance
from assistant.catalog.vocabulary import Vocabulary


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """The works about our tasks in a file or folder; retracted ones are passed over."""
    for file in files_of(path, ("*.json", "*.jsonl", "*.gz")):
        works = json_lines(file) if _has_lines(file) else array_items(file, "results")
        for work in works:
            if isinstance(work, Problem):
                yield work
            elif not work.data.get("is_retracted") and _title(work.data, vocabulary):
                yield _paper(work, vocabulary)


def _has_lines(file: Path) -> bool:
    """Whether a file holds a work a line: the snapshot names its files ``part_000.gz``."""
    return not file.name.endswith((".json", ".json.gz"))


def _title(data: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The title where it names a task, and where it is missing, so that this is reported."""
    title = plain(data.get("title") or data.get("display_name"))
    return title if not title or vocabulary.task_of_title(title) else ""


def _paper(work: Document, vocabulary: Vocabulary) -> Entry | Problem:
    data = work.data
    places = [data.get("primary_location"), data.get("best_oa_location"), *_list(data, "locations")]
    found = [place for place in places if isinstance(place, Mapping)]
    links = " ".join(
        one_line(place.get(name)) for place in found for name in ("landing_page_url", "pdf_url")
    )
    venue = next(
        (one_line(s.get("display_name")) for p in found if isinstance(s := p.get("source"), dict)),
        "",
    )
    doi = one_line(data.get("doi"))
    given = {
        "title": plain(data.get("title") or data.get("display_name")),
        "year": str(data.get("publication_year") or ""),
        "venue": venue,
        "link": paper_link(links.partition(" ")[0], named_in(f"{links} {doi}", "arxiv"), doi),
        "license": next((one_line(p["license"]) for p in found if p.get("license")), ""),
    }
    number = one_line(data.get("id")).rpartition("/")[2]
    source = Provenance(source="openalex", source_id=number or None, license="CC0-1.0")
    return paper(work, vocabulary, source, given)


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []
