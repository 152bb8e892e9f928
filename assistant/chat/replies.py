"""Replies without a language model: short, in the form the question asks for, from the records.

Each function gives prose without links and the items whose links belong under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.catalog import ORDER, Catalog, Entry, Model, source
from assistant.chat.cues import THANKS
from assistant.fit import Fit
from assistant.generation.bearing import Bearing, called
from assistant.question import plain
from assistant.references import key_of, label, title_text
from assistant.text.english import is_foreign
from assistant.world import Provided, World
from assistant.world.facts import SPARED
from assistant.world.told import IN_ORDER

COVERS = (
    "I recommend models that enlarge and repair pictures and explain them from their papers: "
    "super-resolution, deblurring, denoising, removal of rain, haze and snow, inpainting, "
    "colorization and related tasks."
)
_ASKS_WHAT = re.compile(
    r"says?|prove|evidence|proof|know|from|why|which|what|sure|true|really|correct|right"
)
_ASKS_OF = re.compile(r"\b(?:where|how|does|do|is|are|has|can|why|when)\b.*\?")
OUTSIDE = "That is outside of what I can answer."
NOTHING = "No model of this catalog does that."


class Draft(NamedTuple):
    """Prose and the provided items to cite below it."""

    text: str
    cite: tuple[Provided, ...] = ()
    read: str = ""
    """What was read for it, told beside the links of the first item."""
    drawn: str = ""
    """What code renders from the records: a drawing, a command."""
    lead: str = ""
    """What code says before it: that a record says nothing, what a field of it is set to."""


def why(world: World) -> Draft:
    """Why this model: its fit, reason by reason, and what in it does the work."""
    best = current(world)
    if best.fit.verdict == "mismatch":
        lead = f"{called(best)} is the nearest of this catalog, and yet no fit"
    else:
        lead = f"Why {called(best)}"
    reasons = reasons_of(best)
    facts = facts_of(best.entry, world.wish.aspects)
    return Draft(" ".join([f"{lead}: {reasons}.", *facts[:2]]), (best,))


def how(world: World, items: Sequence[Provided] = ()) -> Draft:
    """The workflow of the current model, step by step; of several in series what each does."""
    models = items or ([p for p, _ in world.series if p] if len(world.series) > 1 else ())
    if len(models) > 1:
        lines = [f"{n}. {_described(p)}" for n, p in enumerate(models, 1) if p.entry]
        return Draft("\n".join(lines), tuple(models))
    best = models[0] if models else current(world)
    steps = (best.entry.steps or (best.entry.does,)) if best.entry else ()
    if not steps:
        return Draft("Nothing provided says how this model works inside.", (best,))
    lines = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
    return Draft(f"{_described(best)}\n\n" + "\n".join(lines), (best,))


def order(world: World) -> Draft:
    """Which step comes first, and why; what is usual; which one could be left out."""
    names = [f"{task.phrase}" + (f" with {called(p)}" if p else "") for p, task in world.series]
    said = [f"First {', then '.join(names)}."]
    said += [fact.text for fact in world.told if fact.id.startswith(IN_ORDER)]
    said += [fact.text for p in world.provided for fact in p.facts if fact.id == f"{ORDER}#means"]
    said += [fact.text for fact in world.told if fact.id == SPARED]
    return Draft(" ".join(said), world.recommended)


def near_to(message: str, world: World) -> Bearing:
    """How near sentences are to a message, rather than to the first question."""
    return Bearing(replace(world, request=world.request.model_copy(update={"question": message})))


def about(item: Provided, world: World, message: str = "") -> Draft:
    """What one item is, how it fits and what it differs in; of a question on it what bears on it
    most."""
    entry = item.entry
    if entry is None:
        return Draft(f"Nothing but its entry is known of {title_text(item.name)}.", (item,))
    facts = facts_of(entry, world.wish.aspects)
    if _ASKS_OF.search(message):
        near = near_to(message, world)
        facts = sorted([*facts, *map(sentence, entry.steps)], key=lambda text: -near.of(text))
    lines = [_described(item), *facts[:2]]
    if isinstance(entry, Model) and item.fit.reasons:
        lines.append(f"For your wish: {verdict_of(item.fit)}")
    return Draft(" ".join(dict.fromkeys(lines)), (item,))


def short(world: World) -> Draft:
    """The current model in one sentence."""
    best = current(world)
    return Draft(_described(best), (best,)) if best.entry else about(best, world)


def shorter(p: Provided) -> Draft:
    """An entry of the glossary again: what follows from it for the user, then what it is."""
    facts = {f.id.partition("#")[2]: f.text for f in p.facts}
    told = [facts[field] for field in ("means", "does") if field in facts]
    return Draft(" ".join(told), (p,))


def sources(message: str, items: Sequence[Provided], world: World) -> Draft:
    """The sources themselves, with the place of a fact where the record names it."""
    if not items:
        return Draft("Nothing was cited so far, so there is no source to name.")
    first, asked = items[0], message.lower()
    name = called(first)
    if re.search(r"\bcode\b|github|repo|download|implementation", asked):
        if first.item.github:
            return Draft(f"The code of {name}:", tuple(items))
        return Draft(f"No code link is provided for {name}.", tuple(items))
    entry = first.entry
    facts = [f for f in entry.facts if f.kind != "limit"] if entry else []
    wanted = [f for f in facts if f.aspect in world.wish.aspects] or facts
    if wanted and _ASKS_WHAT.search(asked):
        place = wanted[0].place
        return Draft(wanted[0].text, tuple(items), source(place) if ": " in place else "")
    return Draft(f"What is provided on {name}:", tuple(items))


def term(p: Provided, line: str) -> Draft:
    """What a record says of a term; nothing from elsewhere."""
    return Draft(f"In {called(p)}: {line}", (p,))


def mentions(asked: str, entry: Entry) -> str | None:
    """The line of a record that speaks of a term."""
    wanted = re.compile(rf"(?<![\w-]){re.escape(asked)}", re.I)
    lines = [*(f.text for f in entry.facts), *entry.steps, entry.does]
    return next((line for line in lines if wanted.search(line)), None)


def cited(items: Sequence[Provided], read: str = "") -> str:
    """The links of the items, each once, as they were provided; what was ``read`` of the first."""
    lines, seen = [], set[str]()
    for p in items:
        fresh = [url for url in p.links if key_of(url) not in seen]
        seen |= {key_of(url) for url in fresh}
        if fresh:
            links = " · ".join(f"{label(p, url)}: {url}" for url in fresh)
            of = f" (read: {title_text(read)})" if read and p is items[0] else ""
            lines.append(f"- {title_text(p.item.name)}{of}. {links}")
    return "**Sources**\n\n" + "\n".join(lines) if lines else ""


def unknown(names: Sequence[str]) -> Draft:
    """A comparison with something that the catalog does not hold."""
    return Draft(
        "That model is not in this catalog, so nothing about it can be said here. Name another "
        "one, or ask for alternatives."
        if names
        else "Name the model to compare with."
    )


def fixed(route: str, message: str, catalog: Catalog, runs: str) -> str | None:
    """The reply to a message that speaks of no item; None where it does. ``runs`` are the ids of
    the recommended models, as ``run --model`` takes them; empty where they do not run here."""
    foreign = is_foreign(message)
    english = "I read English only, so please ask in English."
    said = {
        "thanks": "You are welcome."
        if THANKS.match(plain(message).strip()) or "thank" in message.lower()
        else "All right; ask on whenever you like.",  # praise may be meant otherwise
        "run": f"Type /run FILE with the path of your picture, or in a shell "
        f"`sr-assistant run FILE --model {runs}`."
        if runs
        else None,
        "help": f"This is sr-assistant. {covered(catalog)} Ask a question, or type /help.",
        "aside": "Noted. What I recommended stays as it is; ask on whenever you like.",
        "outside": f"{english if foreign else OUTSIDE} {COVERS}",
        "unclear": english
        if foreign
        else "I am not sure what you mean. Ask for another scale, a comparison, the sources, the "
        "limits, or something new.",
    }
    return said.get(route)


def covered(catalog: Catalog) -> str:
    """What the assistant can be asked."""
    models, papers = len(catalog.models), len(catalog.papers)
    return f"{COVERS} This catalog holds {models} models and {papers} papers."


def current(world: World) -> Provided:
    """The model that the conversation is about; follow-ups come after a recommendation."""
    return world.recommended[0]


def facts_of(entry: Entry | None, aspects: Sequence[str]) -> list[str]:
    """What the record says of the aspects asked for, results last."""
    if entry is None:
        return []
    facts = [f for f in entry.facts if f.kind != "limit"]
    wanted = [f for f in facts if f.aspect in aspects] or facts
    return [f.text for f in wanted] or [sentence(entry.does)]


def limits_of(entry: Entry | None, device: str | None) -> list[str]:
    """At most three limits that a record states; those of cost first where a device is named."""
    if entry is None:
        return []
    first = entry.facts_of("limit", "efficiency") if device else ()
    rest = [f for f in entry.facts_of("limit") if f not in first]
    return [f.text for f in (*first, *rest)][:3]


def reasons_of(p: Provided, fit: Fit | None = None, before: Fit | None = None) -> str:
    """The reasons of a fit with "it" for the item; of two fits those that are new."""
    fit = fit or p.fit
    reasons = [r for r in fit.reasons if before is None or r not in before.reasons] or fit.reasons
    names = sorted({p.item.name, p.name, p.offer.name}, key=len, reverse=True)
    own = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names))
    bare = {f"its architecture is {name}, as asked" for name in names}  # its name says that
    said = [title_text(own.sub("it", reason)) for reason in reasons if reason not in bare]
    return "; ".join(said)


def verdict_of(fit: Fit, before: Fit | None = None) -> str:
    """The reasons of a fit, of two fits the new ones, each as the fact that it is."""
    new = [r for r in fit.reasons if before is None or r not in before.reasons]
    return " ".join(sentence(reason) for reason in new or fit.reasons)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return text[:1].upper() + text[1:]


def _described(item: Provided) -> str:
    """What an item does, as a sentence with its name."""
    assert item.entry is not None  # noqa: S101 - only what is known is described
    does = sentence(item.entry.does)
    first = does.split()[0]
    verb = "is " if first in ("A", "An", "The") else ""
    if not verb and not first.endswith("s"):
        return f"{title_text(item.name)}: {does}"
    return f"{called(item)} {verb}{does[:1].lower()}{does[1:]}"
