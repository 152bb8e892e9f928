"""Which records a message names: models and papers of the catalog, and names it does not know."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.catalog import Catalog, Concept, Entry, Model, squash
from assistant.catalog.said import said, speaks_of
from assistant.checking.aliases import ORDINARY
from assistant.checking.lexicon import TOKEN, lexicon_of
from assistant.fit import judge, offer_of
from assistant.question import Wish, tools_in
from assistant.question.coined import coined
from assistant.question.tools import MEDIUM, NO_TOOL

_BEFORE = re.compile(
    r"(?:\bwith|\bvs\.?|\bversus|\bthan|\babout|\bto|\band|\bnot|\bor|\bis|\bfrom|\buse|\btry)\s+"
    r"(?:the |a )?$",
    re.I,
)
_BESIDE = re.compile(
    r"\b(?:compare[ds]? (?:\w+ )?(?:with|to|and|against)|vs\.?|versus|better than|worse than"
    r"|tell me about)\s+$",
    re.I,
)
_LIKE_A_NAME = re.compile(  # FooNet, SRxGAN-v2, MyUpscaler4x; no word of plain English
    r"(?<![\w-])(?=[\w.-]*[a-z])[A-Z][\w.-]*(?:[a-z][A-Z]|GAN|Net|\d)[\w.-]*\b"
    r"|(?<![\w-])[A-Z]{2,}[\w.]*-[A-Z]?\d[\w.]*\b"
    r"|(?<![\w-])\d+x[-_]?[A-Z][a-z]+[A-Z]\w*"  # 4x-UltraSharp
)
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{3,6}(?![\w-])")
_OF_TERMS = ("fact", "concept", "compare")  # forms in which an acronym is what is asked about: of
# the 120 most common unknown ones in questions of training/questions few are another thing


_WORDS = re.compile(r"[\w+.-]+")
_WORD = re.compile(TOKEN.pattern + r"\+*")  # BasicVSR++ is another one than BasicVSR


def named(text: str, catalog: Catalog, wish: Wish) -> list[Entry]:
    """The records that ``text`` names, in order; of a family the variant that fits ``wish``."""
    known = _index(catalog)
    found: list[Entry] = []
    for token in _WORD.finditer(text):
        word = token.group()
        word = word if word.casefold() in known.entries else word.rstrip("+")
        folded = word.casefold()
        family = known.entries.get(folded) or known.entries.get(folded.removesuffix("'s"))
        if family is None:
            continue
        before = text[: token.start()]
        if word in known.words and not _BESIDE.search(before):
            continue  # "does it keep the size?" names no KEEP, "compare it with keep" does
        plain = folded in ORDINARY or len(folded) < 3
        meant = any(word == e.name for e in family) or bool(_BEFORE.search(before))
        if plain and not meant:
            continue
        entry = best_variant(family, catalog, wish)
        if entry not in found:
            found.append(entry)
    return found


def unknown(text: str, catalog: Catalog) -> list[str]:
    """Names of the field in ``text`` that no record of the catalog carries or speaks of."""
    lexicon = lexicon_of(catalog)
    return [
        w
        for w in (t.group() for t in TOKEN.finditer(text))
        if (w in lexicon.exact or w.casefold() in lexicon.folded) and not _held(w, catalog)
    ]


def strangers_of(question: str, catalog: Catalog, form: str | None = None) -> list[str]:
    """Names of the field, words that look like the name of a network, acronyms where the ``form``
    asks of such, and what is spoken of as a program or a model, that no record holds; of names
    that overlap the longest."""
    tools = tools_asked(question, catalog)
    shouted = question.isupper() or form not in _OF_TERMS
    short = () if shouted else _ACRONYM.findall(question)
    acronyms = (w for w in short if w.casefold() not in NO_TOOL and not _held(w, catalog))
    alike = (
        w
        for w in _LIKE_A_NAME.findall(question)
        if re.search(r"[^\W\d_]{3}", w)
        and coined(w.casefold())
        and w.casefold() not in NO_TOOL
        and not (_held(w, catalog) or re.search(rf"{re.escape(w)}{MEDIUM}", question))
    )
    words = {part for tool in tools for part in tool.split()}
    others = (*unknown(question, catalog), *alike, *acronyms)
    return list(dict.fromkeys((*(w for w in others if w not in words), *tools)))


def tools_asked(question: str, catalog: Catalog) -> list[str]:
    """What a question speaks of as a program or a model, and does not refuse, that no record
    holds."""
    if not (spoken := tools_in(question)):
        return []  # of most questions, without a look at the records
    found = (name for name in spoken if name not in _index(catalog).words)
    return [
        name.capitalize() if name.islower() else name for name in found if not _held(name, catalog)
    ]


def _held(name: str, catalog: Catalog) -> bool:
    """Whether a record is called so, or is a version of it, or some record speaks of it: as data
    that it was trained on, as a format, as a method."""
    entries, first = _index(catalog).entries, name.split(maxsplit=1)[0]
    called = name.casefold() in entries or first.casefold() in entries
    if called or catalog.called(name) or catalog.called(first):
        return True
    if first != name:
        return speaks_of(catalog, name)
    return squash(name) in catalog.labels.tags or squash(name) in _words_of(catalog)


def named_in(question: str, catalog: Catalog, wish: Wish) -> tuple[list[Entry], tuple[str, ...]]:
    """The records a question names, of each family one, and the names it does not know."""
    found = named(question, catalog, wish)
    found += [e for name in wish.named if (e := catalog.get(name))]
    for name in wish.architectures:
        called = [e for e in catalog.called(name) if not isinstance(e, Concept)]
        found += (called or [m for m in catalog.models if m.architecture == name])[:1]
    once: dict[str, Entry] = {}
    for entry in found:
        typed = entry.id.casefold() in question.casefold()
        once.setdefault(entry.id if typed else entry.name, entry)
    best = [e if e.id == key else _variant_of(e, catalog, wish) for key, e in once.items()]
    return best, tuple(strangers_of(question, catalog, wish.form))


def one_a_family(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each name, in order."""
    families: dict[str, Entry] = {}
    for entry in entries:
        families.setdefault(entry.name, entry)
    return list(families.values())


