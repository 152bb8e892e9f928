"""The closed world of one answer: the provided items, what is known of each, how each fits.

Built once from a Request and the catalog; the composer writes from it and the verifier checks
against it, so both see the same facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.catalog import Catalog, Concept, Entry, Fact, Model, Statement, Task, source
from assistant.fit import (
    Fit,
    Offer,
    called_for,
    does_all,
    offer_of,
    offer_of_name,
    offer_of_text,
    times,
)
from assistant.links import candidates, identify
from assistant.prompts import Item, Request
from assistant.question import Wish, expecting, shipped, understand
from assistant.roles import ROLES, Joined, Role, role_of
from assistant.text.titles import known_as
from assistant.workflow import weights
from assistant.world.choice import facts_of_choice
from assistant.world.compared import Side
from assistant.world.facts import (
    facts_of_family,
    facts_of_field,
    facts_of_fit,
    facts_of_inputs,
    facts_of_item,
    facts_of_role,
    facts_of_stranger,
)
from assistant.world.overall import fit_of_step, overall_fit
from assistant.world.running import Running, running
from assistant.world.told import (
    facts_of_machine,
    facts_of_opening,
    facts_of_question,
    facts_of_whole,
)
from assistant.world.unsaid import facts_of_unsaid

_OF_PARTS = ("recommend", "explain")  # forms that always get three parts
_ADVISING = ("recommend", "feasibility")  # forms whose answers say what to take
_NO_SIDE = ("measure", "data", "damage", "artifact", "format", "trouble", "usage")  # topics
_SCOPE_ORDER = ("photo", "degradation", "reference", "application", "training-data")


@dataclass(frozen=True, slots=True)
class Provided:
    """One provided item with its record (if the catalog has one), offer, fit, role and note."""

    item: Item
    entry: Entry | None
    recommended: bool
    offer: Offer
    fit: Fit
    role: Role
    note: str
    facts: tuple[Statement, ...] = ()

    @property
    def name(self) -> str:
        """How prose calls it: a model's id, a known paper's short name, else as its own text or
        its title does."""
        if self.entry is not None and not isinstance(self.entry, Model):
            return self.entry.name
        if self.entry or self.recommended or not self.item.summary:
            return self.item.name
        known = known_as(self.item.name, " ".join(self.item.summary.split()))
        return known if known not in self.item.name else self.item.name

    @property
    def called(self) -> str:
        """How prose calls it where its record gives models a name too."""
        return self.entry.name if self.entry is not None else self.name

    @property
    def links(self) -> tuple[str, ...]:
        """Its provided links that can be printed and found again as one link."""
        return tuple(link for link in dict.fromkeys(self.item.links) if usable(link))

    @property
    def keys(self) -> frozenset[str]:
        """Identities of its provided links."""
        return frozenset(i.key for link in self.links if (i := identify(link)))

    @property
    def text(self) -> str:
        """Everything an answer may state of it: the given text (L0) and its record (L1)."""
        return "\n".join(_texts(self.item, self.entry))


@dataclass(frozen=True, slots=True)
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

    @property
    def short(self) -> bool:
        """Whether the question wants a few sentences rather than three parts."""
        return not self.parts and self.wish.form not in (None, *_OF_PARTS)

    @property
    def told(self) -> tuple[Statement, ...]:
        """What may be said that belongs to no item: of the question, its arithmetic, the fit."""
        scales = [s for p in self.recommended for s in p.offer.scales if s > 1]
        vocabulary = self.catalog.vocabulary
        return (
            *facts_of_opening(self.request.question, self.wish, self.task, self.steps, vocabulary),
            *facts_of_question(self.wish, self.fit, vocabulary, scales),
            *facts_of_whole(self.whole.entry if self.whole else None, self.wish, vocabulary),
            *facts_of_machine(self.running),
            *facts_of_choice(self.request.question, self.wish, self.sides),
        )

    @property
    def sides(self) -> list[Side]:
        """What a comparison holds side by side: the models, and what of the glossary it names
        beside them or, without models, instead."""
        if self.wish.form not in ("compare", "fact"):
            return []
        found = {
            p.entry.id: p for p in self.provided
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
        return next((p for p in self.provided if p.item.name == self.fit.closest), None)

    @property
    def answering(self) -> Provided | None:
        """The item whose workflow answers the question: the best recommended one or the closest."""
        if self.fit.verdict == "mismatch":
            return self.closest
        return min(self.recommended, key=lambda p: p.fit.rank, default=None)

    @property
    def task(self) -> Task | None:
        """The task the question names; without one, the task of the item that answers."""
        own = self.answering.offer if self.answering else None
        task = self.catalog.vocabulary.task(self.wish.task or (own.task if own else None))
        takes = own.takes if own and task and own.task == task.id else ""
        return task and called_for(task, takes, self.wish.subjects)

    @property
    def whole(self) -> Provided | None:
        """The item that does all steps of the wish at once, where a model is wanted for several."""
        if self.wish.form == "explain":
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
        subjects = self.wish.subjects
        return [(p, called_for(task, p.offer.takes if p else "", subjects)) for p, task in models]

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


def usable(link: str) -> bool:
    """Whether a provided link has an identity and reads back from text as exactly itself."""
    return identify(link) is not None and [c.text for c in candidates(link, (link,))] == [link]


def build(
    request: Request, catalog: Catalog, wish: Wish | None = None, *, parts: bool = True
) -> World:
    """Join a request with the catalog, judge every item and choose roles.

    Without a ``wish`` its items came with the question. Without ``parts`` a question that
    recommends and explains nothing gets a short answer.
    """
    vocabulary, given = catalog.vocabulary, wish is None
    named = [(item, _offers(item, catalog)) for item in request.recommended]
    if wish is None:
        wish = understand(request.question, vocabulary, catalog.labels, shipped())
        tasks = [offer.task for _, offers in named for _, offer in offers if offer.task]
        wish = expecting(wish, list(dict.fromkeys(tasks)))
    joined = []
    for item, offers in named:  # of models of one name the first that fits best
        fits = [(fit_of_step(wish, offer, vocabulary), e, offer) for e, offer in offers]
        fit, entry, offer = min(fits, key=lambda one: one[0].rank)
        joined.append(Joined(item, entry, True, offer, fit))
    for item in request.related:
        entry = catalog.find(item.name, item.links)
        offer = (
            offer_of(entry) if entry else offer_of_text(item.name, item.summary or "", vocabulary)
        )
        joined.append(Joined(item, entry, False, offer, fit_of_step(wish, offer, vocabulary)))
    overall = overall_fit(wish, joined, vocabulary)
    provided = []
    short = not parts and wish.form not in (None, *_OF_PARTS)
    beside = _answering(joined, overall)
    for number, one in enumerate(joined, 1):
        item, entry, recommended, offer, fit = one
        closest = item.name == overall.closest
        role, note = role_of(
            wish, one, closest=closest, vocabulary=vocabulary, short=short, beside=beside
        )
        called = Provided(item, entry, recommended, offer, fit, role, note).called
        if (
            not (recommended or short)
            and called[:1].isupper()
            and _flat(called) not in _flat(item.name)
        ):
            note = f"{called}: {note}"  # the parts call it by this name
        facts = (
            *facts_of_item(item, entry, number),
            *facts_of_role(one, role, number),
            *facts_of_fit(one, wish, number, vocabulary),
            *facts_of_inputs(entry),
            *(facts_of_unsaid(request.question, entry, catalog) if wish.form == "fact" else ()),
            *(facts_of_family(entry, catalog) if entry else facts_of_stranger(item, number)),
        )
        provided.append(Provided(item, entry, recommended, offer, fit, role, note, facts))
    world = World(request, wish, tuple(provided), overall, catalog, parts, given=given)
    found, whole = running(_advised(world), catalog), world.whole
    if given and found.missing:
        found = Running(models=found.models, missing=found.missing, closed=True)
    elif found.missing and overall.verdict == "mismatch":
        found = Running()
    if whole and not whole.recommended and isinstance(whole.entry, Model):
        here = whole.entry.id if weights.available(whole.entry) else ""
        found = found.model_copy(update={"whole": here})
    return replace(world, running=found)


def _flat(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _answering(joined: list[Joined], overall: Fit) -> Joined | None:
    """The item that answers: the closest where no recommended model does, else the best."""
    if overall.verdict == "mismatch":
        return next((one for one in joined if one.item.name == overall.closest), None)
    recommended = (one for one in joined if one.recommended)
    return min(recommended, key=lambda one: one.fit.rank, default=None)


def _offers(item: Item, catalog: Catalog) -> list[tuple[Entry | None, Offer]]:
    """What a recommended item offers: of its record, of each model of its short name, else of its
    name and summary alone."""
    entry = catalog.find(item.name, ())
    if entries := [entry] if entry else catalog.family(item.name, item.links):
        return [(entry, offer_of(entry)) for entry in entries]
    offer = offer_of_name(item.name, catalog.vocabulary)
    if offer.source == "nothing":
        offer = offer_of_text(item.name, item.summary or "", catalog.vocabulary)
    return [(None, offer)]


def _advised(world: World) -> list[tuple[Entry, Wish]]:
    """The models that an answer tells the user to take, each with its part of the wish."""
    if world.wish.form not in _ADVISING:
        return []
    vocabulary = world.catalog.vocabulary
    series = [(p, task) for p, task in world.series if p and p.entry]
    if len(series) > 1 and world.fit.verdict != "mismatch":
        return [(p.entry, world.wish.of(task.id, vocabulary)) for p, task in series if p.entry]
    best = world.answering
    if best is None or not isinstance(best.entry, Model):
        return []
    return [(best.entry, world.wish.of(best.offer.task, vocabulary))]


def _texts(item: Item, entry: Entry | None) -> list[str]:
    texts = [item.name, *([item.summary] if item.summary else [])]
    if entry is None:
        return texts
    texts += [entry.id, entry.title, entry.name, *entry.aliases, entry.does, entry.differs or ""]
    texts += [entry.input, entry.output, *entry.steps, *(fact.text for fact in entry.facts)]
    texts += [
        f"{f.metric} {f.value:g} {f.dataset} {f.protocol} {source(f.place)}" for f in entry.figures
    ]
    texts += [times(scale) for scale in entry.scales]
    texts += [entry.license or "", *(f"{tag} models" for tag in entry.tags)]
    if isinstance(entry, Model):
        texts += [*entry.trained_on, entry.variant or "", entry.architecture or ""]
        texts += [f"{entry.parameters:,} {entry.parameters}"] if entry.parameters else []
        texts += [f"{entry.size_mb:g} MB"] if entry.size_mb else []
        texts += [(entry.released or "")[:4], *entry.platforms]
    return [text for text in texts if text]
