"""Words that may stand nowhere: altered quotations, claimed runs, placeholders, active markup."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from assistant.checking.owners import Owners
from assistant.checking.units import Unit
from assistant.text.characters import fold
from assistant.world import World

_PICTURE = r"(?:picture|photo|image|file|snapshot|scan|frame)s?"
_DONE = r"(?:upscaled|enlarged|processed|restored|deblurred|super-resolved|denoised|run|converted)"
_RAN = re.compile(
    rf"\b(?:I|we)(?: have|'ve|’ve| also| then| now| just){{0,2}} (?:ran|run|executed|tested|applied"
    rf"|tried|processed|measured|timed|benchmarked|{_DONE}|used \S{{1,40}} to)\b"
    rf"|\b(?:your|this|the) {_PICTURE} (?:was|were|has been|have been) (?:successfully |just )?"
    rf"{_DONE}(?: successfully)? (?:(?:by|with|using|through) (?:(?:the|our|this) )?"
    r"(?:(?:recommended )?(?:model|network|workflow|(?-i:[A-Z][\w-]*[A-Z])))"
    r"|in \d|on (?:our|my|this))"
    r"|\b(?:after|when) (?:running|executing|applying) [^.]{1,60} (?:on|to) (?:your|the given)\b"
    r"|\bthe run took\b|\b(?:our|my) (?:\w+ )?(?:run|test|execution|benchmark|experiment)s?\b"
    r"|\bthis (?:\w+ )?(?:run|test|execution|benchmark|experiment)\b"
    rf"|\b(?:executed|run|applied|tested) on your {_PICTURE}\b"
    r"|\b(?:here is|here's|below is|attached is|this is) your (?:\w+ )?"
    r"(?:upscaled|enlarged|restored|new|sharp\w*|output|result\w*)"
    r"|[\w)}]\.(?:png|jpe?g|webp|tiff?|bmp)\b",  # a file that nobody wrote
    re.I,
)
_DENIED = re.compile(
    r"\b(?:not|no|nothing|never|none|neither|nor|without)\b[^.;:]{0,60}$|n't\b[^.;:]{0,60}$", re.I
)
_PLACEHOLDER = re.compile(
    r"\[(?:insert|add|your|link|url|reference|citation|todo|title"
    r"|(?:paper|model|item|author|data ?set)s? (?:name|title|link|url|here))[^\]\n]{0,60}\](?! ?\()"
    r"|\blorem ipsum\b|\bTODO\b|\bTBD\b|\bX{3,}\b|\{[{%]|[}%]\}"
    r"|<(?:insert|link|url|paper|model|name|title)[^>\n]{0,40}>|\bexample\.(?:com|org|net)\b",
    re.I,
)
_INJECTED = re.compile(
    r"\b(?:ignore|disregard|forget)(?: all| any| the| your| these| my){0,3} (?:previous|prior|above"
    r"|earlier|preceding) (?:instruction|prompt|text|message)|\bsystem prompt\b"
    r"|(?:^|\s)(?:system|assistant|user): (?:you|ignore|always|please)\b"
    r"|\bas an ai (?:language )?model\b",
    re.I,
)
_ESCAPED = re.compile(r"\\[\W_]")
_ACTIVE = re.compile(r"!\[|<\s{0,3}/?\s{0,3}[a-z][\w:-]{0,30}(?:\s[^<>\n]{0,300})?/?>", re.I)
_MARK = re.compile(r"[“”„\"«»]")
_CLOSING = {"“": "”", "„": "“”", '"': '"', "«": "»", "»": "«"}


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of three words and more: where it stands with its marks, and its words."""

    start: int
    end: int
    words: str


def quotations(text: str) -> list[Quotation]:
    """The quotations of a view; an opened one that is not closed reaches to the end."""
    found: list[Quotation] = []
    start, closing = -1, ""
    for mark in _MARK.finditer(text):
        place, sign = mark.start(), mark.group()
        if start < 0:
            inch = sign == '"' and text[place - 1 : place].isdigit()
            if sign in _CLOSING and not inch:
                start, closing = place, _CLOSING[sign]
        elif sign in closing:
            found.append(Quotation(start, place + 1, text[start + 1 : place]))
            start = -1
    if start >= 0:
        found.append(Quotation(start, len(text), text[start + 1 :]))
    return [q for q in found if len(q.words.split()) >= 3]


class Wording:
    """Checks of one world that are about words."""

    def __init__(self, world: World, owners: Owners) -> None:
        self._owners = owners
        self._texts = {id(p): _folded(p.text) for p in world.provided}
        self._question = fold(world.request.question)

    def quotation(self, unit: Unit, quote: Quotation) -> tuple[str, str] | None:
        """What is wrong with a quotation: altered, or not of the item it is credited to."""
        texts = (*self._texts.values(), self._question)
        if not any(_holds(text, quote.words) for text in texts):
            return "quote_altered", quote.words
        if _holds(self._question, quote.words):
            return None
        outside = unit.text[: quote.start] + " " * (quote.end - quote.start)
        rest = Unit(outside + unit.text[quote.end :], unit.before, unit.above)
        for group in self._owners.explicit(rest, quote.start):
            if not any(_holds(self._texts[id(p)], quote.words) for p in group):
                return "claim_wrong_owner", group[0].name
        return None

    def fault(self, raw: str, bare: str) -> tuple[str, str] | None:
        """Placeholders, claimed runs, echoed instructions and active markup.

        ``raw`` is the sentence as written with links blanked, ``bare`` its view with names blanked.
        """
        for pattern, text, kind in (
            (_INJECTED, bare, "injection_echo"),
            (_ACTIVE, _ESCAPED.sub(" ", raw), "injection_echo"),
            (_PLACEHOLDER, bare, "example_leak"),
            (_RAN, bare, "run_without_receipt"),
        ):
            for found in pattern.finditer(text):
                if kind != "run_without_receipt" or not _DENIED.search(text[: found.end()]):
                    return kind, found.group()
        return None


@functools.lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return fold(text)


def _holds(text: str, quote: str) -> bool:
    """Whether all pieces of a quotation stand in a text; dots and brackets mark gaps."""
    pieces = re.split(r"\.\.\.|…|\[[^\[\]]{0,40}\]", quote)
    folded = [fold(piece).strip(" .,;:!?'") for piece in pieces]
    return all(piece in text for piece in folded)
