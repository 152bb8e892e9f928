"""The same catalog on another machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.catalog.collection import Catalog
from assistant.errors import CatalogError


@dataclass(frozen=True, slots=True)
class Same:
    """Opens, on another machine, the catalog of ``folder`` (None: the built-in one), kept in the
    ``cache`` of that machine: a large one is not held there either."""

    folder: Path | None
    cache: Path
    digest: str

    def __call__(self) -> Catalog:
        """Open it; raises CatalogError where other records stand there."""
        found = Catalog.load(self.folder, cache=self.cache)
        if found.digest != self.digest:
            raise CatalogError(
                "a machine of the cluster has another catalog than this one",
                hint="install the same version and the same --catalog on each",
            )
        return found
