"""What to do when something looks wrong, and how something is done with this program: both from
its own documentation (docs/run.md shows the same text)."""

from __future__ import annotations

import re

from assistant.catalog import HELP, UNKNOWN, Concept
from assistant.generation.bearing import BEARS, Bearing
from assistant.generation.forms.entries import (
    bearing_most,
    concepts,
    described,
    stands_alone,
    stated,
    strangers,
)
from assistant.generation.glossary import explaining, of_concept
from assistant.question import wonders
from assistant.world import World
from assistant.world.facts import COUNTS

# what the cause in our documentation is likelier than by its words, being on the trouble
_OWN = 0.2
_CATALOG = "catalog-contents"  # the entry that needs the counts of the catalog
_HERE = re.compile(r"\bsr-assistant\b|\bthis (?:program|tool)\b|(?<!\w)--[a-z]", re.I)
_ELSEWHERE = re.compile(  # code, training and machinery that this program has none of
    r"\bfine-?tun\w+|\b(?:re)?train(?:ed|ing) (?:a|my|our|the|it|on)\b"
    r"|\b(?:convert|export|quanti[sz]|compil|port)(?:ed|ing) (?:a|my|our|the)\b"
    r"|\b(?:my|our) (?:own )?(?:\w+ )?(?:code|script|notebook|training|fork|pipeline|repo|loss)\b"
    r"|\b(?:inference|training) (?:code|script|loop)\b|\brepo(?:sitory)?['’]s\b"
    r"|\b(?:CUDA|cuDNN|PyTorch|TensorFlow|TensorRT)\b",
    re.I,
)
_COMMAND = re.compile(r"(?P<apart>[,:] ?)?(?<!\w)`")


def trouble(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """The remedy first, then its cause and what else bears on it; who asks for the cause is told
    that before."""
    why = wonders(world.request.question)
    first = [*strangers(world), *(_cause(world, bearing) if why else [])]
    rest: list[str] = []
    beside = _measured(world)
    for n, p in enumerate(concepts(world)[:2]):
        means, does = stated(p, "means"), stated(p, "does")
        own = isinstance(p.entry, Concept) and p.entry.topic in HELP
        facts = [f.text for f in p.entry.facts] if own and p.entry else bearing_most(p, bearing, 2)
        if (
            n == 0
            and isinstance(p.entry, Concept)
            and p.entry.topic == HELP[0]
            and elsewhere(world)
        ):
            first += [text for text in does if text not in first]
            rest += [" ".join(filter(None, map(_general, (*means, *facts))))]
        elif beside and p.entry and p.entry.id == UNKNOWN:
            first, rest = [*first, *beside], [*rest, " ".join(facts)]
        elif n == 0 and own:
            if p.entry and p.entry.id == _CATALOG:
                first += [fact.text for fact in world.facts if fact.id == COUNTS]
            first += means
            rest += [" ".join(text for text in (*does, *facts) if text not in first)]
        elif n == 0:  # what it means speaks of it as "it"
            first += [*does, *means]
            rest += [" ".join(facts)]
        elif bearing.of(" ".join(does)) >= BEARS:
            rest += [" ".join([*does, *means])]
    rest += [described(p) for p in world.provided if not isinstance(p.entry, Concept) and p.entry]
    return first, rest


def elsewhere(world: World) -> bool:
    """Whether a trouble is one of the asker's own code or of another program."""
    question = world.request.question
    return not _HERE.search(question) and bool(strangers(world) or _ELSEWHERE.search(question))


def _general(sentence: str) -> str:
    """What a remedy says without the commands of this program; empty where it is one of them."""
    found = _COMMAND.search(sentence)
    if found:
        return f"{sentence[: found.start()]}." if found["apart"] else ""
    return "" if "this program" in sentence else sentence


def _cause(world: World, bearing: Bearing) -> list[str]:
    """Why it happened: what the entry of our documentation on this very trouble says, or the
    sentence on the task that answers clearly better."""
    ours = [p for p in concepts(world)[:1] if isinstance(p.entry, Concept)
            and p.entry.topic == HELP[0] and p.entry.id != UNKNOWN]  # fmt: skip
    own = [text for p in ours for text in stated(p, "does")]
    told = [*own, *explaining(world, bearing)[:1]]
    return sorted(told, key=lambda text: -(bearing.of(text) + _OWN * (text in own)))[:1]


def _measured(world: World) -> list[str]:
    """What the measures that a question names are good for, where it tells of values and not of a
    picture."""
    named = [p for p in concepts(world) if isinstance(p.entry, Concept)
             and p.entry.topic == "measure"]  # fmt: skip
    return [text for p in named for text in stands_alone(p, stated(p, "means"))]


def outside(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:  # noqa: ARG001 - all forms take both
    """That the question lies outside, and what lies inside."""
    said = of_concept(world, "coverage", "contribution"), of_concept(world, "coverage", "use")
    return [said[0]], [said[1]]
