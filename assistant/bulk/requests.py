"""What an item asks: its closed world, and the body of the request to a language model."""

from __future__ import annotations

from typing import Any

from assistant.bulk.items import Item
from assistant.generation import LanguageModel
from assistant.generation.async_chat import body_of
from assistant.pipeline import Assistant
from assistant.prompts import Request, parse, render
from assistant.question import Wish


def world(assistant: Assistant, item: Item, related: int) -> tuple[Request, Wish | None]:
    """The closed world of an item: as its prompt file gives it, or found for its question.

    Raises:
        InputError: the prompt cannot be parsed.
    """
    if item.is_prompt:
        return parse(item.text, item.place), None
    wish = assistant.wish(item.text)
    return assistant.request(item.text, wish, related)[0], wish


def body(
    generator: LanguageModel, item: Item, request: Request, *, rendered: bool
) -> dict[str, Any]:
    """The prompt file or the batch line as it stands; ``rendered``: a prompt is written anew."""
    if item.body is not None:
        given = {k: v for k, v in item.body.items() if k not in ("stream", "stream_options")}
        if not item.is_prompt:  # a question: what may answer it goes with it
            asked = {"role": "user", "content": render(request)}
            given["messages"] = [*given["messages"][:-1], asked]
        return {**body_of(generator, ()), **given}
    verbatim = item.kind == "prompt" and not rendered
    content = item.text if verbatim else render(request)
    return body_of(generator, [{"role": "user", "content": content}])
