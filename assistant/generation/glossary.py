"""What the glossary says that bears on a question."""

from __future__ import annotations

import functools

from assistant.catalog import Catalog, Concept, Statement, statements
from assistant.generation.bearing import ENOUGH, Bearing, words
from assistant.world import World

_NAMED = 3.0  # what the name of an entry in the question adds
_OF_TASK = 2.0  # what an entry about the task adds
OWN = ("trouble", "usage", "tool")  # about this program or another one, not about pictures


def explaining(world: World, bearing: Bearing, most: int) -> list[str]:
    """The sentences of the entries nearest to the question that say how something comes about."""
    asked, task = words(world.request.question), world.wish.task
    found: list[tuple[float, str]] = []
    for concept, names, facts in _read(world.catalog):
        lead = _NAMED * any(name <= asked for name in names)
        lead += _OF_TASK * (task is not None and task in (concept.task, concept.id))
        if not lead:
            continue
        able = [f for f in facts if f.kind == "mechanism" or f.id.endswith(":does")]
        best = max(able, key=lambda f: bearing.of(f.text, f.aspect))
        found.append((lead + bearing.of(best.text, best.aspect), best.text))
    found.sort(key=lambda one: -one[0])
    return [text for score, text in found[:most] if score >= ENOUGH]


def of_concept(world: World, concept: str, kind: str) -> str:
    """What one entry states of a kind; empty where it states nothing of it."""
    entry = world.catalog.get(concept)
    found = statements(entry) if entry else ()
    return next((f.text for f in found if f.kind == kind), "")


@functools.lru_cache(maxsize=4)
def _read(
    catalog: Catalog,
) -> list[tuple[Concept, list[frozenset[str]], tuple[Statement, ...]]]:
    """Each entry with its names as words and what it states."""
    read = []
    for concept in catalog.concepts:
        if concept.topic not in OWN:
            names = map(words, (concept.name, concept.title, *concept.aliases))
            read.append((concept, [name for name in names if name], statements(concept)))
    return read
