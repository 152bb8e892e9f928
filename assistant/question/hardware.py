"""Where something is to run: text -> Hardware."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from assistant.question.amounts import asks_amount, smooth

_SMALL = (
    r"(?:smart)?phones?|mobiles?|iphones?|ipads?|androids?|tablets?|raspberry(?: pis?)?|r?pis?"
    r"|jetson|orange pi|(?:web )?browsers?|smart ?watch(?:es)?|microcontrollers?|arduino|esp32"
    r"|(?:edge|embedded|mobile|weak) (?:device|board)s?"
)
_PLAIN = (
    r"laptops?|notebooks?|netbooks?|chromebooks?|macbooks?|i?macs?|mac mini|computers?|pcs?"
    r"|desktops?|machines?(?! learning)|nas|cpus?|processors?|thinkpads?|lambda"
    r"|(?:integrated|intel|onboard) (?:graphics|gpus?)|igpus?"
)
_STRONG = r"workstations?|servers?"  # of which nothing is known but that they are no weak devices
_CARD = (
    r"gpus?|(?:graphics|video) cards?|rtx|gtx|geforce|nvidia|radeon|quadro|tesla"
    r"|[ahvtlp][0-9]{1,3}0"
)
_STORE = r"(?:v?ram\b|(?:video |graphics |gpu |main |system )?memory\b)"
_BYTES = rf"[0-9]+(?:\.[0-9]+)? ?[gm]i?(?:b|igs?|egs?)\b(?:(?: of)? {_STORE})?"
_WORD = (
    r"(?!(?:of|and|or|on|in|with|without|to|from|for|that|which|as|at|into|is|are|the)\b)"
    r"[\w.+'-]+"
)
_OWNED = (
    rf"(?:(?:an?|the|my|our|this|any|your|only|just|some)\b(?:'s)? ){{0,2}}(?:{_WORD} ){{0,3}}?"
)
_VERSION = (
    r"(?: (?:pi|nano|xavier|orin|zero|pro|mini|air|max|ti|super|(?!\d+x)[a-z]?\d{1,4}[a-z]?))*"
)
_DEVICE = rf"(?:{_SMALL}|{_PLAIN}|{_STRONG}|{_CARD}|cards?)(?![\w-]){_VERSION}(?![\w-])"
_THERE = (
    rf"\b(?:on|in|into|with|within|under|without|using) {_OWNED}"
    rf"(?:{_BYTES}(?: {_DEVICE})?|{_DEVICE})"
    rf"(?: (?:without|with no) {_OWNED}(?:{_CARD})\b)?"
)
_PLACE = re.compile(_THERE, re.I)
_MODAL = (
    r"(?:^|[.!?,;:(-] ?|\b(?:and|so|but|or|if|whether) )(?:can|could|will|would|does"
    r"|do(?! i\b| we\b)|may|might|is it (?:at all )?possible|is there (?:a|any) (?:way|chance)"
    r"|am i able)\b"
)
_RUNS = (
    r"\b(?:runs?|running|works?|working|fits?|go|use|used|do|done|executed?|load(?:ed)?"
    r"|deploy(?:ed)?)\b"
)
_DEEDS = (
    r"\b(?:(?:up-?scal|up-?siz|enlarg|denois|deblur|sharpen|restor|repair|colou?ri[sz]|de-?haz"
    r"|generat|doubl|tripl|quadrupl)\w*|process(?:ed|ing)?)\b"
)
_ADVICE = (
    r"(?! (?:you|someone|anyone)\b(?: \w+)?"
    r" (?:explain|tell|say|recommend|suggest|compare|name|show)\b)"
)
_WHETHER = r"(?!\b(?:why|which|how|when|taken|shot|made)\b)[^?!;]"  # asks no more than that
_KEPT_THERE = r"(?!(?<=s )(?:on|in) (?:my|our|the)\b)"  # the photos on my phone
_ASKED = re.compile(
    rf"{_MODAL}{_ADVICE}(?:{_WHETHER}){{0,80}}?"
    rf"(?:{_RUNS}(?:{_WHETHER}){{0,80}}?|{_DEEDS}(?:{_WHETHER}){{0,80}}?{_KEPT_THERE})"
    rf"(?P<there>{_THERE})",
    re.I,
)
_ABLE = re.compile(
    rf"{_MODAL} (?P<device>{_OWNED}{_DEVICE}) (?:be able to )?"
    r"(?:run|handle|manage|cope with|execute|load|do)\b",
    re.I,
)
_OURS = re.compile(  # what our own documentation answers
    r"\bsr-assistant\b|\binstall\w*|\bdocker\b"
    r"|\b(?:this|your|the) (?:tool|program|app|software|assistant|command|package|server|page)\b",
    re.I,
)
_GIGABYTES = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([gm])i?(?:b|igs?|egs?)\b", re.I)
_LACKING = re.compile(
    rf"\b(?:without|no|lacks?|don't have|do not have) {_OWNED}(?:{_CARD})\b", re.I
)
_IS_SMALL, _IS_PLAIN = (re.compile(rf"\b(?:{words})\b", re.I) for words in (_SMALL, _PLAIN))
_IS_CARD = re.compile(rf"\b(?:vram|{_CARD}|cards?)\b|\b(?:video|graphics) memory\b", re.I)
_RUNS_ON = re.compile(r"(?:on|in|within|without)\b")
_LOOKED_AT = re.compile(
    r"\b(?:\w*phones?|mobiles?|androids?|i?pads?|tablets?|computers?|machines?)\b", re.I
)
_MINE = re.compile(r"\b(?:my|our)\b", re.I)
_QUICK = re.compile(
    r"\b(?:fps|frames (?:a|per) second|real[- ]?time|live|overnight|streams?|all (?:day|night)"
    r"|(?:fast|quick\w*) enough)\b"
    r"|\bduring a (?:\w+ )?call\b|\b(?:in|within|under) (?:less than |under )?(?:a|an|[0-9.]+) "
    r"(?:m?s|ms|(?:milli)?seconds?|secs?|minutes?|mins?|hours?)\b",
    re.I,
)


class Hardware(NamedTuple):
    """Where something is to run: ``said`` with its preposition as an answer says it (*on your old
    laptop*), ``kind`` (small: a phone or board; plain: a computer of which no graphics card is
    said; card: with one; memory), the gigabytes that are named, and whether it has to be quick."""

    said: str
    kind: str
    gb: float | None = None
    quick: bool = False


@functools.lru_cache(maxsize=256)
def runs_where(text: str) -> Hardware | None:
    """Where a yes-or-no question asks whether something runs; None for what it asks of this
    program, which our documentation answers."""
    text = smooth(text)
    if _OURS.search(text) or asks_amount(text):
        return None
    if found := _ABLE.search(text):
        return _hardware(f"on {found['device']}", text)
    found = _ASKED.search(text)
    return _hardware(found["there"], text) if found else None


def meant_for(text: str) -> Hardware | None:
    """Where a text wants something to run, whether it asks so or wishes it: what pictures are taken
    with or looked at on, phones and whole computers, counts only where it asks."""
    if there := runs_where(text):
        return there
    named = place_in(text)
    runs = named and _RUNS_ON.match(named.said) and not _LOOKED_AT.search(named.said)
    return named if runs else None


def place_in(text: str) -> Hardware | None:
    """The device or memory that a text names, whatever it asks."""
    text = smooth(text)
    found = _PLACE.search(text)
    return _hardware(found.group(), text) if found else None


def _hardware(there: str, text: str) -> Hardware:
    said = re.sub("^(?:into|within)", "in", _MINE.sub("your", there[:1].lower() + there[1:]))
    found = _GIGABYTES.search(there) or _GIGABYTES.search(text)
    gb = float(found[1]) / (1 if found[2] in "gG" else 1000) if found else None
    if _IS_SMALL.search(there):
        kind = "small"
    elif _LACKING.search(text):
        kind = "plain"
    elif _IS_CARD.search(text):
        kind = "card"
    else:
        kind = "plain" if _IS_PLAIN.search(there) else "memory"
    return Hardware(said, kind, gb, _QUICK.search(text) is not None)
