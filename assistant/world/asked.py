"""What a question asks for, in one clause: the words that an answer opens with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalog import Figure, Task, Vocabulary
from assistant.fit import called_for, cleaned, listing, times
from assistant.question import Wish
from assistant.world.retold import deed, outcome, retold

_IMPLIED = ("real-world", "low-resolution")  # damage that goes without saying
_SURE = 0.5  # likelihood of a task from which on it is said plainly
_BRIEF = 20  # words of a situation that an answer says back
_ORDINARY = "photo"  # subject that goes without saying
_MADE = "ai-generated"  # and one that does for what makes or changes pictures


def asked(wish: Wish, task: Task, vocabulary: Vocabulary, *, goal: str = "") -> str:
    """The task with what the picture shows, the factor and the device: ``single-image
    super-resolution of faces at 3x on a phone``; with ``goal`` also, behind that mark, what the
    task comes to in everyday words."""
    enlarges = not task.keeps_size and task.pictures
    scales = listing([times(s) for s in wish.scales], "or") if enlarges else ""
    devices = {term.id: term.phrase for term in vocabulary.devices}
    device = devices.get(wish.device or "", "") if enlarges else ""
    others = (t for s in wish.steps if (t := vocabulary.task(s)) and t.id != task.id)
    steps = [called_for(other, "", (), wish.degradations).phrase for other in others]
    said = [
        listing([task.phrase, *steps]) + _shown(wish, task, vocabulary),
        scales and f"at {scales}",
        device,
    ]
    meant = f"{goal} {task.goal}" if goal and task.goal and not steps else ""
    return " ".join(filter(None, said)) + meant


def told_of(question: str, wish: Wish, task: Task, vocabulary: Vocabulary) -> str:
    """Which task is behind what came of a picture, or what the asker did to it; empty where the
    question tells neither, or names a work, of which it may tell what is not so."""
    told = "" if wish.named else retold(question)
    if not told:
        return ""
    came = outcome(told)
    if not came and (len(told.split()) > _BRIEF or not deed(told)):
        return ""
    said = came[:1].upper() + came[1:] or told
    joint = ". This" if ":" in said else ": this"  # one colon a sentence
    verb = "is" if wish.odds.get(task.id, 1.0) >= _SURE else "reads as"
    verb += " the work of" if came and " of " not in task.phrase else ""
    return f"{said}{joint} {verb} {asked(wish, task, vocabulary, goal=',')}."


def on_same(question: str, scales: Sequence[float], figure: Figure) -> bool:
    """Whether a value that a question states was measured as a published figure was, as far as it
    says so: on its test set, by its measure and at its factor."""
    measure = figure.metric.split("-")[0]
    by = rf"\d ?{measure}\b|\b{measure}\b[^.?!]*\d" + (r"|\d ?db\b" if measure == "PSNR" else "")
    return (
        re.search(rf"\b{re.escape(figure.dataset)}\b", question, re.I) is not None
        and re.search(by, question, re.I) is not None
        and (figure.scale is None or not scales or figure.scale in scales)
    )


def at_once(name: str, wish: Wish, vocabulary: Vocabulary) -> str:
    """That one model does all steps of a wish in one pass."""
    gone = listing([vocabulary.phrase(damage) for damage in cleaned(wish, vocabulary)])
    return f"Take {name}: it enlarges the picture and takes {gone} away in one pass."


def series(steps: Sequence[tuple[str, Task]]) -> str:
    """Steps, each with the name of the model for it where there is one: ``First comes image
    denoising with SCUNet, then single-image super-resolution with EDT.``; empty where there is no
    second."""
    said = [f"{task.phrase} with {name}" if name else task.phrase for name, task in steps]
    return f"First comes {', then '.join(said)}." if len(said) > 1 else ""


def spared(steps: Sequence[tuple[str, Task]]) -> str:
    """Which of several steps one could leave out, and when: ``You can leave out image denoising
    where the grain does not disturb you; ...``; empty where there is no second."""
    said = [f"{task.phrase} where {task.spare}" for _, task in steps if task.spare]
    return f"You can leave out {'; '.join(said)}." if len(steps) > 1 and said else ""


def _shown(wish: Wish, task: Task, vocabulary: Vocabulary) -> str:
    """What the picture shows and suffers from, where the task does not say it already."""
    if not task.pictures or " of " in task.phrase:
        return ""
    enlarges = not task.keeps_size  # else damage that the task leaves alone does not matter to it
    damage = [d for d in wish.degradations if d not in (*_IMPLIED, *task.removes) and enlarges]
    shown = [s for s in wish.subjects if s != _ORDINARY and (enlarges or s != _MADE)]
    own = [s for s in shown if vocabulary.phrase(s).rstrip("s") not in task.phrase]
    of = listing(_apart([vocabulary.phrase(s) for s in own])[:2])
    suffers = listing([vocabulary.phrase(d) for d in damage[:2]])
    return f"{f' of {of}' if of else ''}{f' with {suffers}' if suffers else ''}"


def _apart(phrases: Sequence[str]) -> list[str]:
    """Phrases without those that another one says already: no games beside screenshots of games."""
    return [one for one in phrases if not any(one != two and one in two for two in phrases)]
