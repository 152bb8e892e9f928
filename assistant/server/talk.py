"""One message after a history as the pieces of its reply.

The API keeps nothing: what a client sends as history is replayed through ``chat``, by the offline
composer, because the state of a conversation does not depend on who wrote its texts.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant import prompts
from assistant.answer import Answer
from assistant.chat import Chat, Reply, State
from assistant.chat.conversation import MAX_MESSAGE
from assistant.errors import AssistantError
from assistant.imaging.faults import Look
from assistant.pipeline import Assistant
from assistant.server.chores import chore
from assistant.server.looking import measured, seen, sentence
from assistant.server.messages import Asked
from assistant.server.service import Service
from assistant.server.uploads import sent
from assistant.streaming import DoneEvent, Event

REPLAYED = 40  # messages of a history that count
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """The end of a reply: all of it, and whose the links are that it cites."""

    reply: Reply
    titles: dict[str, str] = field(default_factory=dict)


class Histories:
    """The state after each beginning of a conversation that was replayed before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, State] = OrderedDict()

    def after(self, assistant: Assistant, messages: Sequence[str]) -> State:
        """The state of a conversation in which the user said ``messages``."""
        messages = list(messages)[-REPLAYED:]
        keys = [_key(messages[: n + 1]) for n in range(len(messages))]
        state, fresh = State(), 0
        with self._lock:
            for n in reversed(range(len(keys))):
                if keys[n] in self._known:
                    self._known.move_to_end(keys[n])
                    state, fresh = self._known[keys[n]], n + 1
                    break
        for key, message in zip(keys[fresh:], messages[fresh:], strict=True):
            state = _moved(assistant, state, message)
            with self._lock:
                self._known[key] = state
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return state


def talk(
    service: Service, histories: Histories, asked: Asked, stop: threading.Event, *, offline: bool
) -> Iterator[str | Said]:
    """The pieces of a reply as they pass, at last all of it.

    Raises:
        AssistantError: the message cannot be used, or the language model that was asked for.
    """
    if (said := chore(asked.message, asked.before)) is not None:
        yield said
        yield Said(Reply(route="chore", text=said))
        return
    assistant = service.interruptible(stop, offline=offline)
    if prompts.is_prompt(asked.message):
        request = prompts.parse(asked.message, "the message")
        yield from _whole(service, assistant.stream_answer(request))
        return
    if not asked.before and len(asked.message) > MAX_MESSAGE:
        yield from _whole(service, assistant.stream(asked.message, k=service.settings.related))
        return
    state = histories.after(service.composing, asked.before)
    message = asked.message
    if asked.pictures:
        found = seen_in(service, asked.pictures[-1])
        yield f"**Measured in the picture.** {measured(found)}\n\n"
        message = f"{message} {sentence(found)}"
    yield from spoken(service, Chat(assistant, state), message)


def seen_in(service: Service, uri: str) -> Look:
    """What is measured of a picture that came as a data URI."""
    name, _, path = sent(service, uri)
    try:
        return seen(path)
    finally:
        service.shelf.drop(name)


def spoken(service: Service, chat: Chat, message: str) -> Iterator[str | Said]:
    """A turn of a conversation as text; short replies come line by line, so that no link is cut."""
    line = ""
    for piece in chat.stream(message):
        if isinstance(piece, Reply):
            if line:
                yield line
            if piece.answer:
                service.count(piece.answer)
            yield Said(piece, titles_of(chat, piece))
        elif isinstance(piece, str):
            line += piece
            if line.endswith("\n"):
                yield line
                line = ""
        elif piece.text:
            yield piece.text


def titles_of(chat: Chat, reply: Reply) -> dict[str, str]:
    """Whose each link is."""
    if reply.answer:
        return _owners(reply.answer)
    return {url: p.item.name for p in reversed(chat.provided()) for url in p.links}


def _whole(service: Service, events: Iterator[Event]) -> Iterator[str | Said]:
    for event in events:
        if event.text:
            yield event.text
        if isinstance(event, DoneEvent):
            answer = event.answer
            service.count(answer)
            model = answer.recommended[0].name if answer.recommended else None
            reply = Reply(
                route="ask",
                text=answer.markdown,
                model=model,
                outcome=answer.outcome,
                findings=answer.findings,
                answer=answer,
            )
            yield Said(reply, _owners(answer))


def _owners(answer: Answer) -> dict[str, str]:
    return {r.url: r.owner for r in reversed(answer.references)}


def _moved(assistant: Assistant, state: State, message: str) -> State:
    """The state after one more message; what cannot be read changes nothing."""
    if prompts.is_prompt(message) or chore(message) is not None:
        return state
    chat = Chat(assistant, state)
    try:
        chat.say(message)
    except AssistantError:
        return state
    return chat.state


def _key(messages: Sequence[str]) -> bytes:
    return hashlib.sha256("\0".join(messages).encode("utf-8", "replace")).digest()
