"""A language model's reply as a draft: prose of two parts; links and references come from code."""

from __future__ import annotations

import re

from assistant.answer import Answer, draft
from assistant.generation.explanation import explanation
from assistant.text.parts import Parts, paragraphs, split
from assistant.world import World

_MARKER = re.compile(
    r"[ \t]?(?:\[(?:\^?\d{1,3}(?: ?[,;–-] ?\^?\d{1,3}){0,9}|cite[^\]\n]{0,60}|\^[^\]\s]{1,30}"
    r"|[A-Z]\d{1,2}|ID: ?\d{1,4})\](?![(:])|【[^】\n]{0,40}】)"
)
_JOINED = re.compile(rf"(?:{_MARKER.pattern})++(?=\w)")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*$", re.M)
_CHATTER = re.compile(
    r"^[ \t]{0,3}(?:certainly|sure|of course|absolutely|here(?:'s| is| are)|i hope|let me know"
    r"|feel free|if you have any|please (?:let|feel)|as an ai|note that this|okay|great question)"
    r"\b[^\n]{0,400}$",
    re.I | re.M,
)
_RULE = re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]?){3,20}$", re.M)


def read_draft(text: str, world: World) -> Answer:
    """The draft that a reply holds; a part it lacks stays empty and the verifier reports it.

    Numbered markers go (there is no such list in our part 3), headings inside a part become bold
    lines, chatter around the answer is left out. Part 3 is kept for the verifier's eyes only.
    """
    parts = split(text)
    if not (parts.task or parts.workflow):
        parts = paragraphs(text)
    return draft_of(parts, world)


def draft_of(parts: Parts, world: World) -> Answer:
    """The draft with these parts and the workflow that the records give."""
    return draft(
        world,
        task=clean(parts.task),
        explanation=clean(parts.workflow),
        references_text=_MARKER.sub("", parts.references).strip(),
        workflow=explanation(world)[1],
    )


def clean(text: str) -> str:
    """The prose of one part as our answers hold it."""
    text = _HEADING.sub(lambda m: f"**{m.group(1).replace('**', '').strip(' :')}**", text)
    text = _JOINED.sub(" ", text)  # no two words grow together
    for pattern in (_MARKER, _CHATTER, _RULE):
        text = pattern.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
