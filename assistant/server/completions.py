"""``/v1/chat/completions``: replies as OpenAI's chat clients expect them, streamed and not."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from assistant.server.citations import Linked
from assistant.server.faults import described
from assistant.server.messages import Asked
from assistant.server.stream import event
from assistant.server.talk import Said

CHARACTERS_A_TOKEN = 4  # of usage where no endpoint reported any


@dataclass
class Speech:
    """A reply as it grows: its text with links, and its end."""

    asked: Asked
    model: str
    fingerprint: str
    created: int = field(default_factory=lambda: int(time.time()))
    linked: Linked = field(default_factory=Linked)
    said: Said | None = None
    run: dict[str, Any] | None = None
    """What a run of the workflow on the given picture came to."""

    def add(self, piece: str | Said) -> str:
        """What of the text the piece adds."""
        if isinstance(piece, Said):
            self.said = piece
            return ""
        return self.linked.add(piece)

    @property
    def titles(self) -> dict[str, str]:
        """Whose the links are."""
        return self.said.titles if self.said else {}

    def tokens(self) -> tuple[int, int]:
        """Tokens in and out: the endpoint's own numbers, else an estimate from the length."""
        answer = self.said.reply.answer if self.said else None
        receipt = answer.receipt if answer else None
        given = -(-self.asked.characters // CHARACTERS_A_TOKEN)
        made = -(-len(self.linked.text) // CHARACTERS_A_TOKEN)
        if receipt and receipt.input_tokens is not None and receipt.output_tokens is not None:
            return receipt.input_tokens, receipt.output_tokens
        return given, made

    def own(self) -> dict[str, Any]:
        """Our own object, which other clients ignore."""
        reply = self.said.reply if self.said else None
        if reply is None:
            return {}
        told: dict[str, Any] = {
            "route": reply.route,
            "outcome": reply.outcome,
            "grounded": reply.outcome in ("verified", "repaired"),
            "removed": [f.model_dump() for f in reply.findings if f.action != "kept"],
        }
        if reply.answer:
            data = reply.answer.to_json()
            kept = ("intent", "task", "recommended", "workflow", "fit", "references", "receipt")
            told |= {name: data[name] for name in (*kept, "claims", "facts") if name in data}
            scores = (data["receipt"] or {}).get("scores", {})
            told |= {"run": self.run} if self.run else {}
            told["retrieved"] = [{"id": i, "score": s} for i, s in scores.items()]
        return told


def usage(speech: Speech) -> dict[str, int]:
    """The usage of a chat completion."""
    given, made = speech.tokens()
    return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}


def whole(speech: Speech) -> dict[str, Any]:
    """A chat completion in one piece."""
    message = {
        "role": "assistant",
        "content": speech.linked.text,
        "refusal": None,
        "annotations": speech.linked.nested(speech.titles),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion",
        "created": speech.created,
        "model": speech.model,
        "system_fingerprint": speech.fingerprint,
        "choices": [choice],
        "usage": usage(speech),
        **speech.linked.sources(speech.titles),
        "sr_assistant": speech.own(),
    }


async def chunks(
    speech: Speech, pieces: AsyncIterator[str | Said], *, with_usage: bool
) -> AsyncIterator[bytes]:
    """A chat completion as events: role, text, annotations, end, usage if asked for, DONE."""
    head: dict[str, Any] = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion.chunk",
        "created": speech.created,
        "model": speech.model,
        "system_fingerprint": speech.fingerprint,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        counted = {"usage": None} if with_usage else {}
        return event({**head, "choices": [choice], **counted, **more})

    yield chunk({"role": "assistant", "content": ""})
    try:
        async for piece in pieces:
            if text := speech.add(piece):
                yield chunk({"content": text})
    except Exception as error:  # the status is sent: an error can only be an event
        yield event(described(error)[1])
        return
    yield chunk({"annotations": speech.linked.nested(speech.titles)})
    sources = speech.linked.sources(speech.titles)
    yield chunk({}, "stop", **sources, sr_assistant=speech.own())
    if with_usage:
        yield event({**head, "choices": [], "usage": usage(speech)})
    yield event("[DONE]")
