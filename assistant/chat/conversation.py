"""A conversation: each message becomes a turn in a closed world that grows with what was shown."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answer import Answer, Finding
from assistant.chat import replies
from assistant.chat.kinds import NONE, kind_of
from assistant.chat.meant import understood
from assistant.chat.plans import OTHERS
from assistant.chat.replies import Draft
from assistant.chat.routes import Turn
from assistant.chat.routing import route
from assistant.chat.state import Reply, State
from assistant.chat.turns import Turns
from assistant.checking import Passage, Passages, unreadable
from assistant.errors import BackendError, InputError
from assistant.generation import LanguageModel
from assistant.generation.bearing import called
from assistant.generation.claims import TURN, claims_in, groups_of
from assistant.generation.drafts import cleaned
from assistant.pipeline import Assistant
from assistant.prompts import environment
from assistant.streaming import DoneEvent, Event
from assistant.text.sentences import sentences
from assistant.world import Provided, World

MAX_MESSAGE = 4_000
HISTORY = 6  # turns that a language model sees
_WRITTEN = (
    "why",
    "how",
    "about",
    "compare",
    "limits",
    "check",
    "refine",
    "numbers",
    "term",
    "record",
    "short",
)


class Chat:
    """A conversation with an assistant. ``history`` holds pairs of message and reply."""

    def __init__(self, assistant: Assistant, state: State | None = None) -> None:
        self.assistant = assistant
        state = state or State()
        items = state.request.recommended if state.request else ()
        if any(assistant.catalog.get(item.name) is None for item in items):
            state = State(wish=state.wish)  # it was held over another catalog
        self._turns = Turns(assistant, state)
        self.history: list[tuple[str, Reply]] = []

    @property
    def state(self) -> State:
        """What the conversation remembers; plain values that can be stored."""
        return self._turns.state

    @property
    def model(self) -> str | None:
        """The recommended model that pronouns refer to."""
        return self._turns.model

    @property
    def models(self) -> tuple[str, ...]:
        """The models in force, one a step of the plan."""
        request = self.state.request
        return tuple(item.name for item in request.recommended) if request else ()

    @property
    def series(self) -> tuple[str, ...]:
        """The models that a run takes, one after the other."""
        return self._turns.series

    def provided(self) -> tuple[Provided, ...]:
        """Every item shown so far, the recommended model first."""
        return self._turns.world(self.state.wish).provided if self.state.request else ()

    def say(self, text: str) -> Reply:
        """The reply to a message; what is new in it stays in the closed world.

        Raises:
            InputError: the message is empty or too long.
            BackendError: the language model that was asked for cannot be used.
        """
        reply = None
        for piece in self.stream(text):
            if isinstance(piece, Reply):
                reply = piece
        assert reply is not None  # noqa: S101 - a stream ends with its reply
        return reply

    def stream(self, text: str) -> Iterator[Event | str | Reply]:
        """The reply as it passes: events of a whole answer or pieces of text, at last the reply."""
        text = " ".join(text.split())
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InputError("the message is not UTF-8 text", hint="retype it") from error
        if not text:
            raise InputError("the message is empty", hint="ask something, or type /help")
        if len(text) > MAX_MESSAGE:
            raise InputError(
                f"the message has {len(text):,} characters, at most {MAX_MESSAGE:,} are read",
                hint="shorten it",
            )
        kind = kind_of(text) if self.state.request else NONE
        turn = route(text, self.state, self.assistant.catalog, kind)
        turn = understood(text, turn, self.state, self.assistant, kind)
        if turn.route == "ask":
            yield from self._answered(text, turn)
            return
        reply = self._reply(text, turn)
        for line in reply.text.splitlines(keepends=True):
            yield from sentences(line)
        self.history.append((text, reply))
        yield reply

    def _answered(self, text: str, turn: Turn) -> Iterator[Event | str | Reply]:
        """A new question gets the whole three-part answer."""
        request, _ = self.assistant.request(text, turn.wish, OTHERS)
        answer: Answer | None = None
        for event in self.assistant.stream_answer(request, wish=turn.wish):
            if isinstance(event, DoneEvent):
                answer = event.answer
            yield event
        assert answer is not None  # noqa: S101 - a stream ends with its answer
        printed = tuple(title for source in answer.sources for title in source.titles)
        self._turns.answered(request, turn.wish, printed)
        reply = Reply(
            route="outside" if answer.outcome == "refused" else "ask",
            text=answer.markdown,
            model=answer.recommended[0].name if answer.recommended else None,
            outcome=answer.outcome,
            findings=answer.findings,
            answer=answer,
        )
        self.history.append((text, reply))
        yield reply

    def _reply(self, text: str, turn: Turn) -> Reply:
        """Every other turn gets a short reply."""
        world, draft = self._turns.draft(text, turn)
        if world is None:
            return Reply(route=turn.route, text=f"{draft.text}\n", model=self.model)
        return self._closed(text, turn, world, draft)

    def _closed(self, text: str, turn: Turn, world: World, draft: Draft) -> Reply:
        """Verify the prose, put the links of the cited items under it."""
        own = Passages(world).check(draft.text)
        said, outcome, findings = own.text, "verified", own.findings
        if findings:
            outcome = "repaired" if own.sound else "fallback"
        model = self.assistant.generator
        if isinstance(model, LanguageModel) and turn.route in _WRITTEN:
            said, outcome, findings = self._reworded(model, text, world, draft, own)
        if draft.lead:
            said = f"{draft.lead} {said}".strip()
        if not said.strip():
            said = "The provided sources do not say."
        if draft.drawn:
            said = f"{said.rstrip()}\n\n{draft.drawn}"
        if links := replies.cited(draft.cite, draft.read):
            said = f"{said.rstrip()}\n\n{links}"
        current = world.recommended[0].item.name if world.recommended else None
        return Reply(
            route=turn.route,
            text=said.rstrip() + "\n",
            model=current,
            outcome=outcome,
            findings=findings,
        )

    def _reworded(
        self, model: LanguageModel, text: str, world: World, draft: Draft, own: Passage
    ) -> tuple[str, str, tuple[Finding, ...]]:
        """The words of a language model where they pass, else our ``own``; outcome and findings."""
        written = self._written(model, text, world, draft)
        if isinstance(written, Finding):
            return own.text, "fallback", (written, *own.findings)
        words = self.assistant.words
        claims = cleaned(claims_in(written))
        prose = " ".join(claim.text for claim in claims) or written
        checked = Passages(world, words=words).check(prose, claims)
        told = all(p.name in checked.text or called(p) in checked.text for p in draft.cite[:1])
        reason = unreadable(checked.text, 0, world)
        if not told:
            reason = reason or "it does not name what the records name"
        if not checked.sound or not checked.text.strip() or reason:
            evidence = reason or "too much of it had to be removed"
            poor = Finding(kind="part_poor", span="reply", evidence=evidence, action="rejected")
            return own.text, "fallback", (*checked.findings, poor)
        outcome = "repaired" if checked.findings else "verified"
        if not words and Passages(world).check(checked.text, claims).findings:
            outcome = "reworded"
        return checked.text, outcome, tuple(checked.findings)

    def _written(
        self, model: LanguageModel, text: str, world: World, draft: Draft
    ) -> str | Finding:
        """The words of a language model for what the records say, or why there are none."""
        said = [(asked, reply.text[:600]) for asked, reply in self.history[-HISTORY:]]
        about = draft.cite or world.provided[:4]
        shown = {"history": said, "message": text, "known": draft.text}
        if model.schema is None:
            page, shape = environment().get_template("turn.v1.jinja"), None
            prompt = page.render(**shown, items=[p.item for p in about])
        else:
            page, shape = environment().get_template("turn.v2.jinja"), TURN
            prompt = page.render(**shown, groups=list(groups_of(world, about)))
        try:
            written, end = model.reply([("user", prompt)], shape)
        except BackendError as error:
            if model.required:
                raise
            return Finding(kind="writer_unreachable", span=error.message[:300], action="rejected")
        if end.finish not in ("stop", "eos", "end_turn"):
            return Finding(kind="truncated", span=f"ended by {end.finish}", action="rejected")
        return written
