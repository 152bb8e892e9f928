"""One cache of the built-in catalog for the tests, kept in the checkout for the next session.

Workers of pytest-xdist and sessions side by side share it; a changed record is all that a later
session reads or embeds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.catalog import Catalog
from assistant.retrieval.index import open_index

KEPT = Path(__file__).parents[1] / ".pytest_cache" / "warm-index"


@cache
def catalog() -> Catalog:
    """The built-in catalog."""
    return Catalog.load(cache=KEPT)


@cache
def warm() -> Path:
    """The cache folder with an index of it; the writers of an index wait for each other."""
    open_index(catalog(), KEPT)
    return KEPT


def lend(cache: Path) -> None:
    """Give an empty cache folder the compiled catalog, not the index."""
    catalog()
    cache.mkdir(parents=True)
    (cache / "catalog").symlink_to(KEPT / "catalog")
