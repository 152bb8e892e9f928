"""Draw facts of the catalog to be read against their sources (`docs/decisions.md` has the results).

python benchmarks/facts_drawn.py [--basis record] [--seed 20261128] [--number 30]
"""

from __future__ import annotations

import argparse
import random

from assistant.catalog import Catalog, Entry, Fact


def drawn(catalog: Catalog, basis: str, seed: int, number: int) -> list[tuple[Entry, Fact]]:
    """So many facts of one basis with their first record; what a family shares counts once."""
    found: dict[tuple[str, str], tuple[Entry, Fact]] = {}
    for entry in catalog:
        for fact in entry.facts:
            if fact.basis == basis:
                found.setdefault((fact.text, fact.place), (entry, fact))
    order = [found[key] for key in sorted(found)]  # the order of files does not matter
    return random.Random(seed).sample(order, min(number, len(order)))  # noqa: S311 - no secret


def main() -> None:
    """Print a fact a paragraph: its record, kind, place and text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--basis", choices=["record", "known", "measured"], default="record")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--number", type=int, default=30)
    flags = parser.parse_args()
    for entry, fact in drawn(Catalog.load(), flags.basis, flags.seed, flags.number):
        print(f"{entry.id} · {fact.kind}, {fact.aspect} · {fact.place}\n  {fact.text}\n")


if __name__ == "__main__":
    main()
