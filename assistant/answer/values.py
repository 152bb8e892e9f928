"""What an answer consists of beside its prose: claims, facts, findings, links, the receipt."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.fit import Fit
from assistant.version import __version__
from assistant.workflow.receipt import Receipt as RunReceipt

Outcome = Literal["verified", "reworded", "repaired", "fallback", "refused"]


class Value(BaseModel):
    """A part of an answer: frozen, and of no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(Value):
    """One thing the verifier saw: its kind, the words, the evidence, what was done."""

    kind: str
    span: str
    evidence: str = ""
    action: Literal["kept", "repaired", "removed", "rejected"] = "kept"


class Claim(Value):
    """One sentence of an answer: ``facts`` are the ids of those behind it.

    ``stands`` is how: ``stated`` by them, ``arithmetic`` on the question's sizes and factors, or
    ``reworded``, where only links, names and numbers were checked (``--check links``).
    """

    part: Literal["task", "workflow"]
    text: str
    facts: tuple[str, ...]
    stands: Literal["stated", "arithmetic", "reworded"]


class Cited(Value):
    """A fact that a claim rests on, with its owner (empty: of nobody) and its honest place."""

    id: str
    owner: str
    text: str
    place: str


class Recommendation(Value):
    """A recommended model with its retrieval score (None for a prompt file) and fit."""

    id: str
    name: str
    score: float | None
    fit: Fit
    paper: str | None
    github: str | None


class RelatedPaper(Value):
    """A related paper with the role it plays in this answer; prose may call it by ``name``."""

    id: str
    title: str
    name: str = ""
    role: str
    paper: str | None
    github: str | None


class Reference(Value):
    """One link of part 3 with the item that owns it."""

    title: str
    url: str
    owner: str


class Receipt(Value):
    """What makes an answer reproducible; time, tokens and cost are not part of its identity.

    ``machine`` is what of the recommendation does not run here. ``run`` is there where the
    workflow was executed: without it no answer says so.
    """

    version: str = __version__
    generator: str
    request: str
    catalog: str
    template: str
    index: str | None = None
    scores: dict[str, float] = {}
    seconds: float | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    machine: str | None = None
    run: RunReceipt | None = None
