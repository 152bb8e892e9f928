"""What an answer says of the fit: the mismatch, or that a model does what it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalog import Task, Words
from assistant.checking.sentence import Judge, Weighed
from assistant.checking.vocabulary import denies
from assistant.text.characters import view
from assistant.text.parts import Section
from assistant.world import World

STATED = re.compile(
    r"\bmismatch\b|\bdo(?:es)? not (?:\w+ )?(?:fit|match|suit|enlarge|upscale|deblur|denoise|apply)"
    r"|\b(?:is|are|was|were)(?: not|n't) (?:\w+ ){0,2}(?:designed|intended|meant|built|made|trained"
    r"|suitable|suited|right|appropriate|applicable|a (?:good )?(?:fit|match)|able|relevant|an? \w+"
    r" (?:model|network))"
    r"|\b(?:no|none of the) (?:\w+ ){0,3}(?:models?|items?|papers?)\b.{0,60}\b(?:fits?|provided"
    r"|match(?:es)?|suits?|performs?|do(?:es)?|can|handles?|address(?:es)?|available|listed)"
    r"|\b(?:cannot|can't|can not|does not|doesn't|will not) (?:\w+ ){0,2}(?:enlarge|upscale"
    r"|upsample"
    r"|deblur|denoise|restore|colori[sz]e|perform|do|handle|solve|answer|help|change)"
    r"|\bkeeps? (?:the|its) (?:\w+ )?size\b|\bunrelated\b|\bnot (?:directly |really )?(?:related|"
    r"applicable|about|for (?:this|your))|\banother task\b|\bdifferent (?:task|purpose|problem)\b"
    r"|\binstead of the recommended|\brather than the recommended|\bnot an? (?:\w+ ){0,2}"
    r"(?:upscaler|super-resolution|enlargement)",
    re.I,
)
"""How a mismatch is said; a denial alone says it too rarely and too often."""
_OF_MISFIT = re.compile(r"\bmismatch|\bbut\b|\bwhile\b|\binstead\b|\brather\b", re.I)


def fit_stated(
    world: World, text: str, parts: dict[int, Section], verdict: str | None = None
) -> bool | None:
    """Whether a mismatch is said before part 2 ends its first paragraph; None if none is.

    Where a person says that the model fits: whether no mismatch is claimed before part 1.
    """
    if verdict == "fits":
        return not (0 in parts and re.search(r"\bmismatch\b", parts[0].of(text), re.I))
    if (verdict or world.fit.verdict) != "mismatch":
        return None
    early = " ".join(parts[n].of(text) for n in (0, 1) if n in parts)
    if 2 in parts:
        early += " " + parts[2].of(text).strip().split("\n\n")[0]
    return bool(STATED.search(view(early if parts else text)))


def asked_for(world: World) -> tuple[Task, ...]:
    """The tasks that are asked for where no recommended model does one of them; else none."""
    wanted = {world.wish.task, *world.wish.steps}
    if any(p.offer.task in wanted for p in world.recommended):
        return ()
    return tuple(task for task in world.catalog.vocabulary.tasks if task.id in wanted)


def of_another_task(text: str, weighed: Weighed, judge: Judge, asked: Sequence[Task]) -> bool:
    """Whether a sentence lets a model do what is ``asked``, which none that is recommended does."""
    match = weighed.match
    if match is None or not weighed.values or _OF_MISFIT.search(text) or denies(text):
        return False
    named = any(p.recommended for m in judge.owners.mentions(text) for p in m.items)
    stated = judge.weights.odds(weighed.values, match) >= judge.weights.bound
    said = Words(text)
    names = (name for task in asked for name in (task.phrase, *task.titles, *task.strong))
    return named and not stated and any(map(said.match, names))
