"""Bring imported records into a catalog folder: what is new, what changed, what stays.

A record belongs to the file it stands in. An import writes only ``models/SOURCE.jsonl`` and
``papers/SOURCE.jsonl``; what people wrote as YAML and what other sources gave always wins,
and where an import disagrees with it the disagreement is reported and nothing is overwritten.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from assistant.catalog.importers import importer
from assistant.catalog.importers.online import Wanted, fetch
from assistant.catalog.kept import Kept, Listed, Spool
from assistant.catalog.load import KINDS, BrokenCatalogError, Problem, json_line
from assistant.catalog.reading import read_vocabulary
from assistant.catalog.records import Entry, Model
from assistant.catalog.shelving import found_in, lines_of
from assistant.errors import InputError
from assistant.files import write
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


@dataclass(frozen=True)
class Diff:
    """What an import would do to a catalog; ``unchanged`` are ids, ``conflicts`` name the records
    that stay."""

    added: Sequence[Entry] = ()
    changed: Sequence[Change] = ()
    unchanged: Sequence[str] = ()
    conflicts: Sequence[Change] = ()


def merge(
    existing: Iterable[Entry], imported: Iterable[Entry], *, own: Collection[str] = ()
) -> Diff:
    """Compare an import with the records of a catalog.

    ``own`` are the ids that earlier imports of the same source wrote: only those may change.
    Papers are the same by their arXiv id, DOI or other paper link, else by id; models by id,
    else by paper, scales, name and variant together, if that singles one out. Of two imported
    records that are the same, the first counts.
    """
    merging, given = _Merging(), list(imported)
    for entry in existing:
        merging.know(entry, merging.kept.hold(entry), own=entry.id in own)
    merging.imported.update(entry.id for entry in given)
    for entry in given:
        merging.take(entry, merging.kept.hold)
    diff = merging.diff()
    return replace(diff, added=tuple(diff.added))


def run(source: str, path: Path, root: Path, *, dry: bool = False) -> tuple[Diff, list[Problem]]:
    """Import ``path`` into the catalog folder ``root``: what was done, and what was rejected.

    Papers are taken as they are read and never held; models, which are few, when all are known.
    With ``dry`` nothing is written. The folder may be new.

    Raises:
        InputError: there is no such source or file, or the folder cannot be written to.
        BrokenCatalogError: the folder holds broken records.
    """
    chosen = importer(source)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder", hint="check the path")
    files = {own_file(root, place, source) for place in KINDS}
    merging = _existing(root, files)
    spools = {folder: Spool(merging.kept, folder) for folder in KINDS}
    models: list[Model] = []
    rejected: list[Problem] = []
    for item in chosen.read(path, read_vocabulary(root)):
        if isinstance(item, Problem):
            rejected.append(item)
        elif isinstance(item, Model):
            models.append(item)
        else:
            merging.take(item, spools["papers" if item.kind == "paper" else "concepts"].add)
    merging.imported.update(model.id for model in models)
    for model in models:
        merging.take(model, spools["models"].add)
    for spool in spools.values():
        spool.close()
    diff = merging.diff()
    if not dry:
        for folder, spool in spools.items():
            _write(own_file(root, folder, source), merging.news, spool)
    return diff, rejected


def _existing(root: Path, files: Collection[Path]) -> _Merging:
    """What a folder holds; ``files`` are those that the source wrote."""
    merging, problems = _Merging(), list[Problem]()
    for line in lines_of(root):
        try:
            if isinstance(line, Problem):
                problems.append(line)
                continue
            entry = (line.found or found_in(line)).entry
        except BrokenCatalogError as error:
            problems += error.problems
            continue
        if line.found:
            number = merging.kept.hold(entry)
        else:
            number = merging.kept.place(entry, line.path, line.place, line.start)
        merging.know(entry, number, own=line.path in files)
    if problems:
        raise BrokenCatalogError(problems)
    return merging


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


def _write(path: Path, news: Mapping[tuple[Path, int], Entry], spool: Spool) -> None:
    """Append the lines of ``spool`` to ``path`` and put ``news`` in the place of old lines.

    The file is replaced whole or not at all; one without news is left alone.

    Raises:
        InputError: the folder cannot be written to.
    """
    changed = {start: entry for (file, start), entry in news.items() if file == path}
    if not spool.size and not changed:
        return

    def fill(out: BinaryIO) -> None:
        if path.is_file():
            with path.open("rb") as old:
                start = 0
                for line in old:
                    entry = changed.get(start)
                    out.write(f"{json_line(entry)}\n".encode() if entry else line)
                    if not entry and not line.endswith(b"\n"):
                        out.write(b"\n")
                    start += len(line)
        with spool.path.open("rb") as fresh:
            shutil.copyfileobj(fresh, out)

    write(path, fill)


def own_file(root: Path, place: str, source: str) -> Path:
    """Where the records of one source lie; ``place`` is ``models`` or ``papers``."""
    return root / place / f"{source}.jsonl"


class _Merging:
    """What is there, and what an import that is being read does to it."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.imported: set[str] = set()
        """Ids of the import's models: a record that it has is no other record's twin."""
        self.news: dict[tuple[Path, int], Entry] = {}
        self._added, self._unchanged = Listed(self.kept), list[str]()
        self._changed, self._conflicts = list[Change](), list[Change]()
        self._own, self._done = set[int](), set[int]()
        self._papers: dict[str, int] = {}
        self._models: dict[object, list[str]] = defaultdict(list)

    def know(self, entry: Entry, number: int, *, own: bool) -> None:
        """A record that is there."""
        self._look_out(entry, number)
        if own:
            self._own.add(number)
        if isinstance(entry, Model) and (key := _traits(entry)):
            self._models[key].append(entry.id)

    def take(self, entry: Entry, keep: Callable[[Entry], int]) -> None:
        """A record that the import brings; ``keep`` takes it if it is new."""
        number = self._find(entry)
        if number is None:
            number = keep(entry)
            self._added.append(number)
            self._look_out(entry, number)
            self._done.add(number)
            return
        old = self.kept.get(number)
        if number in self._own and number not in self._done and old.kind == entry.kind:
            new = entry.model_copy(update={"id": old.id})
            if fields := _differing(old, new):
                self._changed.append(Change(new, fields))
                if where := self.kept.where(number):
                    self.news[where] = new
            else:
                self._unchanged.append(old.id)
        else:
            self._unchanged.append(old.id)
            if fields := _disagreeing(old, entry):
                self._conflicts.append(Change(old, fields))
        self._done.add(number)

    def diff(self) -> Diff:
        """All of it."""
        changed, conflicts = tuple(self._changed), tuple(self._conflicts)
        return Diff(self._added, changed, tuple(self._unchanged), conflicts)

    def _look_out(self, entry: Entry, number: int) -> None:
        if entry.kind == "paper" and (key := _key(entry.paper)):
            self._papers.setdefault(key, number)

    def _find(self, entry: Entry) -> int | None:
        if entry.kind == "paper":
            found = self._papers.get(_key(entry.paper) or "")
            if found is not None:
                return found
        if (known := self.kept.number(entry.id)) is not None:
            return known
        twins = self._models.get(_traits(entry), []) if isinstance(entry, Model) else []
        twins = [twin for twin in twins if twin not in self.imported]
        return self.kept.number(twins[0]) if len(twins) == 1 else None


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
