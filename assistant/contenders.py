"""What a question compares: what it names, the other side of it, the best of a task."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.catalog import Catalog, Concept, Entry, Model, mentioned
from assistant.naming import best_variant, named, named_in, one_a_family, ordinary
from assistant.provision import BEST, DEEP, PLAIN, PLENTY, Provision
from assistant.question import Wish, plain
from assistant.retrieval.search import Search
from assistant.sides import like_a_thing, sides_of

_OTHERS = re.compile(
    r"\b(?:others?|another|alternatives?|else|anything|instead|competitors?|rivals?|better|best|than"
    r"|compared?|comparable|versus|vs|against|similar|rank\w*)\b", re.I,
)  # fmt: skip


def compared(question: str, wish: Wish, search: Search) -> Provision:
    """What a question compares: records and terms it names, those of the other side, rivals."""
    entries, strangers = named_in(question, search.catalog, wish)
    said = mentioned(question, search.catalog)
    known, outside = _beside(question, wish, search)
    entries += [e for e in known if e.name not in {one.name for one in entries}
                and not isinstance(e, Concept)]  # fmt: skip
    told = " ".join(strangers).casefold().split()
    strangers += tuple(s for s in outside if not set(told) & set(s.casefold().split()))
    plain_ones = [c for c in said if c in known or c.id in PLAIN]
    models = [e for e in entries if isinstance(e, Model)]
    others = [e for e in entries if not isinstance(e, Model)]
    if not entries and not strangers and len(said) > 1:
        return Provision((), said[:3])
    if len(entries) + len(strangers) + len(plain_ones) > 1:
        return Provision(
            _alike(models, search.catalog, wish), [*others, *plain_ones[:1]], strangers
        )
    if not entries and said and wish.task is None:
        return Provision((), said[:1])
    if not entries or BEST.search(plain(question)):
        return Provision(_families(question, wish, search), said[:1], strangers)
    if models and not _OTHERS.search(question):
        return Provision(models, [*others, *said[:1]], strangers)
    return Provision([*models, *_rivals(question, wish, models, search)], others, strangers)


def _beside(question: str, wish: Wish, search: Search) -> tuple[list[Entry], list[str]]:
    """What a question holds beside something that a record carries: records and terms by any of
    their names, and the things that none carries."""
    known: list[Entry] = []
    outside: list[str] = []
    for both in sides_of(question):
        pair = (both.one, both.other)
        found = [next(filter(None, (_called(side, wish, search.catalog) for side in sides)), None)
                 for sides in pair]  # fmt: skip
        if not any(found):
            continue
        for (side, *_), entry in zip(pair, found, strict=True):
            if entry is not None:
                known.append(entry)
            elif like_a_thing(side, ordinary(search.catalog), firm=both.firm):
                outside.append(side[:1].upper() + side[1:] if " " in side else side)
    return known, outside


def _called(side: str, wish: Wish, catalog: Catalog) -> Entry | None:
    """The record that one side of a comparison names: a model before a term."""
    for name in (side, side.partition("-")[0]):  # HAT-L is a version of HAT
        if found := named(name, catalog, wish):
            return found[0]
    words = side.replace("-", " ").split()
    heads = (" ".join(words[:n]) for n in range(len(words), 0, -1))  # "latent-diffusion fill"
    called = next(filter(None, map(catalog.called, (side, *heads))), ())
    models = [e for e in called if isinstance(e, Model)]
    if models:
        return best_variant(models, catalog, wish)
    tasks = catalog.vocabulary
    terms = (c for c in mentioned(side, catalog) if not tasks.task(c.id))
    return next(iter((*called, *terms)), None)  # "X inpainting" is no more than its task


def _families(question: str, wish: Wish, search: Search) -> Sequence[Entry]:
    """The best models for a wish, one a family; those we measured where speed is asked for."""
    if wish.device or "efficiency" in wish.aspects:
        measured = [
            e for e in search.catalog.models
            if e.measured and wish.task in (None, e.task)
            and (not wish.scales or set(wish.scales) & set(e.scales))
        ]  # fmt: skip
        if measured:
            return _of_one_factor(measured)[:PLENTY]
    ranked = search.find(question, wish, DEEP, "model")
    able = [r for r in ranked if wish.task in (None, r.entry.task)]
    return one_a_family(r.entry for r in able if r.fit.verdict != "mismatch")[:PLENTY]


def _of_one_factor(models: Sequence[Model]) -> list[Model]:
    """Those of the factor that most of the models share: seconds of others do not compare."""
    counts = Counter(m.scales for m in models)
    most = max(counts, key=lambda scales: (counts[scales], [-scale for scale in scales]))
    return [m for m in models if m.scales == most]


def _rivals(question: str, wish: Wish, models: Sequence[Entry], search: Search) -> list[Entry]:
    """Another model of the same task, where a question compares one with nothing named."""
    if not models:
        return []
    same = wish.of(models[0].task, search.catalog.vocabulary)
    ranked = search.find(question, same, DEEP, "model")
    others = (r.entry for r in ranked if r.entry.task == models[0].task)
    return [e for e in others if e.name != models[0].name][:1]


def _alike(models: Sequence[Model], catalog: Catalog, wish: Wish) -> Sequence[Entry]:
    """The models in variants of one factor, where there is one that all have."""
    named_ids = set(wish.named)
    families = [
        [m] if m.id in named_ids else [v for v in catalog.models if v.name == m.name]
        for m in models
    ]
    factors = [{s for v in family for s in v.scales} for family in families]
    common = set.intersection(*factors) if factors else set()
    wanted = next((s for s in (*wish.scales, 4.0, 2.0, 3.0, 8.0) if s in common), None)
    if wanted is None or len(models) < 2:
        return list(models)
    return [next(v for v in family if wanted in v.scales) for family in families]
