"""Short answers, one module a form: the first sentences answer, the rest says what goes with it."""

from __future__ import annotations

from assistant.generation.bearing import Bearing
from assistant.generation.forms.compare import compare
from assistant.generation.forms.concept import concept
from assistant.generation.forms.fact import fact
from assistant.generation.forms.feasibility import feasibility
from assistant.generation.forms.trouble import outside, trouble
from assistant.generation.glossary import of_concept
from assistant.generation.stakes import licensed, purpose
from assistant.world import World
from assistant.world.printing import on_paper

_FORMS = {
    "compare": compare,
    "concept": concept,
    "fact": fact,
    "feasibility": feasibility,
    "trouble": trouble,
}

_ADVISING = ("compare", "fact", "feasibility")  # after which somebody takes a model


def _beside(said: list[str], more: list[str]) -> list[str]:
    """What an answer does not say already."""
    return [text for text in more if text and text not in " ".join(said)]


def short(world: World, bearing: Bearing) -> tuple[str, str]:
    """The two halves of a short answer: what answers, a print's arithmetic first, and what goes
    with it."""
    write = _FORMS.get(world.wish.form or "", outside) if world.provided else outside
    first, rest = write(world, bearing)
    first = [*on_paper(world.wish), *first]
    if world.wish.form in _ADVISING:
        rest = [*rest, *_beside([*first, *rest], [*licensed(world), purpose(world)])]
    if not first:
        first, rest = rest[:1], rest[1:]
    if not rest and not any(p.entry for p in world.provided):
        rest = [of_concept(world, "coverage", "use")]
    told = dict.fromkeys(filter(None, first))
    rest = [text for text in dict.fromkeys(rest) if text and text not in told]
    return " ".join(told), "\n\n".join(rest)
