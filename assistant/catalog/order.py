"""Why one step comes before another: what the glossary puts in order, by pairs of tasks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping

from assistant.catalog.collection import Catalog
from assistant.catalog.records import Concept
from assistant.catalog.statements import Statement

ORDER = "order-of-steps"
"""The entry of the glossary that holds the orders."""

Pair = tuple[str, str]


@functools.lru_cache(maxsize=4)
def reasons(catalog: Catalog) -> Mapping[Pair, Statement]:
    """Why the first task of a pair comes before the second, for all pairs of which the glossary
    has it, as statements of nobody; where either will do, it has both."""
    entry = catalog.get(ORDER)
    found: dict[Pair, Statement] = {}
    for o in entry.orders if isinstance(entry, Concept) else ():
        said = Statement(f"{ORDER}#{o.key}", "", o.text, o.place, o.kind, o.aspect)
        for pair in itertools.product(o.first, o.then):
            found.setdefault(pair, said)
    return found
