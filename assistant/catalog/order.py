"""Why one step comes before another: what the glossary puts in order, by pairs of tasks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping

from assistant.catalog.collection import Catalog
from assistant.catalog.records import Concept

ORDER = "order-of-steps"
"""The entry of the glossary that holds the orders."""

Pair = tuple[str, str]


@functools.lru_cache(maxsize=4)
def reasons(catalog: Catalog) -> Mapping[Pair, str]:
    """Why the first task of a pair comes before the second, for all pairs of which the glossary
    has it; where either will do, it has both."""
    entry = catalog.get(ORDER)
    found: dict[Pair, str] = {}
    for order in entry.orders if isinstance(entry, Concept) else ():
        for pair in itertools.product(order.first, order.then):
            found.setdefault(pair, order.text)
    return found
