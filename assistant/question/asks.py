"""What a question asks, ask by ask and in its own words: *why is it gray, and does that hold for
video?* asks twice.

Exact and shy: a sentence that ends in a question mark, and a clause that opens as a question does.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence

from assistant.links import candidates
from assistant.question.numbers import MAX_CHARS
from assistant.text.stems import content_words

MOST = 8  # asks that are read
MIN_CONTENT, MAX_WORDS = 2, 24  # words that carry meaning, and words in all, of an ask told alone
_AUX = (
    r"(?:(?:is|are|was|were|do|does|did|can|could|will|would|should|shall)(?:n['’]?t)?|won['’]?t"
    r"|may|might|must)"
)
_THEY = r"(?:i|we|you|it|they|he|she|this|that|these|those|there|the|an?|my|our|your|its)\b"
_WHO = (
    rf"(?:{_THEY}|(?:their|his|her|any(?:thing|one)?|some(?:thing|one)?|one|people)\b"
    r"|(?:\w+ing)\b)"
)
_WH = r"(?:what|which|why|how|when|where|who|whose)"
_TURNED = (  # the verb before its subject, as no clause of a statement has it
    rf"(?:{_AUX} (?!(?:the|an?) (?:\w+ )?(?:job|trick|best|right)\b){_WHO}"
    rf"|(?:(?:by|in|on|at|from|for|with|to|under) )?{_WH}(?: (?!{_THEY}|(?:me|us)\b)[\w-]+){{0,4}}?"
    rf" {_AUX} {_WHO}"
    r"|(?:what|who|where|how|why)['’]?s\b|how (?:come|many|much)\b|why\b|what else\b)"
)
_LINK = r"(?:(?:and|or|but)\b,? )?(?:(?:so|also|then|if so|if not|else)\b,? )?"
_LOOSE = (  # within a question
    rf"(?:and|or|but),? (?:(?:which|what|how|who) [\w-]+|{_WH} {_AUX}\b)"
    r"|or,? (?:does|do|did|will|can|would) [\w-]+"
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|\n+")
_MARK = r"\W{0,3}"  # before a clause: bounded, as a clause may begin at every mark
_OPEN = re.compile(rf"{_MARK}{_LINK}{_TURNED}", re.I)
_OPEN_ASKED = re.compile(rf"{_MARK}(?:{_LOOSE}|{_LINK}{_TURNED})", re.I)
_LED = r"(?:(?:by|in|on|at|from|for|with|to|under|roughly|exactly|about|well|ok|hey) )"
_FIRST = re.compile(rf"{_MARK}{_LINK}{_LED}?(?:{_WH}|{_AUX})\b", re.I)
_JOINT = re.compile(r"[,;:–—][ ,;:–—]*| -+ | (?=(?:and|or|but)\b)", re.I)
_ORDERED = re.compile(
    rf"(?:(?:^|[,;:.–—]\s|\b(?:and|or|but|please|then)\s)(?:tell|explain to) (?:me|us) "
    rf"|\bask(?:s|ed|ing)? (?:me |us )?(?=if|whether))(?=(?:if|whether|{_WH})\b)",
    re.I,
)
_OPENED = re.compile(rf"(?:{_LED}?(?:{_WH}|{_AUX})\b|(?:if|whether)\b|what['’]?s\b)", re.I)
_PLEA = re.compile(
    r"^(?:can|could|would|will|do|did|are|have) (?:you|someone|some(?:body|one)|any(?:body|one))\b"
    r"|^(?:is|are|was|were|do|does|did|could|would|should)n['’]?t\b|^(?:am|do) i right\b"
    r"|^(?:does|do) (?:that|this|it|i) make sense\b|\bright\?$",
    re.I,
)
_MARKS = re.compile(r"[\"“”„«»`|*_<>\[\]{}#\\$~\n]|https?:|www\.")
_CONDITION = re.compile(r"(?:if|whether)\b", re.I)
_LEAD = re.compile(r"^(?:(?:and|or|but|so|also|then|please)\b,?\s*)+", re.I)


@functools.lru_cache(maxsize=64)
def asks(text: str) -> tuple[str, ...]:
    """The asks of a question in their order, each as a piece of it, the first eight; of a text that
    asks nothing, nothing. Of a text its first 20,000 characters are read, with one space for many;
    the time grows with their number alone."""
    lines = (" ".join(line.split()) for line in text[:MAX_CHARS].split("\n"))
    found: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCE.split("\n".join(lines)))):
        found += _in_sentence(sentence)
    whole = (ask if ask.endswith("?") else ask.split(", ")[0] for ask in found[:MOST])
    return tuple(dict.fromkeys(_LEAD.sub("", ask) for ask in whole))


def main(found: Sequence[str]) -> str:
    """Which of several asks a question is for: the first that is no condition (*if it holds*)."""
    return next((ask for ask in found if not _CONDITION.match(ask)), found[0])


def stands_alone(ask: str) -> bool:
    """Whether an ask says enough to be told without the others, and can be quoted: it opens as a
    question does, is no plea (*can you explain it simply?*) and holds no marks and no link."""
    enough = len(content_words(ask)) >= MIN_CONTENT and len(ask.split()) <= MAX_WORDS
    sound = _OPENED.match(ask) and not (_PLEA.search(ask) or _MARKS.search(ask))
    return enough and bool(sound) and not any(candidates(ask))


def _in_sentence(sentence: str) -> list[str]:
    asked = sentence.endswith("?")
    joints = [m.end() for m in _JOINT.finditer(sentence)]
    turned = {at for at in joints if _OPEN.match(sentence, at)}
    opens = _OPEN_ASKED if asked or turned else _OPEN
    starts = {at for at in joints if at in turned or opens.match(sentence, at)}
    starts |= {m.end() for m in _ORDERED.finditer(sentence)}
    if opens.match(sentence) or (asked and (not starts or _FIRST.match(sentence))):
        starts.add(0)
    edges = [*sorted(starts), len(sentence)]
    pieces = (sentence[a:b].strip(" ,;:–—") for a, b in itertools.pairwise(edges))
    return [piece for piece in pieces if piece]
