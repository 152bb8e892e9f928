"""Claims that need no number: quotations, runs, placeholders, active markup, mechanisms."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from assistant.text.characters import fold, view
from assistant.text.sentences import leans
from assistant.verification.aliases import Group
from assistant.verification.owners import Owners
from assistant.verification.units import Unit
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
_ACTIVE = re.compile(
    r"!\[|<\s{0,3}/?\s{0,3}(?:script|iframe|img|image|a|object|embed|svg|math|style|link|meta|base"
    r"|form|input|button|video|audio|source|template|body|html)\b",
    re.I,
)
# Mechanisms specific enough to belong to somebody, each as an answer and a source may write it.
_MECHANISMS = tuple(
    re.compile(words, re.I)
    for words in (
        r"\btransformers?\b|\bvit\b",
        r"\b(?:self|cross)-? ?attention\b",
        r"\bchannel-? ?(?:wise )?attention\b",
        r"\blayer-? ?(?:wise )?attention\b",
        r"\bchannel-? ?spatial attention\b|\bspatial attention\b",
        r"\bdouble attention\b",
        r"\bgat(?:ing|ed) attention\b|\bgating\b",
        r"\bsqueeze-? ?and-? ?excitation\b",
        r"\breference-? ?(?:based|image|picture|photo|matching)",
        r"\bcounterfactual",
        r"\bcausal\b|\bstructural causal\b",
        r"\bdistill(?:ation|ed|ing|s)?\b",
        r"\bchannel mix(?:er|ing)\b|\bmixes channels\b|\bmixes the channels\b",
        r"\bfeature modulation\b|\bSAFM\b",
        r"\bvision encoders?\b",
        r"\bbinari[sz]ation\b",
        r"\bcytolog",
        r"\bdyes?\b|\bdiodes?\b|\bconfocal\b|\bpinhole\b|\bfluorescen",
        r"\bdiffusion (?:model|process|prior|network|step)|\bstable ?diffusion",
        r"\bgans?\b|\badversarial\b|\bdiscriminator\b",
        r"\brecurrent\b|\blstms?\b|\brnns?\b",
        r"\bquanti[sz](?:ation|ed|ing)\b|\bprun(?:ed|ing)\b",
        r"\bwavelets?\b|\bfourier\b",
        r"\bmamba\b|\bstate-? ?space\b",
        r"\bnormali[sz]ing flow|\bautoencoders?\b|\bvae\b",
        r"\boptical flow\b|\bdeformable\b|\bmulti-? ?frame\b",
        r"\bmemory bank\b|\bdictionary learning\b|\bsparse coding\b",
    )
)
_ANY = re.compile("|".join(words.pattern for words in _MECHANISMS), re.I)
_MARK = re.compile(r"[“”„\"«»]")
_CLOSING = {"“": "”", "„": "“”", '"': '"', "«": "»", "»": "«"}
_USES = re.compile(
    r"\b(?:uses?|using|appl(?:y|ies)|employs?|has|have|does|performs?|rel(?:y|ies) on|with|by|via"
    r"|through|includes?|contains?|on|adopts?|exploits?|leverages?|follows?|learns?)\s(?:\w+\s){0,2}$",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|without|unlike|than|neither|nor|instead of|rather than|beyond|free of"
    r"|separate from)\b|n't\b",
    re.I,
)


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


class Claims:
    """Checks of one world that are about words."""

    def __init__(self, world: World, owners: Owners) -> None:
        self._owners = owners
        self._texts = {id(p): _folded(p.text) for p in world.provided}
        self._question = fold(world.request.question)
        self._holds = {id(p): _mechanisms(view(p.text)) for p in world.provided}
        task = world.catalog.vocabulary.task(world.wish.task or "")
        said = f"{task.phrase}; {task.input}; {task.output}" if task else ""
        self._asked = _mechanisms(said)  # what was asked for may be named as what it is

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

    def wording(self, raw: str, bare: str) -> tuple[str, str] | None:
        """Placeholders, claimed runs, echoed instructions and active markup.

        ``raw`` is the sentence as written with links blanked, ``bare`` its view with names blanked.
        """
        for pattern, text, kind in (
            (_INJECTED, bare, "injection_echo"),
            (_ACTIVE, _ESCAPED.sub(" ", raw), "injection_echo"),
            (_PLACEHOLDER, bare, "example_leak"),
            (_RAN, bare, "run_without_receipt"),
        ):
            if found := pattern.search(text):
                return kind, found.group()
        return None

    def mechanism(self, unit: Unit, bare: str) -> tuple[str, str] | None:
        """A mechanism that no provided item has, or that another has than the one named."""
        if not _ANY.search(bare):
            return None
        unit = unit if leans(unit.text) else Unit(unit.text, (), unit.above)
        for n, words in enumerate(_MECHANISMS):
            found = words.search(bare)
            if not found or self._denied(unit, found.start()):
                continue
            holders = {item for item, held in self._holds.items() if n in held}
            groups = self._owners.explicit(unit, found.start())
            if not holders and n in self._asked and not groups:
                continue
            if not holders:
                return "claim_unsupported", found.group()
            if groups and not holders & self._beside(unit, groups):
                return "claim_wrong_owner", f"{found.group()}: {groups[0][0].name}"
        return None

    def _beside(self, unit: Unit, groups: list[Group]) -> set[int]:
        """Whom a sentence names, also by two words of a title unless they are an object."""
        named = {id(p) for group in groups for p in group}
        mentions = self._owners.mentions(unit.text)
        for m in mentions:
            title = " " in unit.text[m.start : m.end]
            if m.strong or (title and not _USES.search(unit.text[max(0, m.start - 40) : m.start])):
                named |= {id(p) for p in m.items}
        return named

    def _denied(self, unit: Unit, place: int) -> bool:
        start, _ = self._owners.clause(unit.text, place)
        return bool(_DENIED.search(unit.text[start:place][-60:]))


@functools.lru_cache(maxsize=1024)
def _mechanisms(text: str) -> frozenset[int]:
    """Which mechanisms a text speaks of."""
    return frozenset(n for n, words in enumerate(_MECHANISMS) if words.search(text))


@functools.lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return fold(text)


def _holds(text: str, quote: str) -> bool:
    """Whether all pieces of a quotation stand in a text; dots and brackets mark gaps."""
    pieces = re.split(r"\.\.\.|…|\[[^\[\]]{0,40}\]", quote)
    folded = [fold(piece).strip(" .,;:!?'") for piece in pieces]
    return all(piece in text for piece in folded)
