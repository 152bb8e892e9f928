"""Bring imported records into a catalog folder: what is new, what changed, what stays.

A record belongs to the file it stands in. An import writes only ``models/SOURCE.jsonl`` and
``papers/SOURCE.jsonl``; what people wrote as YAML and what other sources gave always wins,
and where an import disagrees with it the disagreement is reported and nothing is overwritten.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.catalog.importers import importer
from assistant.catalog.importers.online import Wanted, fetch
from assistant.catalog.load import KINDS, BrokenCatalogError, Problem, json_line
from assistant.catalog.reading import read_entries, read_vocabulary
from assistant.catalog.records import Entry, Model
from assistant.errors import InputError
from assistant.files import write_text
from assistant.links import identify

# What two records can disagree about; wording (title, does, steps ...) is no disagreement.
_CLAIMS = (
    "task", "scales", "any_scale", "paper", "github", "huggingface", "license",
    "architecture", "parameters", "channels",
)  # fmt: skip
_LINKS = ("paper", "github", "huggingface")


@dataclass(frozen=True, slots=True)
class Change:
    """A record of which an import gives other values in ``fields``."""

    entry: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What an import would do to a catalog; ``conflicts`` name the records that stay."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: tuple[Entry, ...] = ()
    conflicts: tuple[Change, ...] = ()


def merge(
    existing: Iterable[Entry], imported: Iterable[Entry], *, own: Collection[str] = ()
) -> Diff:
    """Compare an import with the records of a catalog.

    ``own`` are the ids that earlier imports of the same source wrote: only those may change.
    Papers are the same by their arXiv id, DOI or other paper link, else by id; models by id,
    else by paper, scales, name and variant together, if that singles one out. Of two imported
    records that are the same, the first counts.
    """
    records = {entry.id: entry for entry in existing}
    given = list(imported)
    index = _Index(records.values(), {entry.id for entry in given})
    added: dict[str, Entry] = {}
    changed: list[Change] = []
    unchanged: list[Entry] = []
    conflicts: list[Change] = []
    done: set[str] = set()
    for entry in given:
        found = index.find(entry)
        old = records.get(found) if found else None
        if old is None:
            added[entry.id] = records[entry.id] = entry
            index.add(entry)
        elif old.id in own and old.id not in done and old.kind == entry.kind:
            new = entry.model_copy(update={"id": old.id})
            if fields := _differing(old, new):
                changed.append(Change(new, fields))
            else:
                unchanged.append(old)
        else:
            unchanged.append(old)
            if fields := _disagreeing(old, entry):
                conflicts.append(Change(old, fields))
        done.add(old.id if old else entry.id)
    return Diff(tuple(added.values()), tuple(changed), tuple(unchanged), tuple(conflicts))


def run(source: str, path: Path, root: Path, *, dry: bool = False) -> tuple[Diff, list[Problem]]:
    """Import ``path`` into the catalog folder ``root``: what was done, and what was rejected.

    With ``dry`` nothing is written. The folder may be new.

    Raises:
        InputError: there is no such source or file, or the folder cannot be written to.
        BrokenCatalogError: the folder holds broken records.
    """
    chosen = importer(source)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder", hint="check the path")
    found, problems = read_entries(root)
    if problems:
        raise BrokenCatalogError(problems)
    files = {own_file(root, place, source) for place in KINDS}
    own = [item.entry for item in found if item.document.path in files]
    taken: list[Entry] = []
    rejected: list[Problem] = []
    for item in chosen.read(path, read_vocabulary(root)):
        if isinstance(item, Problem):
            rejected.append(item)
        else:
            taken.append(item)
    diff = merge((item.entry for item in found), taken, own={entry.id for entry in own})
    if not dry:
        write(diff, own, root, source)
    return diff, rejected


def run_online(
    source: str, wanted: Wanted, address: str, root: Path, *, dry: bool = False
) -> tuple[Diff, list[Problem]]:
    """Like ``run``, over what is fetched first.

    Raises:
        BackendError: the source cannot be reached; and as for ``run``.
    """
    importer(source)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        missing = fetch(source, wanted, address or "https://", folder)
        if not any(folder.iterdir()):
            return Diff(), missing
        diff, rejected = run(source, folder, root, dry=dry)
    placed = [replace(problem, file=problem.file.relative_to(folder)) for problem in rejected]
    return diff, [*missing, *placed]


def write(diff: Diff, own: Sequence[Entry], root: Path, source: str) -> list[Path]:
    """Write what ``diff`` adds and changes beside the ``own`` records of ``source``.

    Each file is replaced whole or not at all; a file without news is left alone.

    Raises:
        InputError: the folder cannot be written to.
    """
    news: Mapping[str, Entry] = {change.entry.id: change.entry for change in diff.changed}
    written = []
    for place, kind in KINDS.items():
        kept = [news.get(entry.id, entry) for entry in own if isinstance(entry, kind)]
        fresh = [entry for entry in diff.added if isinstance(entry, kind)]
        if fresh or any(entry.id in news for entry in kept):
            path = own_file(root, place, source)
            write_text(path, "".join(f"{json_line(entry)}\n" for entry in [*kept, *fresh]))
            written.append(path)
    return written


def own_file(root: Path, place: str, source: str) -> Path:
    """Where the records of one source lie; ``place`` is ``models`` or ``papers``."""
    return root / place / f"{source}.jsonl"


class _Index:
    """Which record an imported one is."""

    def __init__(self, entries: Iterable[Entry], imported: Collection[str]) -> None:
        self._ids: set[str] = set()
        self._papers: dict[str, str] = {}
        self._models: dict[object, list[str]] = defaultdict(list)
        for entry in entries:
            self.add(entry)
            # A record that the import has under its own id is no other record's twin.
            if isinstance(entry, Model) and entry.id not in imported and (key := _traits(entry)):
                self._models[key].append(entry.id)

    def add(self, entry: Entry) -> None:
        self._ids.add(entry.id)
        if entry.kind == "paper" and (key := _key(entry.paper)):
            self._papers.setdefault(key, entry.id)

    def find(self, entry: Entry) -> str | None:
        if entry.kind == "paper" and (found := self._papers.get(_key(entry.paper) or "")):
            return found
        if entry.id in self._ids:
            return entry.id
        twins = self._models.get(_traits(entry), []) if isinstance(entry, Model) else []
        return twins[0] if len(twins) == 1 else None


def _key(link: str | None) -> str | None:
    found = identify(link) if link else None
    return found.key if found else None


def _traits(model: Model) -> object:
    """Paper, scales, name and variant, or None without a paper: siblings share the rest."""
    paper = _key(model.paper)
    name = "".join(filter(str.isalnum, model.name.casefold()))
    variant = (model.variant or "").casefold()
    return (paper, tuple(sorted(model.scales)), name, variant) if paper else None


def _differing(old: Entry, new: Entry) -> tuple[str, ...]:
    return tuple(n for n in type(new).model_fields if getattr(old, n) != getattr(new, n))


def _disagreeing(old: Entry, new: Entry) -> tuple[str, ...]:
    """The claims that both records make, and make differently."""
    if old.kind != new.kind:
        return ("kind",)
    both = (n for n in _CLAIMS if getattr(old, n, None) and getattr(new, n, None))
    return tuple(n for n in both if _claim(old, n) != _claim(new, n))


def _claim(entry: Entry, name: str) -> object:
    value = getattr(entry, name)
    if name in _LINKS:
        return _key(value) or value
    return value.casefold() if isinstance(value, str) else value
