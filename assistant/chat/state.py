"""What a conversation remembers: plain values that can be written down and read back."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, Finding
from assistant.prompts import Item, Request
from assistant.question import Wish

MAX_SHOWN = 30  # items that stay in the closed world of a conversation
MAX_PAST = 8  # changes that can be taken back


class Past(BaseModel):
    """What was in force before a change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Wish
    request: Request


class State(BaseModel):
    """The closed world and the wish in force.

    ``request`` holds the model that pronouns refer to and the items of its answer; ``shown`` all
    other items of earlier turns, the newest first; ``compared`` the ids of the last comparison;
    ``explained`` the names of the terms explained last; ``listed`` the names last printed, which
    "the second one" counts; ``focus`` the names last spoken of, where they are not the recommended
    ones; ``about`` the last question on a record, for "and the other?"; ``told`` the entry of the
    glossary that was explained last, ``brief`` the sentence in which the last reply answered,
    ``comparing`` whether models were compared; ``past`` what was in force before each change, the
    newest last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wish: Wish = Wish()
    request: Request | None = None
    shown: tuple[Item, ...] = ()
    compared: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    about: str = ""
    told: str = ""
    brief: str = ""
    comparing: bool = False
    past: tuple[Past, ...] = ()

    def moved(self, request: Request, wish: Wish) -> State:
        """The state after a turn with another world; what was shown stays."""
        before = (*(self.request.items if self.request else ()), *self.shown)
        now = {item.name for item in request.items}
        kept = {i.name: i for i in before if i.name not in now}
        shown = tuple(kept.values())[:MAX_SHOWN]
        past = self.past
        same = self.request and self.request.recommended == request.recommended
        if self.request and self.request.recommended and not (same and wish == self.wish):
            past = (*past, Past(wish=self.wish, request=self.request))[-MAX_PAST:]
        return State(wish=wish, request=request, shown=shown, past=past)


class Reply(BaseModel):
    """One turn of the assistant.

    ``text`` is Markdown; ``answer`` the whole three-part answer where one was given. ``outcome``
    is that of an answer; a reply without any claim is ``verified``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: str
    text: str
    model: str | None = None
    """The recommended model after this turn."""
    outcome: str = "verified"
    findings: tuple[Finding, ...] = ()
    answer: Answer | None = None

    def to_json(self) -> dict[str, Any]:
        """The reply as plain data; the answer as ``ask --json`` prints it."""
        data = self.model_dump(mode="json", exclude={"answer"})
        data["answer"] = self.answer.to_json() if self.answer else None
        return data
