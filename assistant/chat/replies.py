"""Replies without a language model: short, in the form the question asks for, from the records.

Each function gives prose without links and the items whose links belong under it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.catalog import Catalog, Entry, Model
from assistant.fit import Fit
from assistant.references import key_of, label, title_text
from assistant.workflow.pictures import READ
from assistant.world import Provided, World

COVERS = (
    "I recommend models that enlarge and repair pictures and explain them from their papers: "
    "super-resolution, deblurring, denoising, removal of rain, haze and snow, inpainting, "
    "colorization and related tasks."
)
NOTHING = "No model of this catalog does that."
_YES = {"fits": "Yes", "partly": "In part", "mismatch": "No"}


class Draft(NamedTuple):
    """Prose and the provided items to cite below it."""

    text: str
    cite: tuple[Provided, ...] = ()


def recommendation(world: World) -> Draft:
    """The model for a changed wish: name, verdict with reasons, its first fact."""
    best = current(world)
    reasons = reasons_of(best) or "nothing speaks against it"
    verdict = {"fits": "fits", "partly": "fits in part", "mismatch": "is the nearest, but no fit"}
    text = f"{title_text(best.name)} {verdict[best.fit.verdict]}: {reasons}."
    facts = _license(best, world) or _facts(best.entry, world.wish.aspects)[:1]
    return Draft(" ".join([text, *facts]), (best,))


def kept(before: Fit, world: World) -> Draft:
    """The recommendation that stays for a changed wish, and what is new about its fit."""
    best = current(world)
    if best.fit.verdict == "mismatch":
        return recommendation(world)
    said = f"{title_text(best.name)} stays the recommendation"
    fresh = [reason for reason in best.fit.reasons if reason not in before.reasons]
    if world.wish.refused and not fresh:
        said += "; its record names nothing of what you refuse"
    else:
        joint = ", though " if any(map(_is_open, fresh)) else ": "
        said += joint + reasons_of(best, best.fit, before)
    return Draft(" ".join([f"{said}.", *_license(best, world)]), (best,))


def _license(best: Provided, world: World) -> list[str]:
    if not world.wish.license or best.entry is None or not best.entry.license:
        return []
    return [f"Its license is given as {best.entry.license}."]


def _is_open(reason: str) -> bool:
    """Whether a reason says that something is not stated, rather than how it is."""
    return reason.startswith(("nothing provided", "it is not stated"))


def check(asked: Provided, fit: Fit, before: Fit, world: World, changed: bool) -> Draft:
    """Whether the model of before does this too; where it does not, which one does.

    ``fit`` is that of the model asked about for the new wish, ``before`` that for the old one.
    """
    fresh = [reason for reason in fit.reasons if reason not in before.reasons]
    stated = not fresh or not all(map(_is_open, fresh))
    reasons = reasons_of(asked, fit, before)
    if changed:  # "it" would be the other one
        reasons = re.sub(r"\bit\b", title_text(asked.name), reasons, count=1)
    verdict = f"{_YES[fit.verdict]}: {reasons}." if stated else sentence(reasons)
    if changed:
        other = recommendation(world)
        return Draft(f"{verdict} {other.text}", other.cite)
    limits = limits_of(asked.entry, world.wish.device)[:1] if stated else []
    return Draft(" ".join([verdict, *limits]), (asked,))


def unstated(asked: Provided, subject: str, world: World, changed: bool) -> Draft:
    """A subject that nothing provided says the model was made for."""
    said = f"Nothing provided says that {title_text(asked.name)} was made for {subject}."
    if changed:
        other = recommendation(world)
        return Draft(f"{said} {other.text}", other.cite)
    return Draft(
        f"{said} This catalog has no model of the task made for that, so try it with care."
    )


def why(world: World) -> Draft:
    """Why this model: its fit, reason by reason, and what in it does the work."""
    best = current(world)
    if best.fit.verdict == "mismatch":
        lead = f"{title_text(best.name)} is the nearest of this catalog, and yet no fit"
    else:
        lead = f"{title_text(best.name)} was chosen because of what you ask for"
    reasons = reasons_of(best)
    facts = _facts(best.entry, world.wish.aspects)
    return Draft(" ".join([f"{lead}: {reasons}.", *facts[:2]]), (best,))


def how(world: World) -> Draft:
    """The workflow of the current model, step by step."""
    best = current(world)
    steps = (best.entry.steps or (best.entry.does,)) if best.entry else ()
    if not steps:
        return Draft("Nothing provided says how this model works inside.", (best,))
    lines = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
    return Draft(f"{title_text(best.name)} works in these steps:\n\n" + "\n".join(lines), (best,))


def about(item: Provided, world: World) -> Draft:
    """What one item is, how it fits and what it differs in."""
    entry = item.entry
    if entry is None:
        return Draft(f"Nothing but its entry is known of {title_text(item.name)}.", (item,))
    lines = [sentence(entry.does), *_facts(entry, world.wish.aspects)[:2]]
    if isinstance(entry, Model) and item.fit.reasons:
        lines.append(f"For your wish: {reasons_of(item)}.")
    return Draft(" ".join(dict.fromkeys(lines)), (item,))


def files(world: World) -> Draft:
    """Which pictures can be read; that is up to the program, not to the network."""
    best = current(world)
    said = [f"The format of the file is no matter to the network: /run reads {READ}, as RGB."]
    if best.entry:
        name = title_text(best.name)
        said.append(f"{name} takes: {best.entry.input}. It gives: {best.entry.output}.")
    return Draft(" ".join(said), (best,))


def limits(world: World) -> Draft:
    """What the records say can go wrong."""
    best = current(world)
    found = limits_of(best.entry, world.wish.device)
    task = world.catalog.vocabulary.task(best.offer.task)
    if task is not None and not task.keeps_size and task.pictures:
        found.append(
            "The added detail is inferred from training pictures, not recovered; it is no evidence "
            "of what was there."
        )
    if not found:
        return Draft("Nothing provided states failure cases, so none is claimed here.")
    return Draft("\n".join(f"- {text}" for text in found), (best,))


def sources(message: str, items: Sequence[Provided], world: World) -> Draft:
    """The sources themselves, with the place of a fact where the record names it."""
    if not items:
        return Draft("Nothing was cited so far, so there is no source to name.")
    first, asked = items[0], message.lower()
    name = title_text(first.name)
    if re.search(r"\bcode\b|github|repo|download|implementation", asked):
        if first.item.github:
            return Draft(f"The code of {name}:", tuple(items))
        return Draft(f"No code link is provided for {name}.", tuple(items))
    entry = first.entry
    facts = [f for f in entry.facts if f.kind != "limit"] if entry else []
    wanted = [f for f in facts if f.aspect in world.wish.aspects] or facts
    if wanted and re.search(r"says?|prove|evidence|proof|know|from|why|which|what", asked):
        return Draft(f"{wanted[0].text} (Source: {title_text(wanted[0].place)}.)", tuple(items))
    return Draft(f"What is provided on {name}:", tuple(items))


def term(p: Provided, line: str) -> Draft:
    """What a record says of a term; nothing from elsewhere."""
    return Draft(f"In {title_text(p.name)}: {line}", (p,))


def mentions(asked: str, entry: Entry) -> str | None:
    """The line of a record that speaks of a term."""
    wanted = re.compile(rf"(?<![\w-]){re.escape(asked)}", re.I)
    lines = [*(f.text for f in entry.facts), *entry.steps, entry.does]
    return next((line for line in lines if wanted.search(line)), None)


def cited(items: Sequence[Provided]) -> str:
    """The links of the items, each once, as they were provided."""
    lines, seen = [], set[str]()
    for p in items:
        fresh = [url for url in p.links if key_of(url) not in seen]
        seen |= {key_of(url) for url in fresh}
        if fresh:
            links = " · ".join(f"{label(p, url)}: {url}" for url in fresh)
            lines.append(f"- {title_text(p.item.name)}. {links}")
    return "**Sources**\n\n" + "\n".join(lines) if lines else ""


def unknown(names: Sequence[str]) -> Draft:
    """A comparison with something that the catalog does not hold."""
    return Draft(
        "That model is not in this catalog, so nothing about it can be said here. Name another "
        "one, or ask for alternatives."
        if names
        else "Name the model to compare with."
    )


def covered(catalog: Catalog) -> str:
    """What the assistant can be asked."""
    models, papers = len(catalog.models), len(catalog.papers)
    return f"{COVERS} This catalog holds {models} models and {papers} papers."


def current(world: World) -> Provided:
    """The model that the conversation is about; follow-ups come after a recommendation."""
    return world.recommended[0]


def _facts(entry: Entry | None, aspects: Sequence[str]) -> list[str]:
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
    said = [title_text(own.sub("it", reason)) for reason in reasons]
    return "; ".join(said)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return text[:1].upper() + text[1:]
