"""More, or less, that is wrong with the pictures: "they are bad JPEGs", "skip the grain"."""

from __future__ import annotations

import re

from assistant.chat import cues
from assistant.chat.said import Said
from assistant.chat.steps import ASKS, CLAUSE, DROPS, MOST, Edit, in_order, meant, more_in
from assistant.question import ENLARGING, tells

_SOUND = re.compile(r"(?<!not )(?<!not very )\b(?:sharp|clean|clear|crisp|fine|intact|good)\b")
_ON_THE_WAY = {"denoising", "compression-removal", "deblurring"}  # what enlargers learn to do too


def damaged(said: Said) -> Edit | None:
    """What a message does to a plan by what it says of the pictures; None where it says nothing."""
    found = DROPS.search(said.text) if len(said.plan) == 1 and not said.new.device else None
    what = next(filter(None, found.groups()), "") if found else ""
    return (spared(said, CLAUSE.split(what)[0]) if what else None) or spoiled(said)


def spared(said: Said, what: str) -> Edit | None:
    """What is left out of a plan of one step: some damage that it takes away besides, or all."""
    task = meant(what, said.catalog) if "?" not in said.text else None
    if task is None or cues.ASKED.match(said.text):
        return None
    if (task,) == said.plan:
        return Edit("spare")
    own = said.catalog.vocabulary.task(task)
    gone = tuple(d for d in said.state.wish.degradations if own and d in own.removes)
    return Edit("spare", said.plan, damage=gone) if gone else None


def spoiled(said: Said) -> Edit | None:
    """ "they are JPEGs of bad quality": one more kind of damage, and so one more step; where all
    that is asked for is a larger picture the enlarger has to be fit for it."""
    text, tasks = said.text, [said.catalog.vocabulary.task(step) for step in said.plan]
    told = cues.SUFFERS.search(text) and not cues.DEMANDS.search(text) and "?" not in text
    told = told and not _SOUND.search(text)
    if not told or ASKS.match(text) or tells(text) or cues.RESULT.search(text):
        return None
    if not all(task and task.pictures for task in tasks) or said.new.device or said.new.scales:
        return None
    more = {step: said.catalog.vocabulary.task(step) for step in more_in(said)}
    found = {step: task.removes for step, task in more.items() if task and task.removes}
    if not found or len(said.plan) + len(found) > MOST:
        return None
    if said.plan == (ENLARGING,) and {*found} <= _ON_THE_WAY:
        known = {*said.state.wish.degradations, *said.new.degradations}
        added = tuple(removed[0] for removed in found.values() if not known & {*removed})
        return Edit("spoil", said.plan, damage=added) if added else None
    return Edit("add", in_order(*said.plan, *found))
