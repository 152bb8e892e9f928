"""What the items beside the one that answers add to the question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.catalog import Entry, Fact, Model
from assistant.fit import faithful
from assistant.generation.bearing import BEARS, Bearing, called
from assistant.generation.prose import flowing, in_bold
from assistant.generation.quotable import telling
from assistant.prompts import Item
from assistant.references import title_text
from assistant.text.reported import following, reported
from assistant.text.titles import known_as
from assistant.world import Provided, World

MAX_ADDS = 3  # items beside the answering one of which something is told
_IDEAS = ("mechanism", "contribution")  # kinds of facts that tell what a work is
_OF_TASK = 0.07  # how near a sentence of an item on the same task has to be
_MORE = 0.1  # how much more a paper's sentence bears on the question than on its task alone
_DRAWS = re.compile(
    r"\b(?:GANs?\b|adversarial|discriminator|diffusion|generative|perceptual|synthesiz|hallucinat"
    r"|invents?\b)", re.I
)  # fmt: skip
_SEEN = re.compile(r"\b(?:imag|pictur|photo|video|visual|vision|pixel|frame)", re.I)


def added(world: World, bearing: Bearing) -> list[str]:
    """A paragraph on each of the items that bear on the question, those first that do most."""
    tasks = {*world.wish.steps, world.task.id if world.task else ""}
    near = _OF_TASK if world.parts else BEARS  # what came with the question bears on it
    pictured = world.task is not None and world.task.pictures
    found = []
    for p in _near_first(world, bearing):
        if faithful(world.wish) and _draws(p, world):
            continue
        lines = _told(p, bearing, tasks, near, pictured=pictured)
        if not world.parts:
            lines = _of_question(lines, world, bearing)
        if lines:
            found.append(_added(p, lines, world))
    return found[:MAX_ADDS]


def _added(p: Provided, lines: list[str], world: World) -> str:
    """What an item adds, with its name in bold."""
    names = (called(p), title_text(_known(p.item)))
    name = next((one for one in names if one.casefold() in lines[0].casefold()), names[0])
    told = flowing(lines, name, [called(other) for other in world.provided])
    return " ".join([in_bold(told[0], name), *told[1:]])


def _near_first(world: World, bearing: Bearing) -> list[Provided]:
    """The items beside the recommended ones, those that bear most on the question first."""
    shown = (world.answering, world.whole)
    others = [p for p in world.provided if not p.recommended and p not in shown]
    return sorted(others, key=lambda p: (p.role == "shares-word", -bearing.of(p.item.name)))


def _draws(p: Provided, world: World) -> bool:
    """Whether a work makes up detail: as its record or that of a model of its name says, or its
    facts by the losses and priors they name."""
    entry = p.entry
    if entry is None or isinstance(entry, Model):
        return p.offer.invents is True
    family = [m for m in world.catalog.called(entry.name) if isinstance(m, Model)]
    told = " ".join((entry.does, *(fact.text for fact in entry.facts)))
    return any(m.invents for m in family) or bool(_DRAWS.search(told))


def _told(
    p: Provided, bearing: Bearing, tasks: Collection[str], near: float, *, pictured: bool
) -> list[str]:
    """One sentence of mechanism and one of result that bear on the question; none where nothing
    of an item does."""
    if p.recommended or p.role == "shares-word":
        return []
    if p.entry is not None and (told := _recorded(p, p.entry, bearing, tasks, near)):
        return told
    silent = p.entry is None or not any(f.kind in _IDEAS for f in p.entry.facts)
    if silent:  # a record of ideas that do not bear says more than its summary would
        if pictured and not _SEEN.search(p.text):
            return []  # a work on sound or text says nothing of pictures, whatever words it shares
        quotes = telling(p.item.name, p.item.summary, bearing, BEARS) if p.item.summary else []
        return list(retold(quotes, p.item))
    return []


def _of_question(lines: list[str], world: World, bearing: Bearing) -> list[str]:
    """Those that bear on this very question and not as much on any for a model of its task."""
    plain = f"Which model is for {world.task.phrase}?" if world.task else ""
    return [
        line
        for line in lines
        if bearing.of(line) >= BEARS and (not plain or bearing.beyond(line, plain) >= _MORE)
    ]


def _recorded(
    p: Provided, entry: Entry, bearing: Bearing, tasks: Collection[str], near: float
) -> list[str]:
    """The same from the facts of its record."""
    field = near if p.offer.task in tasks and p.offer.scope != "application" else BEARS
    near = 0.0 if p.role == "supports" else field
    does = [f for f in entry.facts if f.kind in _IDEAS]
    found = [_bears(does, bearing, near)]
    results = [f for f in entry.facts if f.kind == "result"]
    found.append(_bears(results, bearing, max(near, BEARS)))
    return [f.text for f in found if f]


def retold(quotes: list[str], item: Item) -> Iterator[str]:
    """Sentences of a given text told of the work; one that cannot be told so is quoted."""
    for n, quote in enumerate(quotes):
        told = (following if n else reported)(quote, item.name, _known(item))
        yield title_text(told) if told else f"{title_text(item.name)}: “{quote}”"


def _known(item: Item) -> str:
    """What an item without a record is called."""
    return known_as(item.name, " ".join((item.summary or "").split()))


def _bears(facts: list[Fact], bearing: Bearing, near: float) -> Fact | None:
    best = bearing.best(facts)
    return best if best and bearing.of(best.text) >= near else None
