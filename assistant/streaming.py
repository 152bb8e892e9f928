"""An answer as typed events, sentence by sentence, never taking anything back.

The texts of all events, joined, are the Markdown of the answer in the last one, byte for byte. A
sentence of a language model is released when it is complete and has passed; what fails is left
out, and a part that cannot be saved is completed by the composer's text. Claims are released one
by one, as each is whole. What was shown stays, so a reply goes back to its model for repair only
where nothing of it was shown.
"""

from __future__ import annotations

import collections.abc
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, Claim, Finding, Recommendation, draft, heading
from assistant.checking import Passages
from assistant.checking.readable import loops
from assistant.errors import BackendError
from assistant.fit import Fit
from assistant.generation import Composer, End, Generator, LanguageModel, Message
from assistant.generation.claims import PARTS as CLAIMED
from assistant.generation.claims import Reader, written
from assistant.generation.drafts import clean, cleaned
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
from assistant.text.parts import Parts, split
from assistant.text.sentences import ENDED, sentences
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
_TEXT: dict[str, type[TaskEvent | WorkflowEvent]] = {
    "task": TaskEvent,
    "explanation": WorkflowEvent,
}


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
        number = PARTS.index(part) + 1
        lead = ""
        if part not in self._opened:
            self._opened.add(part)
            gap = "\n\n" if number > 1 else ""
            lead = gap + heading(number, parts=self._parts)
        self.text[part] += text
        yield _TEXT[part](text=lead + text)

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
            gate = _Gate(world, words=words)
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
    model: LanguageModel, messages: Sequence[Message], gate: _Gate, shown: _Shown
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


class _Gate:
    """Which beginning of a growing reply may be shown."""

    def __init__(self, world: World, *, words: bool = True) -> None:
        self._passages = Passages(world, words=words)
        self._shown = dict.fromkeys(PARTS, "")
        self._closed: set[str] = set()
        self._reader = Reader()
        self._claims: list[Claim] = []

    def passed(self, text: str, piece: str) -> Iterator[tuple[str, str]]:
        """What more of each part may be shown, given the whole reply so far and its last piece."""
        sign = text.lstrip()[:1]
        new = [] if sign == "<" else cleaned(self._reader.feed(piece))  # "<": thoughts
        self._claims += new
        if new and self._claims[0].part == "task":
            task, workflow = (clean(written(self._claims, part)) for part in CLAIMED)
            yield from self._released(task, workflow)
        if self._claims or sign in "{[`<" or not re.search(r"[.!?\n]", piece):
            return  # of claims, of other JSON and of fences nothing is prose
        parts = split(_certain(text))
        if parts.task:
            yield from self._released(clean(parts.task), clean(parts.workflow), parts)

    def _released(
        self, task: str, workflow: str, parts: Parts | None = None
    ) -> Iterator[tuple[str, str]]:
        """What is new of both parts as far as they are written, and has passed."""
        ended = bool(parts and parts.references)
        for part, own, last in (("task", task, not workflow), ("explanation", workflow, not ended)):
            if part in self._closed or not own:
                return
            result = self._passages.check(own, self._claims)
            safe = _safe(result.text, whole=not last)
            before = self._shown[part]
            if not result.sound or not safe.startswith(before) or loops(safe):
                self._closed.add(part)
            elif len(safe) > len(before):
                self._shown[part] = safe
                yield part, safe[len(before) :]
            if part in self._closed or last or not self._shown[part]:
                return  # part 2 follows part 1


_LEADS = re.compile(
    r"[:：][*_]{0,4}$|^\s*#|^\s*(?:\*\*|__).*(?:\*\*|__)$|^\s*\||^\s*[-=_*]{3,}$|^\s*$"
)


def _certain(text: str) -> str:
    """The beginning of a growing text that consists of complete sentences and lines."""
    head, line = text[: text.rfind("\n") + 1], text[text.rfind("\n") + 1 :]
    return head + "".join(sentences(line)[:-1])


def _safe(text: str, *, whole: bool) -> str:
    """A checked text without an end that what follows may still change."""
    if whole:
        return text
    lines = text.rstrip().split("\n")
    while lines and (_LEADS.search(lines[-1]) or not ENDED.search(lines[-1].rstrip())):
        lines.pop()
    return "\n".join(lines).rstrip()
