"""What a message does to the steps of a plan where its kind is known and no rule its words."""

from __future__ import annotations

from collections.abc import Callable

from assistant.chat import cues
from assistant.chat.damage import spared, spoiled
from assistant.chat.said import Said
from assistant.chat.steps import MOST, Edit, how_far, in_order, meant, more_in
from assistant.chat.wishes import plan_of


def edited(said: Said, what: str) -> Edit | None:
    """The edit of a kind: "add", "drop", "only" or "back"; None where no step is named that the
    kind could be about."""
    edit = _EDITS[what](said) if what in _EDITS else None
    return (
        edit
        if edit and (edit.kind in ("back", "spare", "spoil") or edit.steps != said.plan)
        else None
    )


def _added(said: Said) -> Edit | None:
    """One more step; the reader says which."""
    more = more_in(said)
    if not more or len(said.plan) + len(more) > MOST:
        return None
    return Edit("add", in_order(*said.plan, *more))


def _dropped(said: Said) -> Edit | None:
    """One step less, of those there are."""
    if len(said.plan) < 2:
        return spared(said, said.text)
    task = meant(said.text, said.catalog, said.plan)
    return Edit("drop", tuple(step for step in said.plan if step != task)) if task else None


def _narrowed(said: Said) -> Edit | None:
    """One step of several."""
    task = meant(said.text, said.catalog, said.plan) if len(said.plan) > 1 else None
    return Edit("only", (task,)) if task else None


def _returned(said: Said) -> Edit | None:
    """A step that was there before, or else the state before the last change."""
    past = () if cues.ASKED.match(said.text) else said.state.past
    once = {step for one in past for step in plan_of(one.wish)} - {*said.plan}
    if once and (task := meant(said.text, said.catalog, once)):
        return Edit("add", in_order(*said.plan, task))
    return Edit("back", back=how_far(said)) if past else None


_EDITS: dict[str, Callable[[Said], Edit | None]] = {
    "add": _added,
    "drop": _dropped,
    "only": _narrowed,
    "back": _returned,
    "picture": spoiled,
}
