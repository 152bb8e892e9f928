"""What a message states, and the wish in force: what it adds, replaces and takes back."""

from __future__ import annotations

import re

from assistant.catalog import Catalog, Words
from assistant.chat import cues
from assistant.chat.state import State
from assistant.question import Wish, read
from assistant.question.numbers import Line
from assistant.question.scales import loosely

_SAID = (
    "task", "scales", "target", "device", "license", "architectures", "formats", "channels",
    "max_mb", "max_parameters", "vram_gb", "print",
)  # fmt: skip
_KEPT = (*_SAID, "tags", "size", "megapixels", "keeps_size", "subjects")
"""What a later message states replaces what an earlier one did."""
_BARE = re.compile(r"\b([2-9]|1[0-6])(?: ?x\b| times\b)")
_STATED = (*_SAID, "levels", "tags", "degradations", "since", "until", "refused")
"""A size alone asks how large the result will be."""


def heard(text: str, said: str, state: State, catalog: Catalog, *, grows: bool = False) -> Wish:
    """What a message, in plain text ``said``, states, ellipses filled: "what about snow?" asks to
    remove it, "faster?" for a lighter network, "since 2022" for a model released since then. Where
    it ``grows`` the picture, "double would be enough" is a factor."""
    new = read(text, catalog.vocabulary, catalog.labels)
    if grows and not new.scales and (factor := _factor(text)):
        new = new.model_copy(update={"scales": (factor,)})
    before = state.wish.size
    target = new.target or (new.size if cues.TARGET.search(said) else None)
    if before and target and not new.scales:
        across, down = (target[n] / before[n] for n in (0, 1))
        if across == down > 1:  # "and to 1600x1200?" names the result
            return new.model_copy(update={"size": before, "target": target, "scales": (across,)})
    if state.request is None:
        return new
    gray = all(map(cues.GRAY.search, new.words.get("task", ())))
    if gray and state.wish.task != new.task and cues.TAKES_GRAY.search(said):
        return new.model_copy(update={"channels": 1, "task": None})
    if new.device is None and cues.NO_MORE.search(said) and "?" not in said:
        weak = read("it must run without a gpu", catalog.vocabulary).device
        new = new.model_copy(update={"device": weak})
    if dated := cues.DATED.match(said):
        return read(f"models {dated.group(1)}", catalog.vocabulary)
    if states(asked_for(new, said, catalog)) or new.size or new.target:
        return new
    if (
        cues.LIGHTER.search(said)
        and not cues.COMPARED.search(said)
        and not cues.COMPARE_NAMED.search(said)
    ):
        return new.model_copy(update={"device": "light", "aspects": ("efficiency",)})
    if found := cues.ENOUGH_FOR.search(said):  # "is that enough for A4?"
        paper = read(f"print it in {found[1]}", catalog.vocabulary).print
        new = new.model_copy(update={"print": paper})
    rest = cues.WHAT_ABOUT.match(said)
    if rest and not cues.POINTS.search(rest.group(1)):
        filled = read(f"remove the {rest.group(1)} from a photo", catalog.vocabulary)
        if filled.task is not None:
            return filled
    return new


def _factor(text: str) -> float | None:
    """The factor of a message that is known to speak of one, however it is put."""
    if found := loosely(Line(text)):
        return found[0]
    bare = _BARE.findall(text)  # "I meant 2x"
    return float(bare[-1]) if bare else None


def asked_for(new: Wish, said: str, catalog: Catalog) -> Wish:
    """A wish without the names that a message speaks of and does not ask for, and without labels
    of a catalog that are everyday words."""
    traits = catalog.vocabulary.traits
    known = {trait.id for trait in traits}
    update: dict[str, object] = {"tags": tuple(t for t in new.tags if t in known)}
    if all(any(t.score(Words(w))[0] for t in traits) for w in new.words.get("task", ())):
        update["task"] = None  # "is it a diffusion model?" asks for no drawing
    if cues.DOUBTS.match(said):  # "isn't RCAN slow?" refuses nothing
        update["refused"] = ()
    if cues.TERM.match(said):  # "what is a transformer?"
        update["tags"] = ()
    if not cues.wants(said, new.words.get("architectures", ())):
        update |= {"architectures": (), "named": ()}
    return new.model_copy(update=update)


def merged(before: Wish, new: Wish) -> Wish:
    """The wish in force after a message: what it states wins, the rest stays."""
    update = {field: value for field in _KEPT if (value := getattr(new, field))}
    if new.subject == "photo" and before.subject not in (None, "photo"):
        update.pop("subjects")  # "my picture" does not take back that it is a drawing
    if len(before.steps) > 1 and update.get("task") in before.steps:
        update.pop("task")  # a word on one of the steps leaves them as they are
    named = (*new.words.get("task", ()), *new.words.get("degradations", ()))
    removes = any(words.startswith(cues.REMOVES) for words in named)
    if new.degradations and before.task == "super-resolution" and not (new.scales or removes):
        update.pop("task", None)  # "and if it is noisy?" still asks for an upscaler
    if degradations := tuple(dict.fromkeys((*new.degradations, *before.degradations))):
        update["degradations"] = degradations
    levels = {**before.levels, **new.levels}
    update["levels"] = {one: level for one, level in levels.items() if one not in new.refused}
    if update.get("task", before.task) != before.task and not new.scales:
        update["scales"] = ()
    if update.get("task", before.task) != before.task:
        update["steps"] = (update["task"],)
    if new.scales:
        update |= {"target": new.target, "print": new.print}
    if new.since or new.until:
        update |= {"since": new.since, "until": new.until}
    update |= _refusals(before.model_copy(update=update), new)
    update["named"] = new.named
    update["aspects"] = new.aspects or before.aspects
    update["words"] = {**before.words, **new.words}
    return before.model_copy(update=update)


def _refusals(wish: Wish, new: Wish) -> dict[str, tuple[str, ...]]:
    """What is refused after a message, and what is wanted no more because it is refused."""
    fields = ("subjects", "degradations", "architectures", "tags")
    wanted = {value for field in fields for value in getattr(new, field)}
    kept = (value for value in wish.refused if value not in wanted)
    refused = tuple(dict.fromkeys((*kept, *new.refused)))
    left = {f: tuple(v for v in getattr(wish, f) if v not in new.refused) for f in fields}
    return {"refused": refused, **left}


def states(wish: Wish) -> bool:
    """Whether a message says anything about what is wanted."""
    return bool(stated(wish))


def stated(wish: Wish) -> tuple[str, ...]:
    """What a message says about what is wanted, as fields of the wish."""
    subject = ("subjects",) if wish.subject not in (None, "photo") else ()
    return (*subject, *(field for field in _STATED if getattr(wish, field)))


def same(one: Wish, other: Wish, *but: str) -> bool:
    """Whether two wishes ask for the same, whatever they were read from and ``but`` these."""
    bare: dict[str, object] = {"words": {}, "aspects": (), **dict.fromkeys(but, ())}
    return one.model_copy(update=bare) == other.model_copy(update=bare)


def plan_of(wish: Wish) -> tuple[str, ...]:
    """The tasks of a wish in order."""
    return wish.steps or ((wish.task,) if wish.task else ())
