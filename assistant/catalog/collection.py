"""The validated collection of records, and how an item finds its record."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assistant.catalog.compiled import Compiled, Content
from assistant.catalog.labels import Labels
from assistant.catalog.load import BrokenCatalogError
from assistant.catalog.records import Concept, Entry, Model, Paper, fold, keys
from assistant.catalog.stated import Fact
from assistant.catalog.validation import read
from assistant.catalog.vocabulary import Vocabulary
from assistant.content import folder
from assistant.links import identify


class Catalog:
    """Records with unique ids, the vocabulary that reads questions, and look-ups.

    ``demos`` names the demonstration of a record by the record's id.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        vocabulary: Vocabulary,
        demos: Mapping[str, str] | None = None,
    ) -> None:
        self.entries = tuple(map(vocabulary.ported, entries))
        self.vocabulary = vocabulary
        self.demos = dict(demos or {})
        self._by_id = {entry.id: entry for entry in self.entries}

    @classmethod
    def load(cls, root: Path | None = None, *, cache: Path | None = None) -> Catalog:
        """Read the catalog folder ``root``, the built-in one by default.

        With ``cache`` a validated catalog is kept there and read back while no file of the
        folder changes; that takes a tenth of the time. One of more than ``large.LARGE`` bytes
        is then not held in memory.

        Raises:
            CatalogError: the folder does not exist or holds no records.
            BrokenCatalogError: a record is broken; names file, line and field.
        """
        if root and cache and root.is_dir():
            from assistant.catalog.large import LargeCatalog, is_large

            if is_large(root):
                return LargeCatalog.opened(root, cache)
        kept = Compiled.of(root or folder("catalog"), cache) if cache else None
        if kept and (content := kept.read()):
            catalog = cls(content.entries, content.vocabulary, content.demos)
            catalog.__dict__["digest"] = content.digest  # what the property would work out
            return catalog
        entries, problems, vocabulary, demos = read(root)
        if problems:
            raise BrokenCatalogError(problems)
        assert vocabulary is not None  # noqa: S101 - without problems there is one
        catalog = cls((found.entry for found in entries), vocabulary, demos)
        if kept:
            kept.write(
                Content(
                    entries=catalog.entries,
                    vocabulary=vocabulary,
                    demos=demos,
                    digest=catalog.digest,
                )
            )
        return catalog

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def models(self) -> tuple[Model, ...]:
        """The models, in file order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Model))

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers, in file order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Paper))

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The entries of the glossary, in file order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Concept))

    def get(self, entry_id: str) -> Entry | None:
        """The record with this id, or None."""
        return self._by_id.get(entry_id)

    def fact(self, fact_id: str) -> Fact | None:
        """The fact with this id (see ``Entry.told``), or None."""
        entry = self.get(fact_id.partition("#")[0])
        return entry.told.get(fact_id) if entry else None

    def called(self, name: str) -> tuple[Entry, ...]:
        """The records that a person means by a name: the one with this id, else the family of
        models, the concept or the papers of this name, alias or title; () where there are none.
        """
        wanted = fold(name)
        if exact := [e for e in self.entries if e.id.casefold() == wanted]:
            return tuple(exact)
        found = [e for e in self.entries if wanted in map(fold, (e.name, *e.aliases, e.title))]
        kinds = [[e for e in found if e.kind == kind] for kind in ("concept", "model", "paper")]
        return tuple(next(filter(None, kinds), ()))

    def demo(self, entry: Entry) -> str | None:
        """The demonstration of a record's idea: its own, or that of the paper it links."""
        link = identify(entry.paper) if entry.paper else None
        paper = self._linked([link.key]) if link else None
        return self.demos.get(entry.id) or (self.demos.get(paper.id) if paper else None)

    def find(self, name: str, links: Iterable[str]) -> Entry | None:
        """The record of an item that a prompt file names, or None.

        An id or a title decides, in that order; links join only what a title cannot
        (one paper and repository serve all scales of RCAN, so a link alone never
        picks a model).
        """
        if entry := self.get(name) or self._titled(name):
            return entry
        return self._linked(i.key for link in links if (i := identify(link)) and i.kind != "github")

    def family(self, name: str, links: Iterable[str]) -> tuple[Model, ...]:
        """The models that a prompt file may mean by a short name such as "SwinIR": those that
        share a link with the item, or all where it has none."""
        found = [e for e in self.called(name) if isinstance(e, Model)]
        given = {i.key for link in links if (i := identify(link))}
        return tuple(m for m in found if not given or given & keys(m))

    def _titled(self, title: str) -> Entry | None:
        """The first paper, else the first concept, with this title."""
        return self._by_title.get(fold(title))

    def _linked(self, named: Iterable[str]) -> Entry | None:
        """The first paper with one of these keys of links."""
        places = [self._papers_by_key[key] for key in named if key in self._papers_by_key]
        return self.papers[min(places)] if places else None

    @functools.cached_property
    def _papers_by_key(self) -> dict[str, int]:
        """The place of the first paper with each link."""
        places: dict[str, int] = {}
        for place, paper in enumerate(self.papers):
            for key in keys(paper):
                places.setdefault(key, place)
        return places

    @functools.cached_property
    def labels(self) -> Labels:
        """The catalog's own words: names, architectures and tags of its records."""
        return Labels.of(self.entries)

    @functools.cached_property
    def _by_title(self) -> dict[str, Entry]:
        titles: dict[str, Entry] = {}
        for entry in self.papers:
            for title in (entry.title, *entry.aliases):
                titles.setdefault(fold(title), entry)
        for concept in self.concepts:
            titles.setdefault(fold(concept.title), concept)
        return titles

    @functools.cached_property
    def prints(self) -> tuple[bytes, ...]:
        """SHA-256 of each record."""
        return tuple(hashlib.sha256(e.model_dump_json().encode()).digest() for e in self.entries)

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 over all records and the vocabulary, independent of file layout."""
        words = self.vocabulary.model_dump_json().encode()
        return hashlib.sha256(b"".join((*self.prints, words))).hexdigest()
