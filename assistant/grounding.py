"""From a draft to an answer that may leave: verify, give back for repair, cut, replace.

A draft that fails goes back to its language model with the findings. What is still wrong is cut
sentence by sentence; a part that cannot be saved so is replaced by the composer's; the outcome
and the findings say what happened. Without ``words`` (``--check links``) sentences stay that no
fact states, as long as their links, names and numbers do; the outcome then is ``reworded``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer import Answer, Finding, draft
from assistant.checking import Passages, unreadable, verify
from assistant.errors import BackendError
from assistant.generation import Composer, End, Generator, LanguageModel, Message
from assistant.generation.drafts import read_draft
from assistant.generation.language_model import complaint
from assistant.world import World

_RANK = {"verified": 0, "reworded": 1, "repaired": 1, "fallback": 2, "refused": 3}
_WHOLE = ("stop", "eos", "end_turn")  # how a reply ends that was not cut off
PARTS = ("task", "explanation")
Reply = tuple[str, End]


class Grounded(NamedTuple):
    """An answer that passed, and how the replies of a language model ended."""

    answer: Answer
    end: End | None


class Again(NamedTuple):
    """A reply that goes back to its writer, by its place, with what was wrong."""

    reply: int
    complaint: str

    def exchange(self, replies: Sequence[Reply]) -> tuple[Message, Message]:
        """The draft and the complaint as the messages that go back."""
        return ("assistant", replies[self.reply][0]), ("user", self.complaint)


def ground(
    generator: Generator | LanguageModel, world: World, *, repair: int = 1, words: bool = True
) -> Grounded:
    """The answer to ``world``; a language model's draft goes back at most ``repair`` times.

    Raises:
        BackendError: the language model gave nothing, and the user asked for this one.
    """
    if not isinstance(generator, LanguageModel):
        return Grounded(settle(verify(generator.write(world), world), world), None)
    asked, schema = generator.conversation(world), generator.schema
    try:
        replies = [generator.reply(asked, schema)]
    except BackendError as error:
        if generator.required:
            raise
        return Grounded(without_writer(world, error), None)
    claims = schema is not None
    while isinstance(step := follow(world, replies, repair, words=words, claims=claims), Again):
        try:
            replies.append(generator.reply([*asked, *step.exchange(replies)], schema))
        except BackendError:
            repair = 0  # what there is stands, cut as it must be
    return Grounded(step, cost_of(replies))


def follow(
    world: World,
    replies: Sequence[Reply],
    repair: int,
    *,
    words: bool = True,
    claims: bool = False,
) -> Answer | Again:
    """The answer that the replies make, or which of them goes back to its writer.

    The first reply counts as long as no later one is better; at most ``repair`` go back, with a
    complaint that asks for ``claims`` where the writer was asked for them.
    """
    drafts = [judge(text, end, world, words=words) for text, end in replies]
    best = min(range(len(drafts)), key=lambda n: _worth(drafts[n]))
    faults = [f for f in drafts[best].findings if f.action in ("removed", "rejected")]
    if faults and len(replies) <= repair:
        return Again(best, complaint(faults, replies[best][0], claims=claims))
    return settle(drafts[best], world, words=words)


def cost_of(replies: Sequence[Reply]) -> End:
    """How the last reply ended, and what all of them cost."""
    total = replies[0][1]
    for _, end in replies[1:]:
        total += end
    return total


def without_writer(world: World, error: BackendError) -> Answer:
    """The composer's answer where a language model was wished for and gave nothing."""
    found = Finding(kind="writer_unreachable", span=error.message[:300], action="rejected")
    answer = verify(Composer().write(world), world)
    return (
        _whole(world, (found,))
        if answer.outcome == "refused"
        else answer.model_copy(
            update={"outcome": "fallback", "findings": (found, *answer.findings)}
        )
    )


