"""A changed wish: which models it needs now, step by step, and what the conversation then holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from assistant.catalog import Catalog, Entry, Model
from assistant.chat import changes, cues, figures, replies, trust
from assistant.chat.replies import Draft
from assistant.chat.routes import Turn
from assistant.chat.state import State
from assistant.chat.wishes import plan_of, same
from assistant.fit import judge, offer_of
from assistant.naming import best_variant
from assistant.pipeline import Assistant
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.question import Wish
from assistant.world import World, build

MAX_QUESTION = 4_000
OTHERS = 3  # papers beside a model, and alternatives
_DEEP = 60  # records among which the best of a step is looked for


def world_of(
    state: State, wish: Wish, catalog: Catalog, extra: Sequence[Entry] = (), text: str = ""
) -> World:
    """The closed world of a follow-up: the items in force, those shown before, new ones."""
    request = state.request
    assert request is not None  # noqa: S101 - follow-ups come after a recommendation
    models = {i.name: i for i in request.recommended}
    papers = {i.name: i for i in (*request.related, *state.shown, *map(item_of, extra))}
    related = tuple(i for name, i in papers.items() if name not in models)
    question = f"{request.question}\n{text}".strip()
    joined = Request(question=question, recommended=request.recommended, related=related)
    return build(joined, catalog, wish)


def parameters(entry: Entry) -> float:
    """How many a model has; 0 where that is not recorded."""
    return (entry.parameters or 0) if isinstance(entry, Model) else 0


def _also(draft: Draft, told: Sequence[str]) -> Draft:
    return draft._replace(text=" ".join([draft.text, *told]))


def _draws_nothing(entry: Entry) -> bool:
    return isinstance(entry, Model) and entry.invents is False


def _silent(entry: Entry) -> bool:
    """Whether a record does not say if its model draws."""
    return isinstance(entry, Model) and entry.invents is None


def _of_use(before: Wish, after: Wish) -> bool:
    """Whether two wishes differ in nothing but where or for what the model is used."""
    return not same(before, after) and same(before, after, "device", "license")


class Plan:
    """The models in force, one a step; ``state`` is what the conversation remembers afterwards."""

    def __init__(self, assistant: Assistant, state: State) -> None:
        assert state.request is not None  # noqa: S101 - route() saw one
        self.assistant = assistant
        self.state = state
        self._before = state.request
        found = (assistant.catalog.get(item.name) for item in self._before.recommended)
        self._models = [entry for entry in found if entry]

    def changed(self, text: str, turn: Turn) -> tuple[World, Draft] | None:
        """The wish has changed: look again, and say what fits now; None where nothing does it."""
        if turn.edit and turn.edit.kind == "back":
            return self._taken_back(turn.edit.back)
        if turn.edit and turn.edit.kind == "spare" and not turn.edit.steps:
            world = world_of(self.state, self.state.wish, self.assistant.catalog, (), text)
            return world, changes.nothing_left(world)
        if turn.items:
            return self._taken(turn.items[0], text)
        if turn.topic == "faithful":
            return self._faithful(text, turn.wish)
        if turn.edit or (len(plan_of(turn.wish)) > 1 and len(self._models) > 1):
            return self._stepwise(text, turn)
        return self._weighed(text, turn)

    def _taken_back(self, steps: int) -> tuple[World, Draft]:
        """What was in force some changes ago."""
        *past, was = self.state.past[: len(self.state.past) - steps + 1]
        moved = self.state.moved(was.request, was.wish)
        self.state = moved.model_copy(update={"past": tuple(past)})
        world = world_of(self.state, was.wish, self.assistant.catalog)
        return world, changes.plan(world, ())

    def _taken(self, name: str, text: str) -> tuple[World, Draft] | None:
        """One of the items shown in place of the model for its task."""
        entry = self.assistant.catalog.get(name)
        if not isinstance(entry, Model):
            return None
        models = [entry if e.task == entry.task else e for e in self._models]
        models = list({e.id: e for e in models}.values()) if entry in models else [entry]
        wish, plan = self.state.wish, [m.task for m in models if m.task]
        if entry not in self._models and entry.task not in plan_of(wish):
            update = {"task": entry.task, "steps": tuple(plan), "scales": ()}
            wish = wish.model_copy(update=update)
        wish = wish.model_copy(update={"form": "recommend"})
        world = self._moved(text, wish, models)
        weighs = cues.LIGHTER.search(text) or cues.PARAMETERS.search(text)
        if weighs and len(models) == 1:
            return world, changes.recommendation(world, weight=True)
        return world, changes.plan(world, [entry])

    def _stepwise(self, text: str, turn: Turn) -> tuple[World, Draft] | None:
        """A model for every step: that of before while it fits as well as any other."""
        if turn.route == "check" and _of_use(self.state.wish, turn.wish):
            world = world_of(self.state, turn.wish, self.assistant.catalog, (), text)
            if told := changes.each(world):
                return world, told
        models: list[Entry] = []
        for step in plan_of(turn.wish):
            had = next((e for e in self._models if e.task == step), None)
            own = turn.wish.of(step, self.assistant.catalog.vocabulary)
            question = f"{self._before.question}\n{text}"[-MAX_QUESTION:] if had else text
            found = self._found(question, own, had, None)
            if had and (found is None or self._rank(own, found) >= self._rank(own, had)):
                found = had
            if found is None:
                return None
            models.append(found)
        fresh = [model for model in models if model not in self._models]
        checks = turn.route == "check" and not fresh
        world = self._moved(text, turn.wish, models)
        if checks and (told := changes.each(world)):
            return world, told
        return world, changes.plan(world, fresh)

    def _weighed(self, text: str, turn: Turn) -> tuple[World, Draft] | None:
        """One step: whether its model still fits, and which does where it does not."""
        lighter = turn.wish.device == "light" and cues.LIGHTER.search(text)
        if turn.route == "refine" and (lighter or turn.topic in ("lighter", "better")):
            return self._resized(text, turn.wish, larger=turn.topic == "better")
        state, catalog = self.state, self.assistant.catalog
        entry = self._models[0]
        old = judge(state.wish, offer_of(entry), catalog.vocabulary)
        fit = judge(turn.wish, offer_of(entry), catalog.vocabulary)
        subject = turn.wish.subject if turn.wish.subject not in (None, "photo") else None
        unstated = subject is not None and subject not in entry.subjects
        new = subject != state.wish.subject and unstated
        if turn.route == "check" and same(turn.wish, state.wish, "tags", "architectures"):
            world = world_of(state, turn.wish, catalog, (), text)
            # "is it a GAN?" asks what it is, no more
            return world, changes.check(replies.current(world), fit, old, world, changed=False)
        question = f"{self._before.question}\n{text}"[-MAX_QUESTION:]
        again = turn.route == "refine" and same(turn.wish, state.wish)
        if again:  # "what about snow?": another case of the same task
            question = text
        found = self._found(question, turn.wish, None if again else entry, subject if new else None)
        if found is None:
            return None
        stays = (
            not again
            and self._rank(turn.wish, found) >= fit.rank
            and not (new and subject in found.subjects)
        )
        stays = stays or found is entry
        if turn.route == "check" and not stays and _of_use(state.wish, turn.wish):
            return self._offered(text, turn.wish, found)
        best = entry if stays else found
        world = self._moved(question, turn.wish, [best], entry, asked=text)
        if best is not entry:
            self.state = self.state.model_copy(update={"compared": (entry.id, best.id)})
        asked = next(p for p in world.provided if p.entry is entry)
        if turn.route == "refine" and not (stays and new):
            draft = changes.recommendation(world)
            if best is not entry and turn.wish.device not in (None, state.wish.device):
                draft = _also(draft, changes.instead(asked, fit))
            return world, draft
        if new and subject:
            phrase = next(t.phrase for t in catalog.vocabulary.subjects if t.id == subject)
            return world, changes.unstated(asked, phrase, world, changed=not stays)
        return world, changes.check(asked, fit, old, world, changed=not stays)

    def _offered(self, text: str, wish: Wish, found: Entry) -> tuple[World, Draft]:
        """ "will it run on my phone?" is asked of the model in force, which stays; another one
        is offered."""
        entry, known = self._models[0], self.assistant.catalog.vocabulary
        world = world_of(self.state, wish, self.assistant.catalog, (found,), text)
        old = judge(self.state.wish, offer_of(entry), known)
        update = {"focus": (item_of(found).name,), "compared": (entry.id, found.id)}
        self.state = self.state.model_copy(update=update)
        asked, other = (next(p for p in world.provided if p.entry is e) for e in (entry, found))
        terms = figures.recorded(text, [asked], world) if wish.license else []
        return world, changes.offered(asked, judge(wish, offer_of(entry), known), old, other, terms)

    def _resized(self, text: str, wish: Wish, *, larger: bool) -> tuple[World, Draft]:
        """ "something lighter", "the strongest there is": one with fewer parameters, or with more,
        or that none is recorded."""
        entry = self._models[0]
        question = f"{self._before.question}\n{text}"[-MAX_QUESTION:]
        size = parameters(entry) or (0 if larger else math.inf)

        def able(other: Entry) -> bool:
            has = parameters(other)
            return has > size if larger else 0 < has < size

        best = self._other(question, wish, able)
        world = self._moved(question, wish, [best or entry], entry, asked=text)
        if best is None:
            return world, changes.no_other(replies.current(world), larger=larger)
        self.state = self.state.model_copy(update={"compared": (entry.id, best.id)})
        draft = changes.recommendation(world, weight=True)
        if not larger:
            old = next(p for p in world.provided if p.entry is entry)
            draft = _also(draft, changes.instead(old, old.fit))
        return world, draft

    def _faithful(self, text: str, wish: Wish) -> tuple[World, Draft]:
        """ "nothing may be made up": other models in place of those that draw what was not there,
        and what is to be said of any."""
        question = f"{self._before.question}\n{text}"[-MAX_QUESTION:]
        models = []
        for entry in self._models:
            own = wish.of(entry.task, self.assistant.catalog.vocabulary) if entry.task else wish
            drawn = isinstance(entry, Model) and entry.invents
            able = (_draws_nothing, _silent) if drawn else ()  # what is known goes first
            others = (self._other(question, own, one) for one in able)
            models.append(next(filter(None, others), entry))
        fresh = [entry for entry in models if entry not in self._models]
        world = self._moved(question, wish, models, asked=text)
        told = trust.bearing(text, [], world)
        lead = changes.plan(world, fresh).text if fresh else ""
        return world, told._replace(
            text=f"{lead} {told.text}".strip(), lead=changes.drawing(world.recommended)
        )

    def _other(self, question: str, wish: Wish, able: Callable[[Entry], bool]) -> Entry | None:
        """The best other model of the same task that fits and is ``able``."""
        ranked = self.assistant.search.find(question, wish, _DEEP, "model")
        fitting = (r.entry for r in ranked if r.entry.task == wish.task and r.fit.verdict == "fits")
        return next((e for e in fitting if e not in self._models and able(e)), None)

    def _rank(self, wish: Wish, entry: Entry) -> int:
        return judge(wish, offer_of(entry), self.assistant.catalog.vocabulary).rank

    def _moved(
        self, question: str, wish: Wish, models: Sequence[Entry], *extra: Entry, asked: str = ""
    ) -> World:
        """The world of these models, with the papers near to the first; the state moves there."""
        papers = self.assistant.search.related(question, wish, OTHERS, models[0])
        request = Request(
            question=question,
            recommended=tuple(map(item_of, models)),
            related=tuple(item_of(paper.entry) for paper in papers),
        )
        self.state = self.state.moved(request, wish)
        return world_of(self.state, wish, self.assistant.catalog, extra, asked)

    def _found(
        self, question: str, wish: Wish, before: Entry | None, subject: str | None
    ) -> Entry | None:
        """The model for a changed wish: one made for a newly named subject, the same network
        where its variant fits, else what the search ranks first."""
        assistant = self.assistant
        ranked = assistant.search.find(question, wish, _DEEP, "model")
        able = [r for r in ranked if wish.task in (None, r.entry.task)]
        if subject:
            made = [r for r in able if subject in r.entry.subjects and r.fit.verdict != "mismatch"]
            if made:
                return made[0].entry
        if not able:
            return None
        if before is None:
            return able[0].entry
        family = [e for e in assistant.catalog.models if e.name == before.name]
        same_one = best_variant(family, assistant.catalog, wish)
        fit = judge(wish, offer_of(same_one), assistant.catalog.vocabulary)
        return same_one if fit.verdict == "fits" else able[0].entry
