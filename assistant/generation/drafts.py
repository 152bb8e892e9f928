"""A language model's reply as a draft: prose of two parts; links and references come from code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.answer import Answer, Claim, draft
from assistant.generation.claims import claims_in, written
from assistant.generation.explanation import workflow_of
from assistant.text.markers import MARKER, PLATFORM
from assistant.text.parts import Parts, paragraphs, split
from assistant.world import World

_MARK = re.compile(rf"{MARKER.pattern}|{PLATFORM.pattern}")
_RUN = re.compile(rf"(?:{_MARK.pattern})+(?P<word>(?=\w))?")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(\S.*)$", re.M)
_AROUND = " :#\t"  # no part of a title
_CHATTER = re.compile(
    r"^[ \t]{0,3}(?:certainly|sure|of course|absolutely|here(?:'s| is| are)|i hope|let me know"
    r"|feel free|if you have any|please (?:let|feel)|as an ai|note that this|okay|great question)"
    r"\b[^\n]{0,400}$",
    re.I | re.M,
)
_RULE = re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]?){3,20}$", re.M)


def read_draft(text: str, world: World) -> Answer:
    """The draft that a reply holds; a part it lacks stays empty and the verifier reports it.

    Claims are read where there are any, else prose. Numbered markers go (there is no such list in
    our part 3), headings inside a part become bold lines, chatter around the answer is left out.
    Part 3 is kept for the verifier's eyes only.
    """
    if claims := cleaned(claims_in(text)):
        told = draft_of(Parts("", written(claims, "task"), written(claims, "workflow"), ""), world)
        return told.model_copy(update={"claims": tuple(claims)})
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
        references_text=_unmarked(parts.references).strip(),
        workflow=workflow_of(world),
    )


def cleaned(claims: Iterable[Claim]) -> list[Claim]:
    """Claims as our answers hold them, but for those of which nothing is left."""
    told = [claim.model_copy(update={"text": clean(claim.text)}) for claim in claims]
    return [claim for claim in told if claim.text]


def clean(text: str) -> str:
    """The prose of one part as our answers hold it."""
    text = _HEADING.sub(lambda m: f"**{m.group(1).replace('**', '').strip(_AROUND)}**", text)
    text = _RULE.sub("", _CHATTER.sub("", _unmarked(text)))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _unmarked(text: str) -> str:
    return _RUN.sub(_left, text)


def _left(run: re.Match[str]) -> str:
    """What stays of markers in a row: what may be words; and no two words grow together."""
    kept = "".join(m.group() for m in _MARK.finditer(run.group()) if m["doubtful"])
    return kept or ("" if run["word"] is None else " ")
