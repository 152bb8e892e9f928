"""One index of the built-in catalog for the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.catalog import Catalog
from assistant.retrieval.index import open_index


@cache
def warm() -> Path:
    """The cache folder with that index and the catalog, kept in the checkout for the next session.

    Workers of pytest-xdist and sessions side by side share it.
    """
    place = Path(__file__).parents[1] / ".pytest_cache" / "warm-index"
    open_index(Catalog.load(cache=place), place)
    return place
