"""Write a Request with a versioned Jinja template; values are data, never templates."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.content import folder
from assistant.errors import InputError
from assistant.prompts.request import Item, Request

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


PROMPT_FILE = "answer.v1"  # the template of a prompt file


@functools.cache
def environment() -> SandboxedEnvironment:
    """The sandboxed, strict Jinja environment over the folder ``prompts/``."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(folder("prompts")),
        undefined=StrictUndefined,
        autoescape=False,  # plain text and Markdown, never HTML
        keep_trailing_newline=True,
        trim_blocks=True,
    )


def template_digest(template: str) -> str:
    """SHA-256 of the template ``template`` (such as ``answer.v1``)."""
    return hashlib.sha256(_template_file(template).read_bytes()).hexdigest()


def _template_file(template: str) -> Path:
    path = folder("prompts") / f"{template}.jinja"
    if not re.fullmatch(r"[a-z]+\.v\d+", template) or not path.is_file():
        known = sorted(p.stem for p in folder("prompts").glob("answer.*.jinja"))
        raise InputError(f"no prompt template {template!r}", hint=f"known: {', '.join(known)}")
    return path


def render(request: Request, template: str = PROMPT_FILE) -> str:
    """Write ``request`` as the text of a prompt file. ``parse`` reads it back unchanged."""
    page = environment().get_template(_template_file(template).name)
    return page.render(
        question=request.question,
        recommended=request.recommended,
        related=request.related,
        block=_block,
    )


def _block(item: Item) -> str:
    lines = [f"Model: {item.name}", f"Paper: {item.paper}"]
    if item.github:
        lines.append(f"GitHub: {item.github}")
    if item.summary:
        lines.append(f"Summary: {item.summary}")
    return "\n".join(lines) + "\n"