def ordinary(catalog: Catalog) -> frozenset[str]:
    """The plain words that the records are written in."""
    return _index(catalog).words


def best_variant(family: Sequence[Entry], catalog: Catalog, wish: Wish) -> Entry:
    """The member of a family that fits the wish best; models before papers."""

    def order(entry: Entry) -> tuple[int, bool]:
        fit = judge(wish, offer_of(entry), catalog.vocabulary)
        return (fit.rank, not isinstance(entry, Model))

    return min(family, key=order)


def _variant_of(entry: Entry, catalog: Catalog, wish: Wish) -> Entry:
    """The model of this name that fits the wish best; the record itself where there is none."""
    family = [model for model in catalog.models if model.name == entry.name]
    return best_variant(family, catalog, wish) if family else entry


class _Index(NamedTuple):
    """Records by each name they go by, folded; and the plain words of all records."""

    entries: dict[str, tuple[Entry, ...]]
    words: frozenset[str]


@functools.lru_cache(maxsize=4)
def _index(catalog: Catalog) -> _Index:
    found: dict[str, list[Entry]] = {}
    for entry in (*catalog.models, *catalog.papers):
        names = {entry.id, entry.name}
        if isinstance(entry, Model) and entry.id.count("-") >= 1:
            names.add(entry.id.split("-", 1)[1])
        for name in names:
            if _WORD.fullmatch(name):
                found.setdefault(name.casefold(), []).append(entry)
    prose = (text for e in catalog for text in (e.does, *e.steps, *(f.text for f in e.facts)))
    words = frozenset(w for text in prose for w in text.split() if w.isalpha() and w.islower())
    return _Index({name: tuple(entries) for name, entries in found.items()}, words)


@functools.lru_cache(maxsize=4)
def _words_of(catalog: Catalog) -> frozenset[str]:
    """Every word of the names of the records, and of their sentences every one that is no plain
    word, squashed."""
    found = set[str]()
    for entry, told in said(catalog):
        names = " ".join((entry.id, entry.name, entry.title, *entry.aliases))
        parts = set(re.findall(r"\w+", entry.name))  # "Topaz" in the entry on Topaz-Denoise
        found.update(map(squash, _WORDS.findall(names)))
        words = (w for text in told for w in _WORDS.findall(text))
        found.update(squash(w) for w in words if not w.islower() and w not in parts)
    return frozenset(found)