def judge(text: str, end: End, world: World, *, words: bool = True) -> Answer:
    """A reply as a draft that was verified; ``refused`` where a part of it cannot stay."""
    written = read_draft(text, world)
    answer = checked(written, world, attach=True, words=words)
    found = list(answer.findings)
    if answer.outcome == "refused":  # what passes of each part may still be kept
        passages, named = Passages(world, words=words), written.claims
        cut = {part: passages.check(getattr(answer, part), named).text for part in PARTS}
        answer = answer.model_copy(update=cut)
    if end.finish not in _WHOLE and not written.references_text:
        span = f"the reply ended by {end.finish}"
        found.append(Finding(kind="truncated", span=span, action="rejected"))
    for n, part in enumerate(PARTS, 1):
        text = getattr(answer, part)
        if text.strip() and (reason := unreadable(text, n, world)):
            found.append(_poor(n, reason))
    outcome = "refused" if any(f.action == "rejected" for f in found) else answer.outcome
    return answer.model_copy(update={"outcome": outcome, "findings": tuple(found)})


def checked(answer: Answer, world: World, *, attach: bool = False, words: bool = True) -> Answer:
    """A verified answer; without ``words`` its outcome is ``reworded`` unless facts state all of
    it anyway."""
    found = verify(answer, world, attach=attach, words=words)
    loose = not words and found.outcome != "refused"
    if loose and verify(found, world).outcome != "verified":
        found = found.model_copy(update={"outcome": "reworded"})
    return found


def settle(answer: Answer, world: World, *, words: bool = True) -> Answer:
    """An answer that may leave: a refused one gets the composer's text for the parts at fault,
    and for both where that does not do."""
    if answer.outcome != "refused":
        return answer
    bad = faulty(answer)
    if len(bad) < len(PARTS):
        composed = Composer().write(world)
        update = {part: getattr(composed, part) for part in (*bad, "references_text", "workflow")}
        tried = checked(answer.model_copy(update=update), world, words=words)
        if tried.outcome != "refused":
            new = [f for f in tried.findings if f not in answer.findings]
            findings = (*answer.findings, *map(replacement, bad), *new)
            return tried.model_copy(update={"outcome": "fallback", "findings": findings})
    return _whole(world, answer.findings)


def faulty(answer: Answer) -> tuple[str, ...]:
    """The parts of a refused answer that have to be replaced."""
    rejected = [f for f in answer.findings if f.action == "rejected"]
    named = {f.span for f in rejected}
    bad = [part for n, part in enumerate(PARTS, 1) if f"part {n}" in named]
    if any(f.kind == "truncated" for f in rejected) and "explanation" not in bad:
        bad.append("explanation")
    other = [f for f in rejected if f.kind != "truncated" and not f.span.startswith("part ")]
    return PARTS if other or not bad else tuple(bad)


def _whole(world: World, findings: Sequence[Finding]) -> Answer:
    """The composer's answer, itself verified, with the findings on the rejected one.

    Item names of a hostile file can make even the composer's prose fail, as can a short answer of
    which most is cut; what is returned then names no item outside part 3.
    """
    answer = verify(Composer().write(world), world)
    if answer.outcome == "refused":
        plain = draft(
            world,
            task="The question can be answered only by the references below.",
            explanation="Too little of the answer passed the checks against the provided items, "
            "so no workflow is drawn.",
        )
        answer = verify(plain, world)
    found = (*findings, *map(replacement, PARTS), *answer.findings)
    return answer.model_copy(update={"outcome": "fallback", "findings": found})


def replacement(part: str) -> Finding:
    """What is told of a part that the composer wrote."""
    span = f"part {PARTS.index(part) + 1}"
    return Finding(
        kind="part_replaced", span=span, evidence="the composer's text", action="repaired"
    )


def _poor(part: int, reason: str) -> Finding:
    return Finding(kind="part_poor", span=f"part {part}", evidence=reason, action="rejected")


def _worth(answer: Answer) -> tuple[int, int]:
    """Smaller is better: the outcome, then how much had to go."""
    gone = sum(f.action in ("removed", "rejected") for f in answer.findings)
    return _RANK[answer.outcome], gone
