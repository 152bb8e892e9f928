"""The closed world of a question: which records its form needs, so that nothing else is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.catalog import Catalog, Concept, Entry, Model, mentioned
from assistant.enlarging import after_cleaning, at_once
from assistant.naming import best_variant, named, ordinary, strangers_of
from assistant.prompts import Item, Request
from assistant.question import ENLARGING, OUTSIDE, Wish, plain
from assistant.retrieval.search import Ranked, Search
from assistant.sides import like_a_thing, sides_of

_DEEP = 60  # records among which the best of the task is looked for
_AMONG = 12  # entries of the glossary among which the nearest is taken
_PLENTY = 4  # families that a question for the best of several sees
_NO_HELP = ("method", "measure", "data")  # topics that have no remedy
_OURS, _OTHERS = 6.0, 6.8  # how near a remedy has to be
UNKNOWN = "trouble-unknown"
"""The entry on what to tell of a trouble that no other describes."""
_CLOSE, _OF_IT = 0.9, 1.5  # what our own documentation may lie behind the nearest entry of the
# glossary, and behind one that it is about
_ALIKE = re.compile(r"\b(?:differen\w+|versus|vs|compared?|same)\b", re.I)
_MODELS = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}(?:models?|upscalers?|networks?)\b|\b(?:some|any)thing\b", re.I
)
_LICENSE = re.compile(r"\b(?:MIT|BSD|Apache|GPL|CC0?)\b")
PLAIN = ("bicubic", "lanczos", "bilinear", "nearest-neighbor", "interpolation")
HELP = ("trouble", "usage")
"""Topics of this program's own documentation."""
BEST = re.compile(
    r"\b(?:fastest|quickest|lightest|smallest|best|cheapest|newest|most \w+"
    r"|which (?:of|one|models?)|ranking|rank|all (?:the )?models)\b"
)


@dataclass(frozen=True, slots=True)
class Provision:
    """The items of an answer and how relevant the search found each record."""

    models: Sequence[Entry] = ()
    beside: Sequence[Entry] = ()
    strangers: Sequence[str] = ()
    """Names of the question that no record carries."""
    scores: dict[str, float] | None = None

    def request(self, question: str) -> Request:
        """The request that these items make."""
        names = [Item(name=name) for name in self.strangers]
        return Request(
            question=question,
            recommended=tuple(map(item_of, self.models)),
            related=(*map(item_of, self.beside), *names),
        )


