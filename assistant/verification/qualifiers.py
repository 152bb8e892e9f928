"""What travels with a figure: unit, hedge, range, metric, data set, direction, comparison."""

from __future__ import annotations

import functools
import re

from assistant.verification.numbers import Number

_AREA = re.compile(
    r"[ -]*(?:as many|more|the|of the)? ?(?:(?:number|amount|count) of )?(?:\w+ )?pixels?\b"
    r"|[ -]*as many\b(?! (?:\w+ )?(?:param|weight|layer|block|operation|image|sample|channel))"
    r"|[ -]*(?:the|in) area\b",
    re.I,
)
_LARGER = re.compile(
    r"[ -]*(?:(?:as|the|its|original|linear|much) )*(?:larger|bigger|wider|taller|large\b|big\b"
    r"|wide\b|tall\b|high\b|size|resolution|higher resolution|width|height|enlarg|upscal|upsampl"
    r"|magnif|super|in each|per side|zoom)"
    r"(?! ?than (?!the (?:original|input|picture|photo|image)|before|it|its|what))",
    re.I,
)
_COMPARED = re.compile(
    r"[ -]*(?:(?:as|much|far|even|the|a|of|in) ){0,3}(?:"
    r"(?P<down>small|few|less|light|cheap|lower|reduc|compress|short|cut|sav)"
    r"|(?P<speed>fast|quick|speed|slow|throughput)"
    r"|(?P<quality>better|sharp|clear|clean|improv|quality|detail|accura)"
    r"|(?P<up>more|many|high|great|gain|increas|param|memor|comput|cost|larg|big))",
    re.I,
)
_DOUBLED = re.compile(
    r"(?P<speed>speed|throughput)|(?P<quality>quality|sharpness|accuracy)"
    r"|(?P<up>param|memor|comput|cost|channels|layers)",
    re.I,
)
_METRICS = {
    name: re.compile(words, re.I)
    for name, words in {
        "psnr": r"\bpsnr|\d ?db\b|\bdecibel",
        "ssim": r"\bssim",
        "map": r"mean average precision|(?-i:\bmAP\b)|segmentation|\biou\b",
        "data": r"\bdata ?-?sets?\b|\btraining (?:set|data|pictures|images|samples|examples)"
        r"|\bdata\b|\bsamples\b",
        "parameters": r"\bparameter|\b(?:model|network)(?:'s)? size"
        r"|(?:small|light)\w* (?:model|net)|(?:model|network)s? (?:\S+ )?(?:small|light)",
        "speed": r"\bfast|\bspeed|\blatency|\brun-?time|\binference time|\bquick|\bslow|\bfps\b"
        r"|\bframes per|\b(?:training|inference|running|processing|computing|run) time",
        "memory": r"\bmemory|\bram\b|\bstorage",
        "computation": r"\bcomputation|\bflops?\b|\bmacs\b|\bcomputing (?:cost|power)",
        "energy": r"\bbattery|\benergy|\bpower (?:use|consumption|draw)",
        "quality": r"\b(?:image|picture|visual|perceptual)? ?quality\b|\bsharp|\bcrisp|\bclarity",
    }.items()
}
_DIRECT = re.compile(r"[ -]*((?:[^\s,;.]+ ?){1,4})")
_TERMS = re.compile(r"\bin terms of ((?:(?!and\b)[^\s,;.]+ ?){1,4})")
_KEEPS = re.compile(
    r"\b(?:keep|retain|preserv|use|need|requir|only|just|remain)\w*(?: \w+){0,3} $", re.I
)
_COST = re.compile(r"\b(?:battery|energy|speed|fast|memory|computation|latency|runtime)", re.I)
_ENLARGES = re.compile(
    r"\b(?:enlarg|upscal|upsampl|magnif|scal|resolution|size|larg|big|pixel|wide|high|super)", re.I
)
_DATA_SET = re.compile(r"(?<![\w-])(?![HWC]x)[A-Z][A-Za-z]{0,20}\d{1,4}[A-Za-z]{0,2}(?![\w-])")
_UP = re.compile(
    r"\b(?:better|improv|gain|higher|above|outperform|exceed|increas|boost|surpass|larger|beat"
    r"|rais|margin)",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:small|fewer|less\b|reduc|lower|below|shr[iau]nk|cut|sav(?:e|ing)|decreas|drop|worse"
    r"|condens|compress|los[est])",
    re.I,
)
_DENIED = re.compile(
    r"(?:\b(?:never|not|hardly|rarely|barely|fails? to|cannot)|n't)\s(?:\w+\s)?"
    r"(?:outperform|improv|exceed|achiev|reach|surpass|beat|reduc|shrink|show|gain|cut|attain)",
    re.I,
)


