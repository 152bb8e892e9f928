"""Claims asked of a language model: the facts it is shown, and its reply read back.

A model that names the facts behind each sentence is checked against these alone; one that cannot
write JSON is read as prose (`drafts`), and takes the same check without ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from assistant.answer import Claim
from assistant.catalog import Statement
from assistant.prompts import environment
from assistant.references import title_text
from assistant.text.parts import without_thoughts
from assistant.text.sentences import ENDED
from assistant.text.stems import content_words
from assistant.world import Provided, World

Part = Literal["task", "workflow"]
PARTS: tuple[Part, Part] = ("task", "workflow")
TEMPLATE = "claims.v1"
MAX_FACTS, MAX_RELATED = 30, 10  # shown of a recommended and of another item, beside its fit
MAX_IDS = 24  # behind one claim
_CLAIM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text", "facts"],
    "properties": {
        "text": {"type": "string"},
        "facts": {"type": "array", "items": {"type": "string"}},
    },
}


def _lists(*names: str) -> dict[str, Any]:
    """An object with a list of claims under each name."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(names),
        "properties": {name: {"type": "array", "items": _CLAIM} for name in names},
    }


SCHEMA = _lists(*PARTS)
"""The shape of the reply; endpoints that know JSON schemas hold a model to it."""
TURN = _lists("reply")
"""The shape of a short reply of a conversation."""
_KEY = re.compile(rf'"({"|".join(PARTS)})"\s*:')
_LEFT_OVER = re.compile(r",\s*(?=[}\]])")  # a comma before the end, as models write it
_LIST_MARK = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])\s+")


class Group(NamedTuple):
    """Facts that belong together, under the title they are shown with."""

    title: str
    facts: tuple[Statement, ...]


def ask(world: World) -> str:
    """The prompt that asks for claims about ``world``."""
    fit = world.fit
    verdict = "" if fit.verdict == "fits" else "; ".join(fit.reasons)
    page = environment().get_template(f"{TEMPLATE}.jinja")
    groups = list(groups_of(world, world.provided))
    return page.render(question=world.request.question, fit=verdict, groups=groups)


def groups_of(world: World, items: Sequence[Provided]) -> Iterator[Group]:
    """The facts of these items, and those of the question."""
    for p in items:
        role = "Recommended model" if p.recommended else "Related paper"
        most = MAX_FACTS if p.recommended else MAX_RELATED
        yield Group(f"{role}: {title_text(p.name)}", _chosen(p, world.request.question, most))
    yield Group("Of the question and of this answer:", world.told)


def _chosen(p: Provided, question: str, most: int) -> tuple[Statement, ...]:
    """The fit of an item, and of its other facts those that share most words with the question."""
    asked = content_words(question)
    told = [fact for fact in p.facts if fact.place != "fit" and "#no-" not in fact.id]
    best = sorted(told, key=lambda fact: -len(asked & content_words(fact.text)))[:most]
    return tuple(fact for fact in p.facts if fact.place == "fit" or fact in best)


class Reader:
    """Reads claims out of a reply that grows; each is given once, as soon as it is whole.

    A claim is an object with ``text`` and ``facts`` and no object inside; of a broken one nothing
    is read. Words around the JSON, such as a fence, are passed over. Each character is looked at
    once.
    """

    def __init__(self) -> None:
        self._run: list[str] = []  # since the last brace
        self._quoted = self._escaped = False
        self._part: Part = "task"
        self._begun: set[Part] = set()

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that ``piece``, the next of the reply, makes whole."""
        for character in piece:
            inside = bool(self._run) and self._run[0] == "{"
            if inside and self._quoted:
                self._quoted = self._escaped or character != '"'
                self._escaped = character == "\\" and not self._escaped
            elif character == "{":
                self._turn("".join(self._run))
                self._run = []
            elif character == "}":
                found = self._claim("".join(self._run) + "}") if inside else None
                self._run = []
                if found:
                    yield found
                continue
            else:
                self._quoted, self._escaped = character == '"' and inside, False
            self._run.append(character)

    def _turn(self, between: str) -> None:
        """Hear which part the next claims belong to; it does not go back."""
        for key in _KEY.findall(between):
            if key == "workflow" or "workflow" not in self._begun:
                self._part = key

    def _claim(self, text: str) -> Claim | None:
        """The claim that an object is, if it is one."""
        data = _loaded(text)
        said = data.get("text")
        named = data.get("facts")
        if not isinstance(said, str):
            return None
        ids = tuple(str(one) for one in named[:MAX_IDS]) if isinstance(named, list) else ()
        line = _line(said, ids)
        if not line:
            return None
        self._begun.add(self._part)
        return Claim(part=self._part, text=line, facts=ids, stands="stated")


def claims_in(text: str) -> list[Claim]:
    """The claims of a reply, whole or broken off."""
    return list(Reader().feed(without_thoughts(text)))


def written(claims: Sequence[Claim], part: Part) -> str:
    """Claims of a part as Markdown: the task a paragraph, the workflow a list."""
    said = [claim.text for claim in claims if claim.part == part]
    return " ".join(said) if part == "task" else "\n".join(f"- {one}" for one in said)


def _loaded(text: str) -> dict[str, Any]:
    for tried in (text, _LEFT_OVER.sub("", text)):
        try:
            data = json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
        return data if isinstance(data, dict) else {}
    return {}


def _line(text: str, ids: Sequence[str]) -> str:
    """A claim as one line of prose that ends, without list mark and without the ids in it."""
    line = _LIST_MARK.sub("", " ".join(text.split()))
    if ids:
        one = f"(?:{'|'.join(map(re.escape, ids))})"
        line = re.sub(rf"\s?[\[(]{one}(?:[,;]\s?{one}){{0,{MAX_IDS}}}[\])]", "", line)
    line = line.strip()
    return line if not line or ENDED.search(line) else line.rstrip(" :;,") + "."