class Provider:
    """Finds what the form of a question needs."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._catalog: Catalog = search.catalog

    def provide(self, question: str, wish: Wish, k: int, *, parts: bool = False) -> Provision:
        """The items for one question; with ``parts`` models for every step, whatever its form."""
        forms = {
            "compare": self._compared,
            "fact": self._asked,
            "concept": self._explained,
            "trouble": self._helped,
            "feasibility": self._weighed,
        }
        find = forms.get(wish.form or "")
        if find is None or parts:
            return self._recommended(question, wish, k)
        found = find(question, wish)
        if found.models or found.beside or found.strangers:
            return found
        return self._recommended(question, wish, k)

    def _recommended(self, question: str, wish: Wish, k: int) -> Provision:
        """The best model for each step and ``k`` papers beside the first."""
        known = self._catalog.vocabulary
        asked = wish.steps or (wish.task,)
        steps = [self._best(question, wish.of(step, known)) for step in asked]
        steps[-1] = after_cleaning(question, wish, self._search) or steps[-1]
        models = [model for model in steps if model]
        papers = self._search.related(question, wish, k, models[0].entry) if models else []
        if (whole := at_once(question, wish, self._search)) and whole not in models:
            papers = [whole, *papers]
        scores = {r.entry.id: round(r.score, 6) for r in (*models, *papers)}
        return Provision([r.entry for r in models], [r.entry for r in papers], (), scores)

    def _best(self, question: str, wish: Wish) -> Ranked | None:
        """The model that fits best; None where no model of the catalog does the task at all."""
        if wish.form == OUTSIDE and not wish.named:
            return None
        found = self._search.find(question, wish, _DEEP, "model")
        return next((r for r in found if wish.task in (None, r.entry.task)), None)

    def _named(self, question: str, wish: Wish) -> tuple[list[Entry], tuple[str, ...]]:
        """The records a question names, of each family one, and the names it does not know."""
        found = named(question, self._catalog, wish)
        found += [e for name in wish.named if (e := self._catalog.get(name))]
        for name in wish.architectures:
            called = [e for e in self._catalog.called(name) if not isinstance(e, Concept)]
            found += (called or [m for m in self._catalog.models if m.architecture == name])[:1]
        once: dict[str, Entry] = {}
        for entry in found:
            typed = entry.id.casefold() in question.casefold()
            once.setdefault(entry.id if typed else entry.name, entry)
        best = [e if e.id == key else self._variant(e, wish) for key, e in once.items()]
        return best, tuple(strangers_of(question, self._catalog))

    def _variant(self, entry: Entry, wish: Wish) -> Entry:
        """The model of this name that fits the wish best; the record itself where there is none."""
        family = [model for model in self._catalog.models if model.name == entry.name]
        return best_variant(family, self._catalog, wish) if family else entry

    def _compared(self, question: str, wish: Wish) -> Provision:
        entries, strangers = self._named(question, wish)
        said = mentioned(question, self._catalog)
        known, outside = self._beside(question, wish)
        entries += [e for e in known if e.name not in {one.name for one in entries}
                    and not isinstance(e, Concept)]  # fmt: skip
        told = " ".join(strangers).casefold().split()
        strangers += tuple(s for s in outside if not set(told) & set(s.casefold().split()))
        plain_ones = [c for c in said if c.id in PLAIN or c in known]
        models = [e for e in entries if isinstance(e, Model)]
        others = [e for e in entries if not isinstance(e, Model)]
        if not entries and not strangers and len(said) > 1:
            return Provision((), said[:3])
        if len(entries) + len(strangers) + len(plain_ones) > 1:
            return Provision(self._alike(models, wish), [*others, *plain_ones[:1]], strangers)
        if not entries and said and wish.task is None:
            return Provision((), said[:1])
        if not entries or BEST.search(plain(question)):
            return Provision(self._families(question, wish), said[:1])
        return Provision([*models, *self._rivals(question, wish, models)], others, strangers)

    def _beside(self, question: str, wish: Wish) -> tuple[list[Entry], list[str]]:
        """What a question holds beside something that a record carries: records and terms by any of
        their names, and the things that none carries."""
        known: list[Entry] = []
        outside: list[str] = []
        for both in sides_of(question):
            firm = both.firm
            pair = (both.one, both.other)
            found = [next(filter(None, (self._called(side, wish) for side in sides)), None)
                     for sides in pair]  # fmt: skip
            if not any(found):
                continue
            for (side, *_), entry in zip(pair, found, strict=True):
                if entry is not None:
                    known.append(entry)
                elif like_a_thing(side, ordinary(self._catalog), firm=firm):
                    outside.append(side[:1].upper() + side[1:] if " " in side else side)
        return known, outside

    def _called(self, side: str, wish: Wish) -> Entry | None:
        """The record that one side of a comparison names: a model before a term."""
        for name in (side, side.partition("-")[0]):  # HAT-L is a version of HAT
            if found := named(name, self._catalog, wish):
                return found[0]
        words = side.replace("-", " ").split()
        heads = (" ".join(words[:n]) for n in range(len(words), 0, -1))  # "latent-diffusion fill"
        called = next(filter(None, map(self._catalog.called, (side, *heads))), ())
        models = [e for e in called if isinstance(e, Model)]
        if models:
            return best_variant(models, self._catalog, wish)
        tasks = self._catalog.vocabulary
        terms = (c for c in mentioned(side, self._catalog) if not tasks.task(c.id))
        return next(iter((*called, *terms)), None)  # "X inpainting" is no more than its task

    def _families(self, question: str, wish: Wish) -> Sequence[Entry]:
        """The best models for a wish, one a family; those we measured where speed is asked for."""
        ranked = self._search.find(question, wish, _DEEP, "model")
        able = [r for r in ranked if wish.task in (None, r.entry.task)]
        if wish.device or "efficiency" in wish.aspects:
            measured = [
                e for e in self._catalog.models
                if e.measured and wish.task in (None, e.task)
                and (not wish.scales or set(wish.scales) & set(e.scales))
            ]  # fmt: skip
            if measured:
                return _of_one_factor(measured)[:_PLENTY]
        families: dict[str, Entry] = {}
        for r in able:
            if r.fit.verdict != "mismatch":
                families.setdefault(r.entry.name, r.entry)
        return list(families.values())[:_PLENTY]

    def _rivals(self, question: str, wish: Wish, models: Sequence[Entry]) -> list[Entry]:
        """Another model of the same task, where a question compares one with nothing named."""
        if not models:
            return []
        same = wish.of(models[0].task, self._catalog.vocabulary)
        ranked = self._search.find(question, same, _DEEP, "model")
        others = (r.entry for r in ranked if r.entry.task == models[0].task)
        return [e for e in others if e.name != models[0].name][:1]

    def _alike(self, models: Sequence[Model], wish: Wish) -> Sequence[Entry]:
        """The models in variants of one factor, where there is one that all have."""
        named_ids = set(wish.named)
        families = [
            [m] if m.id in named_ids else [v for v in self._catalog.models if v.name == m.name]
            for m in models
        ]
        factors = [{s for v in family for s in v.scales} for family in families]
        common = set.intersection(*factors) if factors else set()
        wanted = next((s for s in (*wish.scales, 4.0, 2.0, 3.0, 8.0) if s in common), None)
        if wanted is None or len(models) < 2:
            return list(models)
        return [next(v for v in family if wanted in v.scales) for family in families]

    def _asked(self, question: str, wish: Wish) -> Provision:
        entries, strangers = self._named(question, wish)
        if entries or strangers:
            models = [e for e in entries if isinstance(e, Model)]
            return Provision(models, [e for e in entries if not isinstance(e, Model)], strangers)
        licensed = self._licensed(question, wish)
        return Provision(licensed) if licensed else self._explained(question, wish)

    def _licensed(self, question: str, wish: Wish) -> list[Entry]:
        """The best models under the license that a question for models names, one a family."""
        wanted = _LICENSE.search(question)
        if not wanted or not _MODELS.search(question):
            return []
        task = wish.task or ENLARGING
        ranked = self._search.find(question, wish.model_copy(update={"task": task}), _DEEP, "model")
        under = [r.entry for r in ranked if (r.entry.license or "").startswith(wanted[0])
                 and r.entry.task == task]  # fmt: skip
        return list({entry.name: entry for entry in reversed(under)}.values())[::-1][:_PLENTY]

    def _explained(self, question: str, wish: Wish) -> Provision:
        """The entries of the glossary that are named, else the nearest; what they lead to."""
        said = mentioned(question, self._catalog)
        if all(c.topic == "method" for c in said):  # a task is spoken of; the term may be another
            near = self._nearest(question, wish, _AMONG)[:1]
            said = said if len(said) > 1 and _ALIKE.search(question) else near
        entries, strangers = self._named(question, wish)
        linked = (self._catalog.get(name) for c in said[:1] for name in c.related)
        leads = [e for e in linked if e and not isinstance(e, Concept)][:2]
        once = {entry.id: entry for entry in (*said[:3], *entries[:3], *leads)}
        return Provision((), list(once.values()), () if said else strangers)

    def _helped(self, question: str, wish: Wish) -> Provision:
        """What our own documentation says of a trouble or of how something is done, then the
        glossary."""
        bare = wish.model_copy(update={"task": None, "steps": ()})  # of the result, not of a deed
        found = self._search.find(question, bare, _AMONG, "concept")
        ranked = sorted(
            (r for r in found if _topic(r.entry) not in _NO_HELP), key=lambda r: -r.score
        )
        best = self._remedy(question, ranked)
        own = [best] if best else []
        known = {name for e in own if isinstance(e, Concept) for name in e.related}
        other = [
            c
            for c in mentioned(question, self._catalog)
            if c.topic not in (*HELP, "method") and c not in own and c.id not in known
        ]
        entries, _ = self._named(question, wish)
        return Provision((), [*own, *other[:1], *entries[:1]])

    def _remedy(self, question: str, ranked: Sequence[Ranked]) -> Entry | None:
        """The entry that answers a trouble: our own documentation where it is about as near as any
        other, what to tell of a trouble where nothing is near."""
        unknown_one = self._catalog.get(UNKNOWN)
        if not ranked:
            return unknown_one
        first = ranked[0]
        helps = (r for r in ranked if _topic(r.entry) in HELP)
        ours = next(helps, None)
        behind = _OF_IT if ours and first.entry.id in _related(ours.entry) else _CLOSE
        if ours and ours.score < first.score - behind:
            ours = None
        said = first.entry in mentioned(question, self._catalog)
        if ours and said and first.entry.id not in _related(ours.entry):
            ours = None  # the question names another thing
        best = ours or first
        if best.score < (_OURS if ours else _OTHERS) and not (said and best is first):
            return unknown_one or best.entry
        return best.entry

    def _weighed(self, question: str, wish: Wish) -> Provision:
        """What the glossary says of whether it can be done, and the model one would take."""
        said = self._nearest(question, wish, _AMONG)[:1]
        said += [c for c in mentioned(question, self._catalog) if c not in said]
        entries, strangers = self._named(question, wish)
        models = [e for e in entries if isinstance(e, Model)]
        if not models:
            known = self._catalog.vocabulary
            best = (self._best(question, wish.of(step, known)) for step in wish.steps[:2])
            models = [r.entry for r in best if r and isinstance(r.entry, Model)]
        return Provision(models, said[:2], strangers)

    def _nearest(self, question: str, wish: Wish, k: int) -> list[Concept]:
        found = self._search.find(question, wish, k, "concept")
        found.sort(key=lambda r: -r.score)
        return [r.entry for r in found if isinstance(r.entry, Concept)]


def _of_one_factor(models: Sequence[Model]) -> list[Model]:
    """Those of the factor that most of the models share: seconds of others do not compare."""
    counts = Counter(m.scales for m in models)
    most = max(counts, key=lambda scales: (counts[scales], [-scale for scale in scales]))
    return [m for m in models if m.scales == most]


def _related(entry: Entry) -> tuple[str, ...]:
    return entry.related if isinstance(entry, Concept) else ()


def _topic(entry: Entry) -> str:
    return entry.topic if isinstance(entry, Concept) else ""


def item_of(entry: Entry) -> Item:
    """A record as an item of a request: its links as given, its facts as the summary."""
    facts = " ".join([entry.does, *(fact.text for fact in entry.facts)])
    return Item(
        name=entry.id if isinstance(entry, Model) else entry.title,
        paper=entry.paper,
        github=entry.github or entry.huggingface,
        summary=None if isinstance(entry, Model) else facts,
    )
