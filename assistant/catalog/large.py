"""A catalog that is looked into and not held: what ``Catalog`` offers, over a shelf on disk.

Models and entries of the glossary are few and are held once they are asked for as a whole; papers
come by the million and are read one at a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np

from assistant.catalog import shelf, shelving
from assistant.catalog.collection import Catalog
from assistant.catalog.compiled import state_of
from assistant.catalog.demos import by_record
from assistant.catalog.labels import Labels
from assistant.catalog.load import KINDS, BrokenCatalogError
from assistant.catalog.prints import sorted_bytes
from assistant.catalog.reading import read_vocabulary
from assistant.catalog.records import Concept, Entry, Model, fold
from assistant.catalog.shelf import Box, Entries, code
from assistant.catalog.validation import faults
from assistant.catalog.vocabulary import Vocabulary
from assistant.stored import facts_of
from assistant.version import __version__

LARGE = 32 << 20
"""Bytes of JSON lines from which a catalog is not held: some 30,000 records."""

_REMEMBERED = 100_000


def is_large(root: Path) -> bool:
    """Whether the catalog folder ``root`` is too large to be held."""
    return sum(p.stat().st_size for kind in KINDS for p in (root / kind).glob("*.jsonl")) >= LARGE


class LargeCatalog(Catalog):
    """The records of ``boxes``, models first; a record's place counts crossed-out ones too."""

    entries: Any

    def __init__(
        self, boxes: Iterable[Box], vocabulary: Vocabulary, demos: dict[str, str], folder: Path
    ) -> None:
        self.boxes = tuple(dataclasses.replace(box, vocabulary=vocabulary) for box in boxes)
        self.vocabulary, self.demos = vocabulary, demos
        self.folder = folder
        self.entries = Entries(self.boxes)
        self.starts = np.cumsum([0, *(len(box) for box in self.boxes)])
        self.known: dict[str, int] = {}
        """Places given out lately."""
        self._read = functools.lru_cache(maxsize=4096)(self._entry)

    @classmethod
    def opened(cls, root: Path, cache: Path) -> LargeCatalog:
        """The catalog folder ``root``, from what ``cache`` keeps of it, brought up to date.

        Raises:
            BrokenCatalogError: a record is broken; names file, line and field.
            CatalogError: ``cache`` cannot be written to.
        """
        folder = cache / "shelf"
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        file = folder / f"{name}.json"
        state, vocabulary = [__version__, *state_of(root)], read_vocabulary(root)
        told = facts_of(file)
        sound = told.get("format") == shelf.FORMAT
        listed = [(one["name"], one["dead"]) for one in told.get("boxes", ())] if sound else []
        boxes = [shelf.opened(folder, name, np.array(dead, np.int64)) for name, dead in listed]
        kept = [box for box in boxes if box]
        if told.get("state") != state or len(kept) < len(listed) or not kept:
            with _alone(folder):
                judge = functools.partial(faults, root=root, vocabulary=vocabulary)
                rows, problems = shelving.update(root, folder, kept, judge)
                if problems:
                    raise BrokenCatalogError(problems)
                facts = {"format": shelf.FORMAT, "root": str(root.resolve()), "state": state}
                shelving.write_list(file, facts, rows)
                _tidy(folder)
            kept = [box for name, dead in rows if (box := shelf.opened(folder, name, dead))]
        catalog = cls(kept, vocabulary, {}, folder)
        catalog.demos, broken = by_record(root, lambda record: catalog.get(record) is not None)
        if broken:
            raise BrokenCatalogError(broken)
        return catalog

    def place(self, entry_id: str) -> int | None:
        """The place of a record among all."""
        if (known := self.known.get(entry_id)) is not None:
            return known
        for box, start in zip(self.boxes, self.starts.tolist(), strict=False):
            if (row := box.row_of(entry_id)) is not None:
                return int(start) + row
        return None

    def named(self, box: Box, row: int, place: int) -> str:
        """The id of a record, whose place is then known at once."""
        if len(self.known) >= _REMEMBERED:
            self.known = {}
        entry_id = box.id(row)
        self.known[entry_id] = place
        return entry_id

    def get(self, entry_id: str) -> Entry | None:
        """The record with this id, or None; those asked for lately are not read again."""
        return self._read(entry_id)

    def _entry(self, entry_id: str) -> Entry | None:
        if (place := self.place(entry_id)) is None:
            return None
        nth = int(np.searchsorted(self.starts, place, "right")) - 1
        return self.boxes[nth].entry(place - int(self.starts[nth]))

    @functools.cached_property
    def models(self) -> tuple[Model, ...]:
        """The models, in file order."""
        return cast("tuple[Model, ...]", tuple(self._of("models")))

    @property
    def papers(self) -> Any:
        """The papers, in file order, each read when it is asked for."""
        return self._of("papers")

    @functools.cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """The entries of the glossary, in file order."""
        return cast("tuple[Concept, ...]", tuple(self._of("concepts")))

    def called(self, name: str) -> tuple[Entry, ...]:
        """As for any catalog."""
        if exact := self._looked_up("id~", name.casefold()):
            return tuple(exact)
        found = self._looked_up("called", fold(name))
        kinds = [[e for e in found if e.kind == kind] for kind in ("concept", "model", "paper")]
        return tuple(next(filter(None, kinds), ()))

    def _titled(self, title: str) -> Entry | None:
        titled = self._looked_up("title", fold(title))
        return min(titled, key=lambda entry: entry.kind != "paper", default=None)

    def _linked(self, named: Iterable[str]) -> Entry | None:
        papers = [paper for key in named for paper in self._looked_up("key", key)]
        return min(papers, key=lambda paper: self.place(paper.id) or 0, default=None)

    @functools.cached_property
    def labels(self) -> Labels:
        """The catalog's own words: names and architectures of its models, tags of all records."""
        own = Labels.of((*self.models, *self.concepts))
        tags = dict.fromkeys(tag for box in self.boxes for tag in box.tags)
        return Labels(own.names, own.architectures, {**Labels.tagged(tags), **own.tags})

    @functools.cached_property
    def prints(self) -> tuple[bytes, ...]:
        """A digest of each record."""
        return tuple(
            box.arrays["prints"][row].tobytes() for box in self.boxes for row in box.living
        )

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 over all records and the vocabulary, however the boxes came to be.

        Their order decides nothing but ties of equal scores.
        """
        whole = hashlib.sha256(self.vocabulary.model_dump_json().encode())
        prints = ((box.arrays["prints"], box.alive) for box in self.boxes)
        living = (all_ if alive is None else all_[alive] for all_, alive in prints)
        whole.update(sorted_bytes(living))
        return whole.hexdigest()

    def _of(self, place: str) -> Entries:
        return Entries(box for box in self.boxes if box.place == place)

    def _looked_up(self, what: str, value: str) -> list[Entry]:
        number = code(what, value)
        return [box.entry(row) for box in self.boxes for row in box.rows(number)]


def _alone(folder: Path) -> Any:
    """Keep other writers out; the system frees the lock when its process ends."""
    from filelock import FileLock

    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "lock") if os.access(folder, os.W_OK) else contextlib.nullcontext()


def _tidy(folder: Path) -> None:
    """Remove the boxes that no list names."""
    lists = [told for f in folder.glob("*.json") if "boxes" in (told := facts_of(f))]
    named = {one["name"] for told in lists for one in told["boxes"]}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            stem = path.name.split(".")[0]
            if len(stem) == 24 and stem not in named:
                path.unlink()
