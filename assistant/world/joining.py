"""A request joined with the catalog: what is known of each item, how it fits, what it is for.

Built once for one answer.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.catalog import Catalog, Entry, Model, reasons, squash
from assistant.fit import Offer, offer_of, offer_of_name, offer_of_text
from assistant.prompts import Item, Request
from assistant.question import (
    Wish,
    arranged,
    expecting,
    place_in,
    runs_where,
    shipped,
    understand,
)
from assistant.roles import Joined, role_of
from assistant.workflow import weights
from assistant.world.closed import World, is_short
from assistant.world.duration import facts_of_duration
from assistant.world.facts import (
    facts_of_family,
    facts_of_fit,
    facts_of_inputs,
    facts_of_item,
    facts_of_role,
    facts_of_stranger,
)
from assistant.world.hardware import facts_of_hardware
from assistant.world.overall import fit_of_step, overall_fit
from assistant.world.provided import Provided, answering
from assistant.world.running import Running, running
from assistant.world.unsaid import facts_of_unsaid

_ADVISING = ("recommend", "feasibility")  # forms whose answers say what to take


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
        wish = arranged(expecting(wish, list(dict.fromkeys(tasks))), reasons(catalog))
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
    short = is_short(wish, parts=parts)
    there, place = runs_where(request.question), place_in(request.question)
    beside = answering(joined, overall)
    for number, one in enumerate(joined, 1):
        item, entry, recommended, offer, fit = one
        closest = item.name == overall.closest
        role, note = role_of(
            wish,
            one,
            closest=closest,
            vocabulary=vocabulary,
            short=short or (not given and _bare(entry, item)),
            beside=beside,
        )
        p = Provided(item, entry, recommended, offer, fit, role, note)
        other_name = p.called[:1].isupper() and squash(p.called) not in squash(item.name)
        if other_name and not (recommended or short):
            note = f"{p.called}: {note}"  # the parts call it by this name
        facts = (
            *facts_of_item(item, entry, number),
            *facts_of_role(one, role, number),
            *facts_of_fit(one, wish, number, vocabulary),
            *facts_of_inputs(entry),
            *facts_of_hardware(entry, there, catalog),
            *facts_of_duration(entry, request.question, place),
            *(facts_of_unsaid(request.question, entry, catalog) if wish.form == "fact" else ()),
            *(facts_of_family(entry, catalog) if entry else facts_of_stranger(item, number)),
        )
        provided.append(replace(p, note=note, facts=facts))
    world = World(request, wish, tuple(provided), overall, catalog, parts, given=given)
    return replace(world, running=_running(world))


def _bare(entry: Entry | None, item: Item) -> bool:
    """Whether an item is no more than a name that no record carries."""
    return entry is None and not (item.links or item.summary)


def _running(world: World) -> Running:
    """What of the advice runs here; nothing else is named where the items came with the question,
    nor where none fits."""
    found, whole = running(_advised(world), world.catalog), world.whole
    if world.given and found.missing:
        found = Running(models=found.models, missing=found.missing, closed=True)
    elif found.missing and world.fit.verdict == "mismatch":
        found = Running()
    if whole and not whole.recommended and isinstance(whole.entry, Model):
        here = whole.entry.id if weights.available(whole.entry) else ""
        found = found.model_copy(update={"whole": here})
    return found


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
