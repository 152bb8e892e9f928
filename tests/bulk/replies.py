"""What a server replies: a function of the messages alone, as bytes of the protocol."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import Any

from .faults import Fault

MODEL = "loopback-1"
PIECE = 40  # characters of one streamed piece

Body = dict[str, Any]


def digest(messages: Sequence[Body]) -> str:
    """The identity of a conversation."""
    text = json.dumps(messages, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def content(message: Body) -> str:
    """The text of a message, also where it comes in parts."""
    said = message.get("content") or ""
    return said if isinstance(said, str) else "".join(part.get("text", "") for part in said)


def last(messages: Sequence[Body]) -> str:
    """The last message of the user."""
    return next((content(m) for m in reversed(messages) if m.get("role") == "user"), "")


def used(messages: Sequence[Body], text: str) -> dict[str, int]:
    """The usage of a reply; a token is four characters."""
    asked = sum(math.ceil(len(content(m)) / 4) for m in messages)
    said = math.ceil(len(text) / 4)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def quoted(messages: Sequence[Body]) -> str:
    """Three parts with the digest of the last message of the user: whose answer it is."""
    return in_parts(f"The request is {sha256(last(messages))}.", "The model")


def sha256(text: str) -> str:
    """What `quoted` quotes."""
    return hashlib.sha256(text.encode()).hexdigest()


_QUESTION = re.compile(r'question:\s*"(.+?)"\s*\n\s*\n', re.S)
_NAME = re.compile(r"^Model: (.+)$", re.M)


def grounded(messages: Sequence[Body]) -> str:
    """Three parts from the prompt file in the first message of the user; a verifier keeps them."""
    text = next((content(m) for m in messages if m.get("role") == "user"), "")
    question, name = _QUESTION.search(text), _NAME.search(text)
    asked = " ".join(question.group(1).split()) if question else "this"
    return in_parts(f'The question asks: "{asked}"', name.group(1) if name else "The model")


def in_parts(task: str, name: str) -> str:
    """An answer in the three parts that a prompt file asks for."""
    return (
        f"## 1. Task\n\n{task}\n\n## 2. Workflow\n\n1. The input is a picture.\n"
        f"2. {name} is the recommended model.\n3. Compare the result with plain interpolation.\n\n"
        f"## 3. References\n\n- {name}\n"
    )


class Completion:
    """One reply as bytes, at once or as server-sent events."""

    def __init__(self, messages: Sequence[Body], draft: str, fault: Fault) -> None:
        self.fault = fault
        self.text = (draft if fault.text is None else fault.text) + fault.more
        if fault.finish == "length":
            self.text = self.text[: len(self.text) // 2]
        self.usage = used(messages, self.text) if fault.usage else None
        self.id = fault.id or f"chatcmpl-{digest(messages)[:24]}"

    @property
    def whole(self) -> bytes:
        """The body of a reply that is not streamed."""
        fault = self.fault
        if fault.raw is not None:
            return fault.raw
        if fault.status != 200:
            code = fault.code or None
            message = f"{fault.name}: told to reply {fault.status}"
            error: Body = {"message": message, "type": code, "param": None, "code": code}
            return json.dumps({"error": error}).encode()
        said = {"role": "assistant", "content": self.text, "refusal": fault.refusal}
        choice: Body = {
            "index": 0,
            "message": said,
            "finish_reason": fault.finish,
            "logprobs": None,
        }
        body = self._named("chat.completion", [choice])
        return json.dumps({**body, "usage": self.usage} if self.usage else body).encode()

    def events(self, parameters: Body) -> list[bytes]:
        """The body of a streamed reply."""
        if self.fault.raw is not None:
            return [self.fault.raw]
        pieces = [self.text[n : n + PIECE] for n in range(0, len(self.text), PIECE)]
        deltas: list[Body] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in pieces]
        if self.fault.refusal:
            deltas.append({"refusal": self.fault.refusal})
        chunks: list[list[Body]] = [
            [{"index": 0, "delta": delta, "finish_reason": None}] for delta in deltas
        ]
        chunks.append([{"index": 0, "delta": {}, "finish_reason": self.fault.finish}])
        told = [self._named("chat.completion.chunk", choices) for choices in chunks]
        if self.usage and (parameters.get("stream_options") or {}).get("include_usage"):
            told.append({**self._named("chat.completion.chunk", []), "usage": self.usage})
        lines = [*map(json.dumps, told), "[DONE]"]
        return [f"data: {line}\n\n".encode() for line in lines]

    def _named(self, kind: str, choices: list[Body]) -> Body:
        return {"id": self.id, "object": kind, "created": 1, "model": MODEL, "choices": choices}
