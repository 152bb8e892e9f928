"""Which records a message names: models and papers of the catalog, and names it does not know."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from assistant.catalog import Catalog, Entry, Model
from assistant.fit import judge, offer_of
from assistant.question import Wish
from assistant.verification.aliases import ORDINARY
from assistant.verification.lexicon import TOKEN, lexicon_of

_BEFORE = re.compile(
    r"(?:\bwith|\bvs\.?|\bversus|\bthan|\babout|\bto|\band|\bnot|\bor|\bis|\bfrom|\buse|\btry)\s+"
    r"(?:the |a )?$",
    re.I,
)


def named(text: str, catalog: Catalog, wish: Wish) -> list[Entry]:
    """The records that ``text`` names, in order; of a family the variant that fits ``wish``."""
    known = _index(catalog)
    found: list[Entry] = []
    for token in TOKEN.finditer(text):
        word = token.group()
        folded = word.casefold()
        family = known.get(folded) or known.get(folded.removesuffix("'s"))
        if family is None:
            continue
        plain = folded in ORDINARY or len(folded) < 3
        said = any(word == e.name for e in family) or bool(_BEFORE.search(text[: token.start()]))
        if plain and not said:
            continue
        entry = best_variant(family, catalog, wish)
        if entry not in found:
            found.append(entry)
    return found


def unknown(text: str, catalog: Catalog) -> list[str]:
    """Names of the field in ``text`` that no record of the catalog carries."""
    known, lexicon = _index(catalog), lexicon_of(catalog)
    words = [t.group() for t in TOKEN.finditer(text)]
    return [
        w
        for w in words
        if w.casefold() not in known and (w in lexicon.exact or w.casefold() in lexicon.folded)
    ]


def best_variant(family: Sequence[Entry], catalog: Catalog, wish: Wish) -> Entry:
    """The member of a family that fits the wish best; models before papers."""

    def order(entry: Entry) -> tuple[int, bool]:
        fit = judge(wish, offer_of(entry), catalog.vocabulary)
        return (fit.rank, not isinstance(entry, Model))

    return min(family, key=order)


@functools.lru_cache(maxsize=4)
def _index(catalog: Catalog) -> dict[str, tuple[Entry, ...]]:
    """Records by each name they go by, folded."""
    found: dict[str, list[Entry]] = {}
    for entry in catalog:
        names = {entry.id, entry.name}
        if isinstance(entry, Model) and entry.id.count("-") >= 1:
            names.add(entry.id.split("-", 1)[1])
        for name in names:
            if TOKEN.fullmatch(name):
                found.setdefault(name.casefold(), []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}
