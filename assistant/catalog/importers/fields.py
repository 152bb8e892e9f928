"""What importers share: plain text, links and ids of papers, a record or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.catalog.load import BrokenCatalogError, Document, Problem, validate_as
from assistant.catalog.records import Entry, Paper, Provenance
from assistant.catalog.vocabulary import Vocabulary
from assistant.links import candidates, identify
from assistant.text.sentences import sentences

SENTENCES = 300
"""How many characters of a summary or an abstract become ``does``."""
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BLOCK = re.compile(r"(?m)^\s{0,3}(?:#+|[-*>]|\d+\.)\s+|</?\w[^>]*>")
_EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
_STARTS = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}


def one_line(text: object) -> str:
    """White space as single blanks; nothing but text is text."""
    return " ".join(text.split()) if isinstance(text, str) else ""


def plain(text: object) -> str:
    """Markdown as one line of words, without marks and addresses."""
    words = text if isinstance(text, str) else ""
    words = _EMPHASIS.sub("", _BLOCK.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", words))))
    for found in reversed(list(candidates(words))):
        words = f"{words[: found.start]} {words[found.end :]}"
    return one_line(re.sub(r"\(\s*\)|\[\s*\]|<\s*>", " ", words))


def cut(text: str, limit: int = SENTENCES) -> str:
    """The whole sentences that fit into ``limit`` characters, or as many words and an ellipsis."""
    if len(text) <= limit:
        return text
    whole = ""
    for piece in sentences(text):
        if len((whole + piece).rstrip()) > limit:
            break
        whole += piece
    if len(whole) >= limit // 4:
        return whole.rstrip()
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def quoted(abstract: str) -> str:
    """An abstract as the words of others."""
    return f"The abstract says: “{cut(abstract)}”"


def paper_link(url: str, arxiv: str, doi: str) -> str:
    """The link of a paper: its arXiv id before its DOI before its address.

    An address that leads to the same place is kept as it was given. Empty where there is none.
    """
    given = identify(url) if url else None
    for written in filter(None, (arxiv, doi)):
        found = identify(written)
        if found and found.kind in _STARTS:
            same = given is not None and given.key == found.key
            return url if same else _STARTS[found.kind] + found.key.partition(":")[2]
    return url


def named_in(text: str, kind: str) -> str:
    """The first link of one kind (``arxiv``, ``github``) in a text, or nothing."""
    for found in candidates(text):
        identity = identify(found.text)
        if identity and identity.kind == kind:
            return found.text
    return ""


def paper_id(link: str, otherwise: str) -> str:
    """An id from the identity of the paper, such as ``arxiv-1807.02758``, else from a name."""
    found = identify(link) if link else None
    return slug(found.key if found and found.kind in ("arxiv", "doi") else otherwise)


def slug(name: str) -> str:
    """A name as an id."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", name).strip("._+-")[:160]


def paper(
    place: Document, vocabulary: Vocabulary, source: Provenance, given: Mapping[str, str]
) -> Entry | Problem:
    """A paper from ``title``, ``link``, ``abstract``, ``github``, ``key``, ``year``, ``venue``,
    ``license`` and ``tags``, one a line."""
    title, link = one_line(given.get("title")), given.get("link", "")
    if not title:
        return Problem(place.path, place.first, "title", "a paper needs a title")
    if not link:
        message = f"{title}: a paper needs a link: an arXiv id, a DOI or an address"
        return Problem(place.path, place.first, "paper", message)
    task = vocabulary.task_of_title(title)
    short = title.partition(":")[0]
    abstract, year = one_line(given.get("abstract")), given.get("year")
    told = f"{f' of {year}' if year else ''}{f' in {v}' if (v := given.get('venue')) else ''}"
    does = quoted(abstract) if abstract else f"A paper{told}: {title}"
    data = {
        "id": paper_id(link, given.get("key") or title),
        "title": title,
        "name": short if ": " in title and len(short.split()) <= 3 else title,
        "paper": link,
        "github": given.get("github") or None,
        "does": does,
        "license": given.get("license") or None,
        "tags": tuple(filter(None, given.get("tags", "").split("\n"))),
        "provenance": source,
        **of_task(vocabulary, task.id if task else None),
    }
    return record(Paper, data, place, vocabulary)


def of_task(vocabulary: Vocabulary, task_id: str | None) -> dict[str, Any]:
    """``task``, ``input`` and ``output``; a task that the vocabulary lacks is left out."""
    task = vocabulary.task(task_id)
    if task is None:
        return {"input": "picture", "output": "picture"}
    return {"task": task.id, "input": task.input, "output": task.output}


def record(
    kind: type[Entry],
    data: Mapping[str, Any],
    place: Document,
    vocabulary: Vocabulary,
) -> Entry | Problem:
    """The record, or the first thing wrong with it at ``place``."""
    try:
        entry = validate_as(kind, dict(data), place)
    except BrokenCatalogError as error:
        return error.problems[0]
    if entry.task and not vocabulary.task(entry.task):
        known = ", ".join(task.id for task in vocabulary.tasks)
        message = f"{entry.task} of {entry.id} is none of {known}"
        return Problem(place.path, place.line(["task"]), "task", message)
    return entry
