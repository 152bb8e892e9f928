"""Bring imported records into a catalog folder: what is new, what changed, what stays.

A record belongs to the file it stands in. An import writes only ``models/SOURCE.jsonl`` and
``papers/SOURCE.jsonl``; what people wrote as YAML and what other sources gave always wins,
and where an import disagrees with it the disagreement is reported and nothing is overwritten.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from assistant.catalog.importers import importer
from assistant.catalog.importers.online import Wanted, fetch
from assistant.catalog.kept import Spool
from assistant.catalog.load import KINDS, BrokenCatalogError, Problem, json_line
from assistant.catalog.merging import Diff, Merging
from assistant.catalog.reading import read_vocabulary
from assistant.catalog.records import Entry, Model
from assistant.catalog.shelving import found_in, lines_of
from assistant.errors import InputError
from assistant.files import write


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


def _existing(root: Path, files: Collection[Path]) -> Merging:
    """What a folder holds; ``files`` are those that the source wrote."""
    merging, problems = Merging(), list[Problem]()
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
