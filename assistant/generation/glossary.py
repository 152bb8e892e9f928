"""What the glossary says that bears on a question."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from assistant.catalog import Catalog, Concept, Statement, mentioned, statements
from assistant.generation.bearing import ENOUGH, SURELY, Bearing, without
from assistant.text.stems import content_words
from assistant.world import World

_OWN = ("trouble", "usage", "tool", "runtime", "format")  # about programs, not about pictures
_NAME = re.compile(r"\b(?:[a-z]*[A-Z][a-z]*[A-Z]\w*|[A-Z]{2,}\w*|[A-Z][a-z]+\d\w*)\b")
_TERMS = frozenset(
    re.findall(r"\w+", "GAN GANs CNN RGB JPEG PNG SR AI HDR GPU CPU PSNR SSIM MSE RAW")
)
_MOVING = re.compile(r"\b(?:videos?|frames?)\b", re.I)
_TRAINING = "how-training"  # what holds for networks of any task
_TOLD = ("contribution", "mechanism", "use", "limit")
_WARNS, _WARNS_PLAIN, _PRINCIPLE = 0.05, 0.17, 0.25
"""What counts, as a cosine, against a sentence that warns or advises, the more the plainer a
question asks how a task is done, and for the one that says how it is: rounded from logistic weights
over 1,368 judged questions (docs/benchmarks.md), which put the right one first in .257 where
nearness and task alone do in .243."""
_MOST, _SAME = 2, 0.4  # sentences told; share of words in common from which on two say the same


def explaining(world: World, bearing: Bearing) -> list[str]:
    """How what a question speaks of comes about: the sentences that answer it best, of the entries
    that it names, of those on its task and on training; nothing where none does."""
    known = dict(sayable(world, bearing.question))
    first = _first(known, world, bearing)
    if not first:
        return []
    weights = {fact.text: bearing.of(fact.text) - more for fact, more in known.items()}
    told, principal = [first], principle(world)  # which leads, or is not told
    for text in sorted(weights, key=lambda text: -weights[text]):
        more = weights[text] >= SURELY and len(told) < _MOST and text != principal
        if more and not any(same(text, t) for t in told):
            told.append(text)
    return told


def _first(known: Mapping[Statement, float], world: World, bearing: Bearing) -> str:
    """The sentence that a question is answered with: what warns or advises less likely, the plainer
    it asks how the task is done the less, and how it is done the likelier."""
    how = world.catalog.get(f"how-{world.task.id}") if world.task else None
    plain, principal = bearing.plainly(how.name) if how else 0.0, principle(world)

    def weight(fact: Statement) -> float:
        warned = world.wish.form != "trouble"  # of which what goes wrong is the cause
        limits, uses = warned and fact.kind == "limit", warned and fact.kind == "use"
        warns = _WARNS * (limits or uses) + _WARNS_PLAIN * plain * limits
        favor = _PRINCIPLE * plain * (fact.text == principal) - warns
        return bearing.of(fact.text, favor) - known[fact]

    best = max(known, key=weight, default=None)
    least = SURELY if world.wish.form == "recommend" else ENOUGH
    return best.text if best and weight(best) >= least else ""


def sayable(world: World, question: str) -> Iterator[tuple[Statement, float]]:
    """What the glossary has for a question, each sentence with how much likelier than others it has
    to answer: those on networks of any task surely."""
    task = world.task.id if world.task else None
    methods = [c for c in world.catalog.concepts if c.topic == "method"]
    odds = world.wish.odds  # of a likelier task no model may be provided
    tasks = {task} | {one for one in odds if odds[one] > odds.get(task or "", 1.0)}
    own = [c for c in methods if task and tasks & {c.id, c.task}]
    own.sort(key=lambda c: c.id not in (task, f"how-{task}"))
    named = [c for c in mentioned(question, world.catalog) if c.topic not in _OWN]
    linked = (world.catalog.get(name) for c in own[:1] for name in (*c.related, _TRAINING))
    beside = [c for c in linked if isinstance(c, Concept)]
    entries: dict[str, Concept] = {c.id: c for c in (*own, *named, *beside)}
    moves = "video" in world.wish.subjects or bool(_MOVING.search(question))
    defining = {f"{c.id}#does" for c in own if c.id != f"how-{task}"}  # what it is, was said before
    for c in entries.values():
        for f in statements(c):
            if f.kind not in _TOLD or f.id in defining or _names_others(f.text, world):
                continue
            if moves or not _MOVING.search(f.text):
                yield f, (SURELY - ENOUGH) * (c.id == _TRAINING)


def principle(world: World) -> str:
    """How the task is done at all."""
    return of_concept(world, f"how-{world.task.id}", "contribution") if world.task else ""


def same(one: str, other: str) -> bool:
    """Whether two sentences share so many words that the second adds little."""
    a, b = content_words(one), content_words(other)
    return len(a & b) >= _SAME * min(len(a), len(b))


@functools.lru_cache(maxsize=4)
def works_that_state(catalog: Catalog) -> Counter[str]:
    """How many works state each sentence of the records, their names left out."""
    stated = {(e.name, without(e.name, f.text)) for e in catalog.models for f in e.facts}
    return Counter(text for _, text in stated)


def generally(sentence: str, world: World) -> str:
    """A sentence of the glossary behind one on a model; its first word is made small where the
    glossary has it so."""
    first = re.split(r"\W", sentence, maxsplit=1)[0]
    known = first.istitle() and first.lower() in _small(world.catalog)
    return f"In general, {first.lower() if known else first}{sentence[len(first) :]}"


@functools.lru_cache(maxsize=4)
def _small(catalog: Catalog) -> frozenset[str]:
    texts = [fact.text for concept in catalog.concepts for fact in statements(concept)]
    texts += [alias for concept in catalog.concepts for alias in concept.aliases]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text) if word.islower())


def _names_others(text: str, world: World) -> bool:
    """Whether a sentence names a work that is neither provided nor asked for."""
    known = " ".join((world.request.question, *(p.text for p in world.provided)))
    return any(name not in known for name in _NAME.findall(text) if name not in _TERMS)


def of_concept(world: World, concept: str, kind: str) -> str:
    """What one entry states of a kind; empty where it states nothing of it."""
    entry = world.catalog.get(concept)
    found = statements(entry) if entry else ()
    return next((f.text for f in found if f.kind == kind), "")


def recorded(world: World) -> str:
    """What of a result of the task was recorded and what is made up: the first limit of the entry
    that tells how the task is done."""
    return of_concept(world, f"how-{world.task.id}", "limit") if world.task else ""
