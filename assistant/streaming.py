"""An answer as typed events, sentence by sentence, never taking anything back.

The texts of all events, joined, are the Markdown of the answer in the last one, byte for byte. A
sentence of a language model is released when it is complete and has passed; what fails is left
out, and a part that cannot be saved is completed by the composer's text. Claims are released one
by one, as each is whole. What was shown stays, so a reply goes back to its model for repair only
where nothing of it was shown.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, Finding, Recommendation, draft, heading
from assistant.errors import BackendError
from assistant.fit import Fit
from assistant.generation import Composer, End, Generator, LanguageModel, Message
from assistant.grounding import (
    PARTS,
    Grounded,
    Reply,
    checked,
    cost_of,
    faulty,
    follow,
    ground,
    judge,
    replacement,
    without_writer,
)
from assistant.references import Source, pieces
from assistant.releasing import Releasing
from assistant.text.sentences import sentences
from assistant.world import World


class _Event(BaseModel):
    """``text`` is the Markdown that the event adds; empty where it adds none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""


class FitEvent(_Event):
    """The verdict, known before any text, and the models it is about."""

    kind: Literal["fit"] = "fit"
    fit: Fit
    recommended: tuple[Recommendation, ...]


class TaskEvent(_Event):
    """A sentence of part 1."""

    kind: Literal["task"] = "task"


class WorkflowEvent(_Event):
    """A sentence of part 2."""

    kind: Literal["workflow"] = "workflow"


class ReferenceEvent(_Event):
    """An entry of part 3, rendered from the records; None where nothing is provided."""

    kind: Literal["reference"] = "reference"
    source: Source | None


class FindingEvent(_Event):
    """What the verifier saw and did."""

    kind: Literal["finding"] = "finding"
    finding: Finding


class DoneEvent(_Event):
    """The whole answer; always the last event."""

    kind: Literal["done"] = "done"
    answer: Answer


Event = FitEvent | TaskEvent | WorkflowEvent | ReferenceEvent | FindingEvent | DoneEvent


def stream(
    generator: Generator | LanguageModel, world: World, *, repair: int = 0, words: bool = True
) -> Iterator[Event | End]:
    """The events of one answer; a language model's `End` comes before the last one.

    A draft goes back at most ``repair`` times; without ``words`` only links, names and numbers are
    checked.

    Raises:
        BackendError: the language model gave nothing, and the user asked for this one.
    """
    first = draft(world, task="", explanation="")
    note = f"{first.note}\n\n" if first.note else ""
    yield FitEvent(text=note, fit=first.fit, recommended=first.recommended)
    shown = _Shown(parts=first.parts)
    if isinstance(generator, LanguageModel):
        answer, end = yield from _written(generator, world, shown, repair=repair, words=words)
    else:
        answer, end = ground(generator, world)
    for finding in answer.findings:
        yield FindingEvent(finding=finding)
    for part in PARTS:
        yield from shown.rest(part, getattr(answer, part))
    if answer.rendered:
        yield WorkflowEvent(text=f"\n\n{answer.rendered}")
    yield from _references(answer)
    if end:
        yield end
    yield DoneEvent(answer=answer)


def _references(answer: Answer) -> Iterator[Event]:
    lead, entries = f"\n\n{heading(3, parts=answer.parts)}", pieces(answer.sources)
    if answer.references_text != "".join(text for _, text in entries):
        entries = []  # none, or a writer's own that passed
    if not entries:
        yield ReferenceEvent(text=f"{lead}{answer.references_text}\n", source=None)
    for n, (source, text) in enumerate(entries):
        end = "\n" if n == len(entries) - 1 else ""
        yield ReferenceEvent(text=f"{lead}{text}{end}", source=source)
        lead = ""


class _Shown:
    """What was released of parts 1 and 2."""

    def __init__(self, *, parts: bool = True) -> None:
        self.text = dict.fromkeys(PARTS, "")
        self._parts = parts
        self._opened: set[str] = set()

    def add(self, part: str, text: str) -> Iterator[Event]:
        """Release more of a part, behind its heading if it is the first."""
        first, lead = part == PARTS[0], ""
        if part not in self._opened:
            self._opened.add(part)
            gap = "" if first else "\n\n"
            lead = gap + heading(1 if first else 2, parts=self._parts)
        self.text[part] += text
        yield TaskEvent(text=lead + text) if first else WorkflowEvent(text=lead + text)

    def rest(self, part: str, whole: str) -> Iterator[Event]:
        """Release what is still missing of a part, a sentence an event."""
        missing = whole[len(self.text[part]) :]
        for line in missing.splitlines(keepends=True):
            for sentence in sentences(line):
                yield from self.add(part, sentence)
        if part not in self._opened:
            yield from self.add(part, "")


def _written(
    model: LanguageModel, world: World, shown: _Shown, *, repair: int, words: bool
) -> collections.abc.Generator[Event, None, Grounded]:
    """Release a model's sentences as they pass; returns the answer that they begin."""
    asked, replies = model.conversation(world), list[Reply]()
    messages = asked
    while True:
        try:
            gate = Releasing(world, words=words)
            replies.append((yield from _heard(model, messages, gate, shown)))
        except BackendError as error:
            if not replies:
                if model.required:
                    raise
                return Grounded(without_writer(world, error), None)
            repair = 0  # what there is stands, cut as it must be
        if any(shown.text.values()):
            answer = _completed(*replies[-1], world, shown.text, words=words)
            break
        claims = model.schema is not None
        step = follow(world, replies, repair, words=words, claims=claims)
        if isinstance(step, Answer):
            answer = step
            break
        messages = [*asked, *step.exchange(replies)]
    return Grounded(answer, cost_of(replies))


def _heard(
    model: LanguageModel, messages: Sequence[Message], gate: Releasing, shown: _Shown
) -> collections.abc.Generator[Event, None, Reply]:
    """Release what passes of one reply; returns all of it."""
    text, end = "", End("broken")
    try:
        for piece in model.pieces(messages, model.schema):
            if isinstance(piece, End):
                end = piece
                break
            text += piece
            for part, more in gate.passed(text, piece):
                yield from shown.add(part, more)
    except BackendError:
        if not text.strip():
            raise
    return text, end


def _completed(text: str, end: End, world: World, shown: dict[str, str], *, words: bool) -> Answer:
    """The answer that a reply and what was already shown of it come to."""
    answer = judge(text, end, world, words=words)
    lost = [part for part in PARTS if not getattr(answer, part).startswith(shown[part])]
    if answer.outcome != "refused" and not lost:
        return answer
    composed = Composer().write(world)
    base = {"references_text": composed.references_text, "workflow": composed.workflow}

    def behind(part: str) -> str:
        """The composer's part behind what was shown of the model's."""
        own = shown[part].rstrip()
        return f"{own}\n\n{getattr(composed, part)}" if own else str(getattr(composed, part))

    bad = [part for part in PARTS if part in lost or part in faulty(answer)]
    for replaced in dict.fromkeys((tuple(bad), PARTS)):
        tried = answer.model_copy(update={**base, **{part: behind(part) for part in replaced}})
        found = checked(tried, world, words=words)
        if found.outcome in ("verified", "reworded") or replaced == PARTS:
            break
    new = [replacement(part) for part in replaced]
    findings = (*answer.findings, *new, *found.findings)
    return tried.model_copy(update={"outcome": "fallback", "findings": findings})
