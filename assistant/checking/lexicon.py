"""The lexicon: names of models, data sets and tools of the field, from the catalog."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from assistant.catalog import Catalog
from assistant.checking.aliases import ORDINARY
from assistant.text.characters import view

TOKEN = re.compile(r"[^\W_]++(?:[-.+][^\W_]++)*+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All names that a catalog knows, as they may be found in a text."""

    exact: frozenset[str]
    """Names that count in their own case."""
    folded: frozenset[str]
    """Names that count in any case, folded."""
    phrases: dict[tuple[str, ...], tuple[tuple[str, ...], ...]]
    """Names and titles of several words, by their first two words, folded."""
    whole: frozenset[str]
    """Names that are one although a hyphen stands in them."""


@functools.lru_cache(maxsize=8)
def lexicon_of(catalog: Catalog) -> Lexicon:
    """The lexicon of a catalog and its vocabulary, built once."""
    works = [*catalog.models, *catalog.papers]  # a concept has common words for a name
    names = {*catalog.vocabulary.names, *(entry.name for entry in works)}
    titles = {title for entry in works for title in (entry.title, *entry.aliases)}
    ids = {model.id for model in catalog.models}
    known = {name for name in catalog.vocabulary.names if len(name) >= 4 and name.isupper()}
    exact, folded = set(), set()
    phrases: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for name in sorted(view(name) for name in names | titles | ids):
        words = tuple(TOKEN.findall(name))
        if len(words) > 1:
            start = tuple(word.casefold() for word in words[:2])
            phrases[start] = (*phrases.get(start, ()), words)
        elif is_shaped(name) or (name in known and name.casefold() not in ORDINARY):
            folded.add(name.casefold())
        else:
            exact.add(name)
    return Lexicon(frozenset(exact), frozenset(folded), phrases, frozenset(names))


def is_shaped(name: str) -> bool:
    """Whether a name looks like no word in any case: SwinIR, Set14; not KEEP, Compact."""
    if name.casefold() in ORDINARY or len(name) < 4:
        return False
    if any(c.isdigit() or c == "-" for c in name[1:]):
        return True
    return not name.isupper() and any(c.isupper() for c in name[1:])