def comparison(text: str, number: Number) -> str:
    """What a number of times compares: ``area``, ``down``, ``speed``, ``quality``, ``up``.

    Empty for an enlargement and for a bare factor.
    """
    after = text[number.end : number.end + 60]
    if _AREA.match(after):
        return "area"
    if _LARGER.match(after):
        return ""
    verb = text[number.start : number.start + 1].isalpha() and text[number.start] not in "xX"
    found = _COMPARED.match(after) or (_DOUBLED.search(after[:30]) if verb else None)
    return str(found.lastgroup) if found else _cost(text, number)


def _cost(text: str, number: Number) -> str:
    """``cost`` where a bare factor stands in a clause about battery, speed or memory only."""
    before = re.split(r"[,;:.]", text[max(0, number.start - 80) : number.start])[-1]
    if before.rstrip().endswith((" at", " by")) or before.rstrip() in ("At", "at"):
        return ""
    part = before + re.split(r"[,;:.]", text[number.end : number.end + 80])[0]
    return "cost" if _COST.search(part) and not _ENLARGES.search(part) else ""


def lost(
    text: str,
    clause: tuple[int, int],
    number: Number,
    found: list[Number],
    *,
    given: Number,
    source: str,
) -> bool:
    """Whether ``number`` of ``text`` says something else than ``given`` of ``source``."""
    part = text[slice(*clause)]
    return (
        not _same_unit(number, given, source)
        or not _whole(number, found, given)
        or not _same_hedge(number, given)
        or (number.unit == "x" and comparison(text, number) != comparison(source, given))
        or (number.unit == "x" and _differs(_direct(text, number), _direct(source, given)))
        or (_keeps(text, number) and not _keeps(source, given))
        or _differs(_metrics(part) or _metrics(text), _metrics(source))
        or _moved(part, text, source)
        or (number.unit in ("%", "db", "x") and _differs(_direction(part), _direction(source)))
        or (bool(_DENIED.search(part)) and not _DENIED.search(source))
    )


def _same_unit(number: Number, given: Number, source: str) -> bool:
    if number.unit == given.unit:
        return True
    if number.unit == "db":
        return not given.unit and "psnr" in source.lower()
    return not number.unit and given.unit in ("db", "px")


def _whole(number: Number, found: list[Number], given: Number) -> bool:
    """Whether a range or pair is still one: both values stand in the sentence, in order."""
    if len(given.values) == 1:
        return len(number.values) == 1
    if len(number.values) > 1:
        return number.values == given.values
    if given.joint == "-" and number.hedge == "max":
        return number.values[0] == max(given.values)
    if given.joint == "-" and number.hedge == "more":
        return number.values[0] == min(given.values)
    stated = [v for n in found for v in n.values]
    return given.kind == "size" or all(v in stated for v in given.values)


def _same_hedge(number: Number, given: Number) -> bool:
    if number.hedge in (given.hedge, "about"):
        return number.hedge == given.hedge or not given.hedge
    if given.hedge:
        return False
    return given.joint == "-" or number.values != given.values  # "over 91%" of 91.12%


@functools.lru_cache(maxsize=4096)
def _metrics(text: str) -> frozenset[str]:
    return frozenset(name for name, words in _METRICS.items() if words.search(text))


@functools.lru_cache(maxsize=4096)
def _direction(text: str) -> frozenset[str]:
    found = (("up", _UP), ("down", _DOWN))
    return frozenset(name for name, words in found if words.search(text))


def _direct(text: str, number: Number) -> frozenset[str]:
    """The metrics in the words behind a figure, or of "in terms of ..."."""
    after = _DIRECT.match(text, number.end)
    terms = _TERMS.search(text, number.end)
    return _metrics(after.group(1) if after else "") or _metrics(terms.group(1) if terms else "")


def _keeps(text: str, number: Number) -> bool:
    """Whether a share is what is kept or needed, not what is saved."""
    return number.unit == "%" and bool(
        _KEEPS.search(text[max(0, number.start - 40) : number.start])
    )


def _differs(said: frozenset[str], given: frozenset[str]) -> bool:
    return bool(said and given) and not said & given


def _moved(part: str, text: str, source: str) -> bool:
    """Whether a figure is said of a data set that its source does not name beside it."""
    named = set(_DATA_SET.findall(part)) or set(_DATA_SET.findall(text))
    return bool(named) and not named & set(_DATA_SET.findall(source))
