"""The closed world of a question: which records its form needs, so that nothing else is said."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from assistant.catalog import Catalog, Concept, Entry, Model, mentioned
from assistant.contenders import compared
from assistant.enlarging import after_cleaning, at_once
from assistant.fit import judge, offer_of
from assistant.generation.forms.feasibility import denied
from assistant.naming import named_in, one_a_family, tools_asked
from assistant.provision import AMONG, DEEP, PLENTY, TERMS, Provision
from assistant.question import ENLARGING, OUTSIDE, Wish, pictures_in, place_in, runs_where
from assistant.remedies import helped
from assistant.retrieval.search import Ranked, Search
from assistant.world.asked import on_same
from assistant.world.duration import timed

_ALIKE = re.compile(r"\b(?:differen\w+|versus|vs|compared?|same)\b", re.I)
_MODELS = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}(?:models?|upscalers?|networks?)\b|\b(?:some|any)thing\b", re.I
)
_LICENSE = re.compile(r"\b(?:MIT|BSD|Apache|GPL|CC0?)\b")


class Provider:
    """Finds what the form of a question needs."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._catalog: Catalog = search.catalog

    def provide(self, question: str, wish: Wish, k: int, *, parts: bool = False) -> Provision:
        """The items for one question; with ``parts`` models for every step, whatever its form."""
        found = Provision() if parts else self._of_form(question, wish)
        if found.models or found.beside or found.strangers:
            return found
        tools = (
            tools_asked(question, self._catalog) if wish.form in ("recommend", "explain") else ()
        )
        explains = wish.form == "explain" and not (parts or wish.named or wish.architectures)
        if tools and explains:
            return Provision(strangers=tools)
        return self._recommended(question, wish, k, tools)

    def _of_form(self, question: str, wish: Wish) -> Provision:
        """What another form than a recommendation needs."""
        match wish.form:
            case "compare":
                return compared(question, wish, self._search)
            case "trouble":
                return helped(question, wish, self._search)
            case "fact":
                return self._asked(question, wish)
            case "concept":
                return self._explained(question, wish)
            case "feasibility":
                return self._weighed(question, wish)
        return Provision()

    def _recommended(self, question: str, wish: Wish, k: int, tools: Sequence[str]) -> Provision:
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
        return Provision([r.entry for r in models], [r.entry for r in papers], tools, scores)

    def _best(self, question: str, wish: Wish) -> Ranked | None:
        """The model that fits best; None where no model of the catalog does the task at all."""
        if wish.form == OUTSIDE and not wish.named:
            return None
        found = self._search.find(question, wish, DEEP, "model")
        able = [r for r in found if wish.task in (None, r.entry.task)]
        if (
            wish.form == "explain" and wish.architectures
        ):  # what was used, whatever would fit better
            able.sort(key=lambda r: r.entry.name not in wish.architectures)
        return next(iter(able), None)

    def _asked(self, question: str, wish: Wish) -> Provision:
        entries, strangers = self._named(question, wish)
        if entries or strangers:
            models = self._timed(question, [e for e in entries if isinstance(e, Model)], wish)
            return Provision(models, [e for e in entries if not isinstance(e, Model)], strangers)
        licensed = self._licensed(question, wish)
        return Provision(licensed) if licensed else self._explained(question, wish)

    def _licensed(self, question: str, wish: Wish) -> list[Entry]:
        """The best models under the license that a question for models names, one a family."""
        wanted = _LICENSE.search(question)
        if not wanted or not _MODELS.search(question):
            return []
        task = wish.task or ENLARGING
        ranked = self._search.find(question, wish.model_copy(update={"task": task}), DEEP, "model")
        under = (r.entry for r in ranked if (r.entry.license or "").startswith(wanted[0])
                 and r.entry.task == task)  # fmt: skip
        return one_a_family(under)[:PLENTY]

    def _explained(self, question: str, wish: Wish) -> Provision:
        """The entries of the glossary that are named, else the nearest; what they lead to."""
        said = mentioned(question, self._catalog)
        if all(c.topic == "method" for c in said):  # a task is spoken of; the term may be another
            near = self._nearest(question, wish)[:1]
            said = said if len(said) > 1 and _ALIKE.search(question) else near
        entries, strangers = named_in(question, self._catalog, wish)
        linked = (self._catalog.get(name) for c in said[:1] for name in c.related)
        leads = [e for e in linked if e and not isinstance(e, Concept)][:2]
        beside = self._measured(question, wish)
        once = {e.id: e for e in (*said[:TERMS], *entries[:3], *([beside] if beside else leads))}
        asked = tuple(name for name in strangers if name.isupper() or not said)
        return Provision((), list(once.values()), asked)

    def _measured(self, question: str, wish: Wish) -> Model | None:
        """The first model beside whose figures a value of the question can be set; most questions
        state no value or name no data set."""
        if not any(map(str.isdigit, question)):
            return None
        asked = question.casefold()
        sets = {name for name in _data_sets(self._catalog) if name.casefold() in asked}
        for model in self._catalog.models if sets else ():
            figures = (f for f in model.figures if f.dataset in sets)
            if any(on_same(question, wish.scales, figure) for figure in figures):
                return model
        return None

    def _weighed(self, question: str, wish: Wish) -> Provision:
        """What the glossary says of whether it can be done, and the model one would take."""
        said = self._nearest(question, wish)[:1]
        said += [c for c in mentioned(question, self._catalog) if c not in said]
        entries, strangers = self._named(question, wish)
        models = [e for e in entries if isinstance(e, Model)]
        if not models:
            known = self._catalog.vocabulary
            best = (self._best(question, wish.of(step, known)) for step in wish.steps[:2])
            models = [r.entry for r in best if r and isinstance(r.entry, Model)]
        if models and (runs_where(question) or pictures_in(question)):
            return Provision(
                self._timed(question, models, wish, strict=bool(entries)), (), strangers
            )
        if not entries and denied(said[:2], wish, question):
            models = []  # none supports a no
        return Provision(models, said[:2], strangers)

    def _named(self, question: str, wish: Wish) -> tuple[list[Entry], tuple[str, ...]]:
        """The records that a question names and the names it does not know; a device is none."""
        entries, strangers = named_in(question, self._catalog, wish)
        where = runs_where(question) or place_in(question)
        said = where.said if where else ""
        return entries, tuple(name for name in strangers if name not in said)

    def _timed(
        self, question: str, models: list[Model], wish: Wish, *, strict: bool = True
    ) -> list[Model]:
        """For a question of how long pictures take, in place of each model one that was timed and
        fits as well: with ``strict`` of its name, else of its task."""
        if pictures_in(question) is None:
            return models
        known = self._catalog.vocabulary

        def rank(model: Model) -> int:
            return judge(wish.of(model.task, known), offer_of(model), known).rank

        def instead(model: Model) -> Model:
            like = [m for m in self._catalog.models if timed(m)
                    and (m.name == model.name if strict else m.task == model.task)]  # fmt: skip
            fitting = (m for m in like if rank(m) <= rank(model))
            return model if timed(model) else next(fitting, model)

        return list(map(instead, models))

    def _nearest(self, question: str, wish: Wish) -> list[Concept]:
        found = self._search.find(question, wish, AMONG, "concept")
        found.sort(key=lambda r: -r.score)
        return [r.entry for r in found if isinstance(r.entry, Concept)]


@functools.lru_cache(maxsize=4)
def _data_sets(catalog: Catalog) -> frozenset[str]:
    """The data sets on which any model has published figures."""
    return frozenset(figure.dataset for model in catalog.models for figure in model.figures)
