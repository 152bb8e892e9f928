"""Which entries of the glossary a text names."""

from __future__ import annotations

import functools
import re

from assistant.catalog.collection import Catalog
from assistant.catalog.records import Concept
from assistant.text.characters import visible

_KIND = re.compile(r" (?:models?|networks?|loss|interpolation|resampling|test set|data set)$")
_FACTOR = re.compile(r"(?:\d+x|x\d+)?")  # read as a factor, not as a term
_ARTICLE = re.compile(r"^(?:an?|the) ")


def mentioned(text: str, catalog: Catalog) -> list[Concept]:
    """The entries that ``text`` names, by their place in it; of names that overlap the longest."""
    said = f" {_plain(text)} "
    found = []
    for name, n in _names(catalog):
        start = said.find(f" {name} ")
        start = start if start >= 0 else said.find(f" {name}s ")
        if start >= 0:
            found.append((-len(name), start, n))
    taken, places = set[int](), dict[int, int]()
    for length, start, n in sorted(found):
        letters = set(range(start, start - length))
        if not letters & taken and n not in places:
            taken |= letters
            places[n] = start
    return [catalog.concepts[n] for n in sorted(places, key=places.__getitem__)]


@functools.lru_cache(maxsize=4)
def _names(catalog: Catalog) -> list[tuple[str, int]]:
    """What each entry is called, also without the noun that only says what kind of thing it is."""
    names: dict[tuple[str, int], None] = {}
    for n, concept in enumerate(catalog.concepts):
        for name in (concept.name, concept.title, *concept.aliases):
            bare = _ARTICLE.sub("", _plain(name))
            forms = (bare, _KIND.sub("", bare))
            names.update(dict.fromkeys((one, n) for one in forms if not _FACTOR.fullmatch(one)))
    return list(names)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w+-]+", visible(text).lower()))
