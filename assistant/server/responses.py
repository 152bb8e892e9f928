"""``/v1/responses``: the same replies in the shape of OpenAI's Responses API."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

from assistant.server.completions import Speech
from assistant.server.faults import described
from assistant.server.messages import Response
from assistant.server.stream import event
from assistant.server.talk import Said


class Shaped:
    """One response: the objects that its events and its whole form share."""

    def __init__(self, body: Response, speech: Speech) -> None:
        self._speech = speech
        self._id, self.item = f"resp_{secrets.token_hex(16)}", f"msg_{secrets.token_hex(16)}"
        self._given = body

    def response(self, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
        """The response object."""
        body, speech = self._given, self._speech
        more = body.model_extra or {}
        done = status == "completed"
        sources = speech.linked.sources(speech.titles) if done else {}
        return {
            "id": self._id,
            "object": "response",
            "created_at": speech.created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": body.instructions,
            "metadata": body.metadata or {},
            "model": speech.model,
            "output": output,
            "parallel_tool_calls": False,
            "temperature": _number(more.get("temperature"), 0.0),
            "tool_choice": "none",
            "tools": [],
            "top_p": _number(more.get("top_p"), 1.0),
            "usage": _usage(speech) if done else None,
            **sources,
            **({"sr_assistant": speech.own()} if done else {}),
        }

    def part(self) -> dict[str, Any]:
        """The text as far as it is, with its annotations once it is whole."""
        speech = self._speech
        known = speech.linked.annotations(speech.titles) if speech.said else []
        return {"type": "output_text", "text": speech.linked.text, "annotations": known}

    def message(self, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
        """The one item of the output."""
        head = {"id": self.item, "type": "message", "role": "assistant"}
        return {**head, "status": status, "content": content}

    def whole(self) -> dict[str, Any]:
        """The response in one piece."""
        return self.response("completed", [self.message("completed", [self.part()])])


async def events(
    shaped: Shaped, speech: Speech, pieces: AsyncIterator[str | Said]
) -> AsyncIterator[bytes]:
    """The response as events, in the order that OpenAI's clients expect."""
    number = -1

    def told(kind: str, **data: Any) -> bytes:
        nonlocal number
        number += 1
        return event({"type": kind, "sequence_number": number, **data}, kind)

    place = {"item_id": shaped.item, "output_index": 0, "content_index": 0}
    begun = shaped.response("in_progress", [])
    yield told("response.created", response=begun)
    yield told("response.in_progress", response=begun)
    opened = shaped.message("in_progress", [])
    yield told("response.output_item.added", output_index=0, item=opened)
    yield told("response.content_part.added", **place, part=shaped.part())
    try:
        async for piece in pieces:
            if text := speech.add(piece):
                yield told("response.output_text.delta", **place, delta=text, logprobs=[])
    except Exception as error:  # the status is sent: an error can only be an event
        said = described(error)[1]["error"]
        yield told("error", code=said["code"], message=said["message"], param=said["param"])
        return
    part = shaped.part()
    for n, annotation in enumerate(part["annotations"]):
        yield told(
            "response.output_text.annotation.added",
            **place,
            annotation_index=n,
            annotation=annotation,
        )
    yield told("response.output_text.done", **place, text=part["text"], logprobs=[])
    yield told("response.content_part.done", **place, part=part)
    item = shaped.message("completed", [part])
    yield told("response.output_item.done", output_index=0, item=item)
    yield told("response.completed", response=shaped.response("completed", [item]))


def _usage(speech: Speech) -> dict[str, Any]:
    given, made = speech.tokens()
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": given + made,
    }


def _number(value: Any, fallback: float) -> float:
    return float(value) if isinstance(value, int | float) else fallback
