"""What all language models share: the prompt they see, and how a reply is read to its end.

The prompt is the rendered template and nothing else (``ask --show-prompt``): it asks for claims
with the ids of their facts, or where ``template`` says so it is the prompt file. A backend
implements ``complete``, and ``complete_json`` where it can hold a reply to a schema; it never
decides what an answer says.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answer import Answer, Finding
from assistant.errors import BackendError
from assistant.generation.claims import SCHEMA, TEMPLATE, ask, claims_in
from assistant.generation.drafts import read_draft
from assistant.prompts import environment, render
from assistant.world import World

MAX_DRAFT = 40_000  # characters; a reply that goes on is cut off there
MAX_NAMED = 12  # findings that go back to the model
Message = tuple[Literal["user", "assistant"], str]


@dataclass(frozen=True, slots=True)
class End:
    """How a reply ended, and what it cost where the endpoint says so."""

    finish: str = "stop"
    """``stop``, ``length`` (the reply was cut off) or what else the endpoint names."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    """In the currency of the endpoint, as reported; never estimated."""
    model: str | None = None
    """The model that answered, by its own account."""

    @classmethod
    def told(cls, finish: str, usage: Any, model: Any) -> End:
        """An end by an endpoint's ``usage`` and ``model``, read as far as they are of the right
        type: a reply that was paid for is not lost because of them."""
        said = usage if isinstance(usage, Mapping) else {}
        asked, answered = said.get("prompt_tokens"), said.get("completion_tokens")
        return cls(
            finish,
            asked if type(asked) is int else None,
            answered if type(answered) is int else None,
            amount(said.get("cost")),  # OpenRouter and others add it
            model if isinstance(model, str) else None,
        )

    def __add__(self, other: End) -> End:
        """The cost of two replies; the later one says how it ended."""
        return End(
            other.finish,
            _sum(self.input_tokens, other.input_tokens),
            _sum(self.output_tokens, other.output_tokens),
            _sum(self.cost, other.cost),
            other.model or self.model,
        )


class LanguageModel(ABC):
    """A generator whose words come from a language model."""

    name: str
    template = TEMPLATE
    required = True
    """Whether a failure is the user's to hear; False where ``auto`` picked this model."""

    @abstractmethod
    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        """Yield the pieces of one reply, at last its `End`.

        Raises:
            BackendError: the model cannot be reached, refuses the key, or breaks off.
        """

    def complete_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],  # noqa: ARG002 - for those who can
    ) -> Iterator[str | End]:
        """As ``complete``, for a reply that should follow a JSON schema; ``messages`` say so too,
        for models that cannot be held to one."""
        return self.complete(messages)

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The shape of what is asked for; None for prose."""
        return SCHEMA if self.template == TEMPLATE else None

    def write(self, world: World) -> Answer:
        """The draft of an answer to ``world``, read from one whole reply."""
        return read_draft(self.reply(self.conversation(world), self.schema)[0], world)

    def conversation(self, world: World) -> list[Message]:
        """What the model is asked: for claims, or the prompt file, byte for byte."""
        return [("user", prompt(world, self.template))]

    def pieces(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None = None
    ) -> Iterator[str | End]:
        """The reply to ``messages`` as it comes, bounded; at last its end."""
        if schema is None:
            return bounded(self.complete(messages))
        return bounded(self.complete_json(messages, schema))

    def reply(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None = None
    ) -> tuple[str, End]:
        """The whole reply to ``messages`` and its end; of one that broke off what was said."""
        pieces: list[str] = []
        end = End("broken")
        try:
            for piece in self.pieces(messages, schema):
                if isinstance(piece, End):
                    end = piece
                else:
                    pieces.append(piece)
        except BackendError:
            if not pieces:
                raise
        return "".join(pieces), end


def prompt(world: World, template: str) -> str:
    """What a language model is asked about ``world``, by the name of the template."""
    return ask(world) if template == TEMPLATE else render(world.request, template)


def bounded(pieces: Iterator[str | End]) -> Iterator[str | End]:
    """The pieces of a reply without what no text holds; one that never ends is cut off."""
    length = 0
    for piece in pieces:
        if isinstance(piece, End):
            yield piece
            return
        text = piece.encode("utf-8", "replace").decode().replace("\0", "")
        length += len(text)
        yield text
        if length > MAX_DRAFT:
            yield End("length")
            return


def amount(cost: Any) -> float | None:
    """A cost that an endpoint reports; None where it is no amount of money."""
    known = isinstance(cost, int | float) and math.isfinite(cost) and cost >= 0
    return float(cost) if known else None


def complaint(findings: Sequence[Finding], text: str, *, claims: bool) -> str:
    """The message that asks for a better draft than ``text``: what was wrong, sentence by
    sentence; where ``claims`` were asked for, also whether it held any."""
    if not claims:
        page = environment().get_template("repair.v1.jinja")
        return page.render(findings=findings[:MAX_NAMED]).strip()
    held = bool(claims_in(text))
    told = [f for f in findings if held or f.action == "removed"]
    page = environment().get_template("repair.v2.jinja")
    return page.render(findings=told[:MAX_NAMED], claims=held).strip()


def _sum(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return one + other
