"""The closed world of one answer, and what it says of the question as a whole.

The composer writes from it and the verifier checks against it, so both see the same facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from assistant.catalog import Catalog, Concept, Fact, Model, Statement, Task, reasons
from assistant.fit import Fit, called_for, does_all
from assistant.prompts import Request
from assistant.question import Wish
from assistant.roles import ROLES, Role
from assistant.world.choice import facts_of_choice
from assistant.world.compared import Side
from assistant.world.facts import facts_of_field
from assistant.world.provided import Provided, answering, closest
from assistant.world.running import Running
from assistant.world.told import (
    facts_of_machine,
    facts_of_opening,
    facts_of_order,
    facts_of_question,
    facts_of_whole,
)
from assistant.world.unsaid import facts_of_asks

_OF_PARTS = ("recommend", "explain")  # forms that always get three parts
_NO_SIDE = (  # topics
    "measure", "data", "damage", "artifact", "format", "resolution", "trouble", "usage",
)  # fmt: skip
_SCOPE_ORDER = ("photo", "degradation", "reference", "application", "training-data")


def is_short(wish: Wish, *, parts: bool) -> bool:
    """Whether a question wants a few sentences rather than three parts."""
    return not parts and wish.form not in (None, *_OF_PARTS)


@dataclass(frozen=True)
class World:
    """All provided items of a request, its wish and the overall fit."""

    request: Request
    wish: Wish
    provided: tuple[Provided, ...]
    fit: Fit
    catalog: Catalog
    parts: bool = True
    """Whether the answer has three parts, whatever the form of its question."""
    running: Running = field(default_factory=Running)
    """What of the recommendation runs on this machine."""
    given: bool = False
    """Whether its items came with the question: then nothing beside them is named."""
    compared: tuple[str, ...] = ()
    """The names of the items that a message compares, whatever the form of the wish."""

    @property
    def short(self) -> bool:
        """Whether the question wants a few sentences rather than three parts."""
        return is_short(self.wish, parts=self.parts)

    @property
    def told(self) -> tuple[Statement, ...]:
        """What may be said that belongs to no item: of the question, its arithmetic, the fit."""
        scales = [s for p in self.recommended for s in p.offer.scales if s > 1]
        vocabulary = self.catalog.vocabulary
        return (
            *facts_of_opening(self.request.question, self.wish, self.task, self.steps, vocabulary),
            *facts_of_order(self.wish, [task for _, task in self.steps], reasons(self.catalog)),
            *facts_of_question(self.wish, self.fit, vocabulary, scales),
            *facts_of_whole(self.whole.entry if self.whole else None, self.wish, vocabulary),
            *facts_of_machine(self.running),
            *self.choice,
        )

    @cached_property
    def left_open(self) -> tuple[Statement, ...]:
        """That nothing provided states an ask: weighed against every fact, so only where a text
        says so."""
        facts = (fact for p in self.provided for fact in p.facts)
        return tuple(facts_of_asks(self.request.question, facts))

    @cached_property
    def choice(self) -> tuple[Statement, ...]:
        """Which of the compared to take, and what tells them apart."""
        return tuple(facts_of_choice(self.request.question, self.wish, self.sides))

    @property
    def sides(self) -> list[Side]:
        """What a comparison holds side by side: the models, and what of the glossary it names
        beside them or, without models, instead."""
        if not self.compared and self.wish.form not in ("compare", "fact"):
            return []
        held = [p for p in self.provided if not self.compared or p.item.name in self.compared]
        found = {
            p.entry.id: p for p in held
            if isinstance(p.entry, Model)
            or (isinstance(p.entry, Concept) and p.entry.topic not in _NO_SIDE)
        }  # fmt: skip
        names = [p.entry.name for p in found.values() if p.entry]
        models = " ".join(p.entry.name for p in found.values() if isinstance(p.entry, Model))
        found = {
            key: p for key, p in found.items()  # of Latent Diffusion the term is a part
            if isinstance(p.entry, Model) or key.casefold() not in models.casefold()
        }  # fmt: skip
        return [
            Side(entry.id if names.count(entry.name) > 1 else entry.name, entry, p.fit)
            for p in found.values() if (entry := p.entry)
        ]  # fmt: skip

    @property
    def facts(self) -> tuple[Statement, ...]:
        """Everything that an answer may say, each with its id."""
        items = (fact for p in self.provided for fact in p.facts)
        return (*items, *self.told, *facts_of_field(self.catalog))

    @property
    def recommended(self) -> tuple[Provided, ...]:
        """The recommended models, in file order."""
        return tuple(p for p in self.provided if p.recommended)

    @property
    def related(self) -> tuple[Provided, ...]:
        """The related papers, in file order."""
        return tuple(p for p in self.provided if not p.recommended)

    @property
    def closest(self) -> Provided | None:
        """The closest fitting item where the recommended model is a mismatch."""
        return closest(self.provided, self.fit)

    @property
    def answering(self) -> Provided | None:
        """The item whose workflow answers the question: the best recommended one or the closest."""
        return answering(self.provided, self.fit)

    @property
    def task(self) -> Task | None:
        """The task the question names; without one, the task of the item that answers."""
        own = self.answering.offer if self.answering else None
        task = self.catalog.vocabulary.task(self.wish.task or (own.task if own else None))
        takes = own.takes if own and task and own.task == task.id else ""
        return task and called_for(task, takes, self.wish.subjects, self.wish.degradations)

    @property
    def unasked(self) -> bool:
        """Whether how or why was asked of no model: the one that is shown is an example of ours."""
        named = self.wish.named or self.wish.architectures
        return self.wish.form == "explain" and not (self.parts or named)

    @property
    def whole(self) -> Provided | None:
        """The item that does all steps of the wish at once, where a model is wanted for several and
        not their order."""
        if self.wish.form == "explain" or self.wish.asks_order:
            return None
        known = self.catalog.vocabulary
        return next((p for p in self.provided if does_all(p.offer, self.wish, known)), None)

    @property
    def series(self) -> list[tuple[Provided | None, Task]]:
        """The steps of a wish, each with the recommended model for it; none where it asks why and
        not several of them have one."""
        steps = self.wish.steps
        able = {p.offer.task for p in self.recommended}
        if self.wish.form == "explain" and len(able.intersection(steps)) < 2:
            steps = ()
        by_task = {p.offer.task: p for p in reversed(self.recommended)}
        tasks = (self.catalog.vocabulary.task(step) for step in steps)
        models = ((by_task.get(task.id), task) for task in tasks if task)
        said = self.wish.subjects, self.wish.degradations
        return [(p, called_for(task, p.offer.takes if p else "", *said)) for p, task in models]

    @property
    def steps(self) -> list[tuple[str, Task]]:
        """The same with the names of the models; of two of one name the full ones."""
        short = [(p.entry or p.item).name if p else "" for p, _ in self.series]
        return [
            (p.item.name if p and short.count(name) > 1 else name, task)
            for name, (p, task) in zip(short, self.series, strict=True)
        ]

    def by_role(self) -> dict[Role, list[Provided]]:
        """Items grouped by role, the most telling first."""
        aspects = set(self.wish.aspects)

        def order(p: Provided) -> tuple[bool, bool, int]:
            facts: Iterable[Fact] = p.entry.facts if p.entry else ()
            scope = p.offer.scope
            place = _SCOPE_ORDER.index(scope) if scope in _SCOPE_ORDER else len(_SCOPE_ORDER)
            return (not p.recommended, not any(f.aspect in aspects for f in facts), place)

        groups: dict[Role, list[Provided]] = {role: [] for role in ROLES}
        for p in sorted(self.provided, key=order):
            groups[p.role].append(p)
        return groups
