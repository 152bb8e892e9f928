"""The catalog for other programs: JSON lines, BibTeX, CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.catalog.records import Entry
from assistant.errors import InputError
from assistant.links import identify

_SPECIAL = re.compile(r"([&%$#_])")


def jsonl(entries: Iterable[Entry]) -> str:
    """Every record, one a line, as ``catalog import records`` reads it."""
    lines = []
    for entry in entries:
        data = {"kind": entry.kind, **entry.model_dump(mode="json", exclude_defaults=True)}
        lines.append(json.dumps(data, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def bibtex(entries: Iterable[Entry]) -> str:
    """Every work with a link to its paper, once."""
    parts = []
    for entry, kind, number in _works(entries):
        fields = {"title": f"{{{_escaped(entry.title)}}}", "url": entry.paper or ""}
        if entry.authors:
            fields["author"] = _escaped(entry.authors.replace(" et al.", " and others"))
        fields |= {"year": str(entry.year)} if entry.year else {}
        fields |= {"booktitle": _escaped(entry.venue)} if entry.venue else {}
        if kind == "arxiv":
            fields |= {"eprint": number, "archiveprefix": "arXiv"}
        elif kind == "doi":
            fields["doi"] = number
        if entry.github:
            fields["note"] = f"Code: {entry.github}"
        body = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items())
        parts.append(f"@misc{{{entry.id}{body}\n}}\n")
    return "\n".join(parts)


def csl(entries: Iterable[Entry]) -> str:
    """Every work with a link to its paper, once, as CSL-JSON."""
    items = []
    for entry, kind, number in _works(entries):
        item: dict[str, Any] = {
            "id": entry.id,
            "type": "article",
            "title": entry.title,
            "URL": entry.paper,
        }
        if entry.authors:
            item["author"] = [{"literal": entry.authors}]
        item |= {"issued": {"date-parts": [[entry.year]]}} if entry.year else {}
        item |= {"container-title": entry.venue} if entry.venue else {}
        if kind == "arxiv":
            item["number"] = f"arXiv:{number}"
        elif kind == "doi":
            item["DOI"] = number
        if entry.github:
            item["note"] = f"Code: {entry.github}"
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[Iterable[Entry]], str]] = {
    "jsonl": jsonl,
    "bibtex": bibtex,
    "csl": csl,
}


def export(entries: Iterable[Entry], format: str) -> str:
    """The records as one text; raises InputError with the known formats."""
    if format not in FORMATS:
        raise InputError(f"no export format {format!r}", hint=f"known: {', '.join(FORMATS)}")
    return FORMATS[format](entries)


def _works(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, str]]:
    """The first record of each paper, with the kind and the number of its link.

    All scales of a model share their paper; papers come first because they have its title.
    """
    seen: set[str] = set()
    for entry in sorted(entries, key=lambda entry: entry.kind != "paper"):
        found = identify(entry.paper) if entry.paper else None
        key = found.key if found else entry.paper
        if key and key not in seen:
            seen.add(key)
            yield entry, found.kind if found else "", key.partition(":")[2]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
