"""Requests and prompt files: a question with the models and papers an answer may use.

A prompt file is a written Request. ``render`` writes one with a versioned Jinja template of
``prompts/``; ``parse`` reads one back. Text inside a file is data: a template is never built
from it, and a label inside a running line opens nothing.
"""

from __future__ import annotations

from assistant.prompts.parse import is_prompt, parse, read
from assistant.prompts.render import PROMPT_FILE, environment, render, template_digest
from assistant.prompts.request import Item, Request

__all__ = [
    "PROMPT_FILE",
    "Item",
    "Request",
    "environment",
    "is_prompt",
    "parse",
    "read",
    "render",
    "template_digest",
]
