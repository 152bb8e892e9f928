"""Claims asked of a language model: the facts it is shown, and its reply read back.

A model that names the facts behind each sentence is checked against these alone; one that cannot
write JSON is read as prose (`drafts`), and takes the same check without ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from assistant.answer import Answer, Claim, draft
from assistant.catalog import Statement
from assistant.generation.explanation import workflow_of
from assistant.prompts import environment
from assistant.references import title_text
from assistant.world import World

Part = Literal["task", "workflow"]
PARTS: tuple[Part, Part] = ("task", "workflow")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_TEXT, _IDS = r'"(?:[^"\\]|\\.)*"', r"\[[^\[\]{}]*\]"
_CLAIM = re.compile(  # one claim, its two keys in either order
    rf'\{{\s*(?:"text"\s*:\s*(?P<text>{_TEXT})\s*,\s*"facts"\s*:\s*(?P<facts>{_IDS})'
    rf'|"facts"\s*:\s*(?P<ids>{_IDS})\s*,\s*"text"\s*:\s*(?P<said>{_TEXT}))\s*,?\s*\}}'
)
TEMPLATE = "claims.v1"
MAX_FACTS = 24  # of one item; a reply gets no better by more
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["task", "workflow"],
    "properties": {
        part: {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "facts"],
                "properties": {
                    "text": {"type": "string"},
                    "facts": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
        for part in ("task", "workflow")
    },
}
"""The shape of the reply; endpoints that know JSON schemas hold a model to it."""


class Group(NamedTuple):
    """Facts that belong together, under the title they are shown with."""

    title: str
    facts: tuple[Statement, ...]


def ask(world: World) -> str:
    """The prompt that asks for claims about ``world``."""
    fit = world.fit
    verdict = "" if fit.verdict == "fits" else "; ".join(fit.reasons)
    page = environment().get_template(f"{TEMPLATE}.jinja")
    return page.render(question=world.request.question, fit=verdict, groups=list(_groups(world)))


def _groups(world: World) -> Iterator[Group]:
    for p in world.provided:
        role = "Recommended model" if p.recommended else "Related paper"
        yield Group(f"{role}: {title_text(p.name)}", p.facts[:MAX_FACTS])
    yield Group("Of the question and of this answer:", world.told)


def complete(text: str) -> list[Claim]:
    """The claims that a reply holds so far; the rest of it may still be on its way."""
    begins = {part: text.find(f'"{part}"') for part in PARTS}
    found = []
    for match in _CLAIM.finditer(text):
        place = match.start()
        part = max(PARTS, key=lambda name: begins[name] if -1 < begins[name] < place else -1)
        line = " ".join(_string(match["text"] or match["said"]).split())
        ids = tuple(map(_string, _STRING.findall(match["facts"] or match["ids"])))
        if line:
            found.append(Claim(part=part, text=line, facts=ids, stands="stated"))
    return found


def read_claims(text: str, world: World) -> Answer | None:
    """The draft that a reply of claims holds, whole or broken off; None where it is none."""
    claims = complete(text)
    if not claims:
        return None
    told = draft(
        world,
        task=written(claims, "task"),
        explanation=written(claims, "workflow"),
        references_text="",
        workflow=workflow_of(world),
    )
    return told.model_copy(update={"claims": tuple(claims)})


def written(claims: Sequence[Claim], part: Part) -> str:
    """Claims of a part as Markdown: the task a paragraph, the workflow a list."""
    said = [claim.text for claim in claims if claim.part == part]
    return " ".join(said) if part == "task" else "\n".join(f"- {one}" for one in said)


def _string(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return ""
