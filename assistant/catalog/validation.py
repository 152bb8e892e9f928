"""Read a catalog folder whole: its sound records, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from assistant.catalog.demos import by_record
from assistant.catalog.load import BrokenCatalogError, Found, Problem
from assistant.catalog.reading import read_entries, read_vocabulary
from assistant.catalog.records import Concept, Entry
from assistant.catalog.vocabulary import Vocabulary
from assistant.content import folder
from assistant.errors import CatalogError
from assistant.links import identify

_REPOSITORY = re.compile(r"(?:README|license file) of (?P<name>[^/\s]+/[^/\s]+)")


def check(root: Path | None = None) -> tuple[int, list[Problem]]:
    """Validate a catalog folder: number of sound records and every problem."""
    entries, problems, *_ = read(root)
    return len(entries), problems


def read(
    root: Path | None,
) -> tuple[list[Found], list[Problem], Vocabulary | None, dict[str, str]]:
    """The sound records of a catalog folder, every problem, its words and its demonstrations.

    Raises:
        CatalogError: the folder does not exist or holds no records.
    """
    root = root or folder("catalog")
    if not root.is_dir():
        raise CatalogError(
            f"the catalog folder {root} does not exist",
            hint="leave --catalog out for the built-in catalog, or name a folder with models/",
        )
    entries, problems = read_entries(root)
    if not entries and not problems:
        raise CatalogError(
            f"the catalog folder {root} holds no records",
            hint="records are YAML or JSONL files in models/ and papers/; see catalog/README.md",
        )
    vocabulary = None
    try:
        vocabulary = read_vocabulary(root)
    except BrokenCatalogError as error:
        problems.extend(error.problems)
    seen: dict[str, Path] = {}
    for found in entries:
        entry, path = found.entry, found.document.path
        if entry.id in seen:
            problems.append(found.problem("id", f"{entry.id} is also in {seen[entry.id]}"))
        seen.setdefault(entry.id, path)
        problems.extend(faults(found, root, vocabulary))
    demos, broken = by_record(root, seen.__contains__)
    return entries, problems + broken, vocabulary, demos


def faults(found: Found, root: Path, vocabulary: Vocabulary | None) -> Iterator[Problem]:
    """What is wrong with a record that only its catalog can tell."""
    entry = found.entry
    if vocabulary and entry.task and not vocabulary.task(entry.task):
        known = ", ".join(task.id for task in vocabulary.tasks)
        yield found.problem("task", f"{entry.task} of {entry.id} is none of {known}")
    for order in entry.orders if isinstance(entry, Concept) else ():
        for task in (*order.first, *order.then):
            if vocabulary and not vocabulary.task(task):
                yield found.problem("orders", f"{entry.id} orders {task}, which is no task")
    yield from _misplaced(found, root)
    if len(entry.told) < len(entry.stated):  # their ids are made of their texts
        yield found.problem("facts", f"{entry.id} states a fact twice")


def _misplaced(found: Found, root: Path) -> Iterator[Problem]:
    """Places that cannot be: a receipt that is not there, a README of another repository."""
    entry = found.entry
    placed = [
        *(("facts", fact.place) for fact in entry.stated),
        *(("figures", figure.place) for figure in entry.figures),
        *(("places", place) for place in entry.places.values()),
    ]
    for field, place in placed:
        basis, _, source = place.partition(": ")
        if basis == "measured" and not (root / source).is_file():
            yield found.problem(field, f"{entry.id}: there is no receipt {source} in the catalog")
        repository = _REPOSITORY.fullmatch(source)
        if repository and not _is_of(repository["name"], entry):
            yield found.problem(field, f"{entry.id}: its repository is not {repository['name']}")


def _is_of(repository: str, entry: Entry) -> bool:
    own = identify(entry.github) if entry.github else None
    read = identify(f"https://github.com/{repository}")
    return own is not None and read is not None and own.key == read.key
