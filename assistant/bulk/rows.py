"""One row of a JSONL or CSV file as an item: a question, or a line of OpenAI's Batch API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant import prompts
from assistant.bulk.items import Item, Kind, Problem
from assistant.text.characters import printable

URL = "/v1/chat/completions"
ROLES = ("system", "developer", "user", "assistant")
_QUESTION = 'write {"id": ..., "question": ...} or a line of the OpenAI Batch API'
_BATCH_LINE = {"custom_id": str, "method": str, "url": str, "body": dict}
_Faults = Iterator[tuple[str, str]]  # code and message


def read(row: Mapping[str, Any], place: str) -> Iterator[Item | Problem]:
    """The item of a row, or everything that is wrong with it.

    A row with ``custom_id`` or ``body`` is a batch line, every other one has ``id``, ``question``
    and perhaps ``reference``.
    """
    batch = "custom_id" in row or "body" in row
    faults = list(_batch_faults(row) if batch else _question_faults(row))
    reference = row.get("reference") or None
    if reference is not None and not isinstance(reference, str):
        faults.append(("invalid_field", "'reference' is no text; quote it or leave it out"))
    if faults:
        yield from (Problem(place, code, message) for code, message in faults)
    elif batch:
        body = row["body"]
        text = text_of(body["messages"][-1]["content"]) or ""
        yield Item(row["custom_id"], place, "batch", text, body, reference)
    else:
        yield asked(str(row["id"]), place, row["question"], reference)


def asked(id: str, place: str, text: str, reference: str | None = None) -> Item:
    """The item of a text: a prompt file as it stands, else a question."""
    kind: Kind = "prompt" if prompts.is_prompt(text) else "question"
    return Item(id, place, kind, text if kind == "prompt" else text.strip(), reference=reference)


def text_of(content: Any) -> str | None:
    """The text of a message's content (a string or text parts); None where it is anything else."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        return None
    texts = [p.get("text") for p in content if isinstance(p, dict) and p.get("type") == "text"]
    if len(texts) < len(content) or not all(isinstance(text, str) for text in texts):
        return None
    return "\n".join(map(str, texts))


def _question_faults(row: Mapping[str, Any]) -> _Faults:
    id = row.get("id")
    if id is None or id == "" or (isinstance(id, str) and id.isspace()):
        yield "missing_field", f"no 'id'; {_QUESTION}"
    elif isinstance(id, bool) or not isinstance(id, str | int):
        yield "invalid_field", "'id' is neither text nor a whole number; quote it"
    question = row.get("question")
    if question is None:
        yield "missing_field", f"no 'question'; {_QUESTION}"
    elif not isinstance(question, str):
        yield "invalid_field", "'question' is no text; quote it"
    elif not question.strip():
        yield "empty_prompt", "the question is empty; write it or drop the row"


def _batch_faults(row: Mapping[str, Any]) -> _Faults:
    for key, expected in _BATCH_LINE.items():
        value = row.get(key)
        if value is None or value == "":
            yield "missing_field", f"no {key!r}; a batch line has {', '.join(_BATCH_LINE)}"
        elif not isinstance(value, expected):
            yield "invalid_field", f"{key!r} is {_shown(value)}; see the OpenAI Batch API"
        elif key == "method" and value != "POST":
            yield "invalid_field", f"'method' is {_shown(value)}; write POST"
        elif key == "url" and value != URL:
            yield "url_mismatch", f"'url' is {_shown(value)}; only {URL} is answered"
        elif key == "body":
            yield from _body_faults(row["body"])


def _body_faults(body: Mapping[str, Any]) -> _Faults:
    if not isinstance(body.get("model"), str | None):
        yield "invalid_field", "'body.model' is no text; quote it"
    if body.get("stream"):
        yield "invalid_field", "'body.stream' is set; leave it out, answers come whole"
    if body.get("n", 1) not in (1, None):
        yield "invalid_field", "'body.n' asks for several answers; use --samples"
    messages = body.get("messages")
    if not messages:
        yield "missing_field", "no 'body.messages'; write at least one message of the user"
        return
    if not isinstance(messages, list):
        yield "invalid_field", "'body.messages' is no list; write a list of messages"
        return
    for number, message in enumerate(messages):
        where = f"'body.messages[{number}]"
        if not isinstance(message, dict):
            yield "invalid_field", f"{where}' is no object; write role and content"
            return
        if message.get("role") not in ROLES:
            known = ", ".join(ROLES)
            yield "invalid_field", f"{where}.role' is {_shown(message.get('role'))}; use {known}"
            return
        if text_of(message.get("content")) is None:
            yield "invalid_field", f"{where}.content' is no text; write a string or text parts"
            return
    if messages[-1]["role"] != "user":
        yield "invalid_field", "the last message is not the user's; end with what is asked"
    elif not (text_of(messages[-1]["content"]) or "").strip():
        yield "empty_prompt", "the last message is empty; write it or drop the line"


def _shown(value: Any) -> str:
    return printable(repr(value))[:60]
