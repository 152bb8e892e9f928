"""The archive of Papers with Code: ``papers-with-abstracts.json`` and
``links-between-papers-and-code.json``, packed or not, either of them or a folder with both.

Both are lists of some hundred megabytes and are streamed. Taken are facts (title, links, year,
tasks) of papers on a task of the vocabulary; abstracts are left to their authors. The archive is
CC-BY-SA-4.0, which provenance says of each record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import one_line, paper, paper_link
from assistant.catalog.importers.rows import array_items, files_of
from assistant.catalog.load import Document, Problem
from assistant.catalog.records import Entry, Provenance
from assistant.catalog.vocabulary import Vocabulary

_PAPERS, _LINKS = ("papers-with-abstracts*",), ("links-between-paper*",)


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """The papers on our tasks in the order of the file, each with its official code first."""
    papers: dict[str, Document] = {}
    codes: dict[str, tuple[bool, str]] = {}
    whole = files_of(path, _PAPERS) if path.is_dir() or "papers-with" in path.name else []
    links = files_of(path, _LINKS) if path.is_dir() or not whole else []
    for row in (row for file in [*whole, *links] for row in array_items(file)):
        if isinstance(row, Problem):
            yield row
            continue
        page = one_line(row.data.get("paper_url"))
        repository = one_line(row.data.get("repo_url"))
        if page not in papers and not (whole and repository) and _is_wanted(row.data, vocabulary):
            papers[page] = row
        official = bool(row.data.get("is_official"))
        if page in papers and repository and (page not in codes or (official, "") > codes[page]):
            codes[page] = (official, repository)
    for page, row in papers.items():
        yield _paper(row, codes.get(page, (False, ""))[1], vocabulary)


def _is_wanted(data: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether the title or one of the tasks names a task of ours; a row without a title is
    taken, so that it is reported."""
    said = [one_line(data.get("title") or data.get("paper_title")), *_tasks(data)]
    return not said[0] or any(vocabulary.task_of_title(text) for text in said)


def _tasks(data: Mapping[str, Any]) -> list[str]:
    tasks = data.get("tasks")
    return [one_line(task) for task in tasks] if isinstance(tasks, list) else []


def _paper(row: Document, code: str, vocabulary: Vocabulary) -> Entry | Problem:
    data = {name: one_line(value) for name, value in row.data.items()}
    url = data.get("url_abs") or data.get("paper_url_abs") or data.get("url_pdf") or ""
    arxiv = data.get("arxiv_id") or data.get("paper_arxiv_id") or ""
    given = {
        "title": data.get("title") or data.get("paper_title") or "",
        "year": data.get("date", "")[:4],
        "venue": data.get("proceeding", ""),
        "link": paper_link(url or data.get("paper_url_pdf", ""), arxiv, ""),
        "github": code,
        "tags": "\n".join(_tasks(row.data)),
    }
    page = data.get("paper_url", "").rpartition("/")[2]
    source = Provenance(source="paperswithcode", source_id=page or None, license="CC-BY-SA-4.0")
    return paper(row, vocabulary, source, given)
