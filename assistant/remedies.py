"""What our own documentation, and then the glossary, says of a trouble or of how something is
done."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import HELP, UNKNOWN, Catalog, Concept, Entry, mentioned
from assistant.naming import named_in, tools_asked
from assistant.provision import AMONG, Provision
from assistant.question import Wish
from assistant.retrieval.search import Ranked, Search

_NO_HELP = ("method", "measure", "data")  # topics that have no remedy
_OURS, _OTHERS = 6.0, 6.8  # how near a remedy has to be
_CLOSE, _OF_IT = 0.9, 1.5  # what our own documentation may lie behind the nearest entry of the
# glossary, and behind one that it is about


def helped(question: str, wish: Wish, search: Search) -> Provision:
    """What our own documentation says of a trouble or of how something is done, then the
    glossary."""
    bare = wish.model_copy(update={"task": None, "steps": ()})  # of the result, not of a deed
    found = search.find(question, bare, AMONG, "concept")
    ranked = sorted((r for r in found if _topic(r.entry) not in _NO_HELP), key=lambda r: -r.score)
    best = _remedy(question, ranked, search.catalog)
    own = [best] if best else []
    known = {name for e in own if isinstance(e, Concept) for name in e.related}
    other = [
        c
        for c in mentioned(question, search.catalog)
        if c.topic not in (*HELP, "method") and c not in own and c.id not in known
    ]
    entries, _ = named_in(question, search.catalog, wish)
    measures = [c for c in other[1:2] if c.topic == _topic(other[0]) == "measure"]
    tools = tools_asked(question, search.catalog)
    return Provision((), [*own, *other[:1], *measures, *entries[:1]], tools)


def _remedy(question: str, ranked: Sequence[Ranked], catalog: Catalog) -> Entry | None:
    """The entry that answers a trouble: our own documentation where it is about as near as any
    other, what to tell of a trouble where nothing is near."""
    unknown_one = catalog.get(UNKNOWN)
    if not ranked:
        return unknown_one
    first = ranked[0]
    helps = (r for r in ranked if _topic(r.entry) in HELP)
    ours = next(helps, None)
    behind = _OF_IT if ours and first.entry.id in _related(ours.entry) else _CLOSE
    if ours and ours.score < first.score - behind:
        ours = None
    said = first.entry in mentioned(question, catalog)
    if ours and said and first.entry.id not in _related(ours.entry):
        ours = None  # the question names another thing
    best = ours or first
    if best.score < (_OURS if ours else _OTHERS) and not (said and best is first):
        return unknown_one or best.entry
    return best.entry


def _related(entry: Entry) -> tuple[str, ...]:
    return entry.related if isinstance(entry, Concept) else ()


def _topic(entry: Entry) -> str:
    return entry.topic if isinstance(entry, Concept) else ""
