"""How an answer ends: whether it is refused, its receipt, and the scores of its search."""

from __future__ import annotations

import re
from typing import Any

from assistant.answer import Answer, Receipt
from assistant.encoder.embedding import all_minilm
from assistant.errors import GroundingError
from assistant.generation import End
from assistant.world.running import Running

_NO = re.compile(r"(?:No|Not)\b")  # after which nothing is to be typed


def closed(answer: Answer, receipt: Receipt, end: End | None) -> Answer:
    """An answer with its receipt, which says what the endpoint reported and what does not run
    here; one that has nothing to answer with is a refusal."""
    if answer.running.missing and _NO.match(answer.task):
        answer = answer.model_copy(update={"running": Running()})
    nothing = not answer.recommended and (answer.parts or not answer.related)
    if nothing and answer.outcome in ("verified", "reworded", "repaired"):
        answer = answer.model_copy(update={"outcome": "refused"})
    told: dict[str, Any] = {"machine": answer.running.text or None}
    if end:
        names = ("model", "input_tokens", "output_tokens", "cost")
        told |= {name: getattr(end, name) for name in names}
    return answer.model_copy(update={"receipt": receipt.model_copy(update=told)})


def insist(answer: Answer) -> None:
    """Refuse an answer of which anything was cut or replaced."""
    faults = [f for f in answer.findings if f.action in ("removed", "rejected")]
    if faults or answer.outcome == "fallback":
        kinds = ", ".join(sorted({f.kind for f in faults}))
        raise GroundingError(
            f"the answer could not be grounded as it was written: {kinds}",
            hint="leave --strict out to get what is left of it",
        )


def scored(answer: Answer, scores: dict[str, float]) -> Answer:
    """The answer with the scores of its search."""
    recommended = tuple(
        r.model_copy(update={"score": scores.get(r.id)}) for r in answer.recommended
    )
    receipt = answer.receipt and answer.receipt.model_copy(
        update={"scores": scores, "index": all_minilm().identity.version}
    )
    return answer.model_copy(update={"recommended": recommended, "receipt": receipt})
