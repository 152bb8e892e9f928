"""Which entries of the glossary a text names."""

from __future__ import annotations

import functools
import re

from assistant.catalog.collection import Catalog
from assistant.catalog.records import Concept
from assistant.text.characters import visible

_KIND = re.compile(r" (?:models?|networks?|interpolation|resampling|test set|data set)$")
_FACTOR = re.compile(r"(?:\d+x|x\d+)?")  # read as a factor, not as a term
_ARTICLE = re.compile(r"^(?:an?|the) ")


def mentioned(text: str, catalog: Catalog) -> list[Concept]:
    """The entries that ``text`` names, by their place in it; of names that overlap the longest."""
    said = f" {_plain(text)} "
    found = []
    for name, n, capitals in _names(catalog):
        start = said.find(f" {name} ")
        start = start if start >= 0 else said.find(f" {name}s ")
        if start >= 0 and (not capitals or name.upper() in text):
            found.append((-len(name), start, n))
    taken, places = set[int](), dict[int, int]()
    for length, start, n in sorted(found):
        letters = set(range(start, start - length))
        if not letters & taken and n not in places:
            taken |= letters
            places[n] = start
    return [catalog.concepts[n] for n in sorted(places, key=places.__getitem__)]


@functools.lru_cache(maxsize=4)
def _names(catalog: Catalog) -> list[tuple[str, int, bool]]:
    """What each entry is called, also without the noun that only says what kind of thing it is;
    and whether only capitals tell it from an everyday word, as with CARE."""
    names: dict[tuple[str, int, bool], None] = {}
    prose = {word for e in catalog for f in e.facts for word in f.text.split()}
    for n, concept in enumerate(catalog.concepts):
        for name in (concept.name, concept.title, *concept.aliases):
            bare = _ARTICLE.sub("", _plain(name))
            forms = (bare, _KIND.sub("", bare))
            capitals = name.isupper() and bare in prose
            told = (one for one in forms if not _FACTOR.fullmatch(one))
            names.update(dict.fromkeys((one, n, capitals) for one in told))
    return list(names)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w+-]+", visible(text).lower()))
