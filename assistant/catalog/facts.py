"""Whether the links of a catalog occur in files of facts: lists of papers, prompt files, text.

A link that nobody gave is the easiest thing to invent and the hardest to see. Compared is what a
link points to (``assistant.links``), so another spelling of a listed link is the same link.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.catalog.load import Problem
from assistant.catalog.reading import read_entries
from assistant.content import folder
from assistant.files import read_text
from assistant.links import candidates, identify

FIELDS = ("paper", "github", "huggingface")


def unlisted(root: Path | None, files: Iterable[Path]) -> list[Problem]:
    """Every link of the catalog folder ``root`` (the built-in one by default) that occurs in
    none of ``files``, with its place. A folder stands for all files in it.

    Raises:
        InputError: a file of facts cannot be read.
    """
    known = frozenset(key for file in files for key in links_of(file))
    found, _ = read_entries(root or folder("catalog"))
    missing = []
    for record in found:
        for field in FIELDS:
            link = getattr(record.entry, field)
            identity = identify(link) if link else None
            if link and (identity is None or identity.key not in known):
                message = f"{link} of {record.entry.id} occurs in none of the files"
                missing.append(record.problem(field, message))
    return missing


def links_of(path: Path) -> Iterator[str]:
    """What the links in a file point to: in every string of JSON, else anywhere in the text."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield from links_of(file)
        return
    text = read_text(path)
    for said in _strings(path, text):
        if whole := identify(said):
            yield whole.key
            continue
        for part in candidates(said):
            if identity := identify(part.text):
                yield identity.key


def _strings(path: Path, text: str) -> Iterator[str]:
    parts = text.splitlines() if path.suffix in (".jsonl", ".ndjson") else [text]
    for part in parts:
        try:
            yield from _inside(
                json.loads(part) if path.suffix.startswith((".json", ".nd")) else part
            )
        except (ValueError, RecursionError):
            yield part


def _inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _inside(item)
