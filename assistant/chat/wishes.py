"""The wish in force: what a message adds to it, replaces in it and takes back."""

from __future__ import annotations

from assistant.chat import cues
from assistant.question import Wish

_SAID = (
    "task", "scales", "target", "device", "license", "architectures", "formats", "channels",
    "max_mb", "max_parameters", "vram_gb", "print",
)  # fmt: skip
_KEPT = (*_SAID, "tags", "size", "megapixels", "keeps_size", "subjects")
"""What a later message states replaces what an earlier one did."""
_STATED = (*_SAID, "tags", "degradations", "since", "until", "refused")
"""A size alone asks how large the result will be."""


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
    subject = wish.subject if wish.subject != "photo" else None
    return bool(subject) or any(getattr(wish, field) for field in _STATED)


def same(one: Wish, other: Wish, *but: str) -> bool:
    """Whether two wishes ask for the same, whatever they were read from and ``but`` these."""
    bare: dict[str, object] = {"words": {}, "aspects": (), **dict.fromkeys(but, ())}
    return one.model_copy(update=bare) == other.model_copy(update=bare)
