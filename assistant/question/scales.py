"""The factors and sizes that a question names: text -> Sizes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

MAX_CHARS = 20_000  # what is read of a question; beyond it no wish is stated
MAX_FACTOR = 64

_ASCII = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)}  # full-width forms, as in ３ｘ
_ASCII |= str.maketrans("‐‑‒–—−’‘✕✖", "------''××")


def plain(text: str) -> str:
    """Lower case with one kind of dash and quote and ``x`` for the multiplication sign."""
    text = text[:MAX_CHARS].translate(_ASCII).lower().replace("\\times", "×")
    text = re.sub(r"\$([\d.× ]{1,20})\$", r"\1", text)
    text = re.sub(r"(?<![\d\s])(\s?)×\s(?=\d)", r"\1×", text)  # "× 4" is a factor, "3 × 4" a size
    return text.replace("×", "x")


_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "twelve": 12, "sixteen": 16,
}  # fmt: skip
_WORD = "|".join(_NUMBER_WORDS)
_NUM = rf"(?:\d{{1,3}}(?:\.\d{{1,4}})?|{_WORD})"
_FACTOR = re.compile(
    r"(?<![a-z\d_.])(?:(?P<a>\d{1,3}(?:\.\d{1,4})?)\s?-?x(?![a-z_]|\s?\d)"  # 3x, 1.5 x, 4x
    r"|x(?P<b>1[0-6]|[2-9](?:\.\d{1,2})?|1\.\d{1,2})(?![a-z\d_]|\.\d|\s?x)"  # x4, not x264, x64
    r"|(?:(?:factors?|scales?|ratio|magnification) of|(?:scale|scaling|upscaling|zoom) factor"
    rf"(?: of| is)?|(?:by a|by|a|at|with a) factor|at scale) (?:about )?(?P<c>{_NUM})\b(?!\.\d)"
    rf"|(?P<d>{_WORD}|\d{{1,2}})-?fold\b"
    rf"|(?P<times>{_NUM})[ -]times\b"
    rf"|by (?P<by>{_NUM})(?=\s*(?:$|[.,;:?!)](?!\d)|(?:and|or|with|without|on|using)\b)))"
)
_VERBS = {"three": 3.0, "tripled": 3.0, "four": 4.0, "quadrupled": 4.0}
_OBJECT = r"(?:the|its|my|our|your|their|this|that|a|an|each|every|all)"
_EXTENT = r"(?:sizes?|resolution|dimensions|width|pixels)"
_VERB_FACTORS = re.compile(
    r"\b(?:doubl(?:e|ed|es|ing)|(?P<three>tripl(?:e|ed|es|ing))"
    r"|(?P<four>quadrupl(?:e|ed|es|ing)))\b"
    rf"(?=\s+{_OBJECT}\b(?:[ -]\w+){{0,5}}?[ -](?:{_EXTENT}|pictures?|photos?|images?)\b"
    rf"|\s+(?:in )?(?:{_EXTENT}|pictures|photos|images|it)\b)"
    r"|\b(?:doubled|(?P<tripled>tripled)|(?P<quadrupled>quadrupled))(?=\s*(?:[.,;:!?)]|$))"
    r"|\btwice(?=\s+as (?:large|big|wide|high|tall|many pixels)"
    rf"|\s+(?:the|its) (?:original |number of )?{_EXTENT})"
    r"|(?:enlarg|upscal|magnif|expand)\w*\W+(?:\w+\W+){1,3}twice\b"
)
_COMPARED = re.compile(
    r"[\s-]*(?:the |much )*(?:(?:as|more|less) (?!large|big|high|wide|tall|detail|resol|many p)"
    r"|fewer|less\b|(?:small|fast|slow|cheap|low|light|quick|short|long)er\b|better|worse|speed|reduc|zoom"
    r"|lens|optical|tele|camera|objective|microscope|binning|kernel|block|memory|param|compression"
    r"|price|cost|gpu|(?:a|per|each|every) (?:day|week|month|year|second))"
)
_AREA = re.compile(r"\s*(?:(?:as many|more|the|the number of|the amount of|number of) )+pixels?\b")
_LARGER = re.compile(
    r"\s*(?:as |the |its |their |more |original )*(?:large|big|size|resolution|high|enlarg|upscal"
    r"|magnif|dimension|width|wide|tall|zoom in|detail|super)"
)
_GROWS = r"upscal|enlarg|upsampl|magnif|blew|blow|scal[ei]|increas|resiz|expand|upsiz"
_GAP = r"[^\w.,;:!?]+"  # between words of one clause
_ENLARGED = re.compile(
    rf"(?:\b(?:(?:{_GROWS})\w*|size|resolution){_GAP}(?:\w+{_GAP}){{0,4}}|\b(?:up|by|to)\s+)$"
)
_GROWN = re.compile(rf"\b(?:(?:{_GROWS})\w*|size|resolution){_GAP}(?:\w+{_GAP}){{0,4}}$")
_SHRUNK = re.compile(
    r"(?:shr[iau]nk\w*|reduc\w*|downscal\w*|downsampl\w*|shorten\w*|minif\w*|cut down)"
    rf"{_GAP}(?:(?!{_GROWS})\w+{_GAP}){{0,3}}$"
)
_VIEWED = re.compile(
    r"\b(?:zoom(?:ed|ing) in(?:to it)?|seen|viewed|look(?:ed|ing))\W+(?:at|to|by)?\W*$"
)
_REFUSED = re.compile(
    r"\b(?:not|no|never|isn't|don't want|do not want|instead of|rather than|without|except|avoid)"
    r"\W+(?:an? |the |just |only |to )*$"
)
_TRIED = re.compile(
    r"\b(?:tried|used|using|had|have|was|with|did|already)[^\w,.;]+(?:\w+[^\w,.;]+){0,2}$"
)
_CONTRAST = re.compile(
    r"\b(?:but|now|instead)\b(?:\W+\w+){0,3}?\W+(?:want|need|prefer|would like)\b"
)
_PERCENT = re.compile(r"\b(?P<how>to|by|at)\s+(?P<p>\d{2,4})\s?(?:%|percent)")
_SIDE = r"[1-9]\d{1,4}"
_SIZE = (
    rf"(?<![\w.])({_SIDE})\s?x\s?({_SIDE})(?!\d)(?:\s?px\b|\s?pixels\b)?"
    r"|(?<![\w.])([1-9]\d{2,3})p\b|(?<![\w.])([248])k\b"
)
_TO = r"(?:\W{1,3}(?:up )?(?:to|into)\W{1,3}(?:about )?|\s?(?:[-=]>|→|-)\s?)"
_PAIR = re.compile(rf"(?:{_SIZE}){_TO}(?:{_SIZE})")
_NO_PICTURE = re.compile(r"\s*(?:kernel|conv|patch|block|grid|window|bin|tile|crop)")
_LINES = {"2": (2048, 1080), "4": (3840, 2160), "8": (7680, 4320)}


class Sizes(NamedTuple):
    """Linear factors, the size the user has, and the words each was read from."""

    factors: tuple[float, ...]
    size: tuple[int, int] | None
    words: dict[str, tuple[str, ...]]


class _Found(NamedTuple):
    place: int
    factor: float
    words: str
    tried: bool = False


def read_scales(text: str) -> Sizes:
    """Factors and size that ``text`` names; it is ``plain``.

    Areas ("16x the pixels") become linear; shrinking, speed, optics, kernels and repetitions
    are no factors.
    """
    found: list[_Found] = []
    size, size_words = None, ""
    for match in _PAIR.finditer(text):
        source, target = _pixels(match.groups()[:4]), _pixels(match.groups()[4:])
        if not size:
            size, size_words = source, match.group()
        ratio = target[1] / source[1]
        lines_only = match.group(3) or match.group(7)
        same_shape = abs(target[0] / source[0] - ratio) < 0.02 * ratio
        if 1 < ratio <= MAX_FACTOR and (same_shape or lines_only):
            found.append(_Found(match.start(), round(ratio, 4), match.group()))
    for match in re.finditer(_SIZE, text):
        if not size and _is_size(match, text):
            size, size_words = _pixels(match.groups()), match.group()
    if not found:
        found = [*_factors(text), *_percents(text)]
    turn = contrast.start() if (contrast := _CONTRAST.search(text)) else 0
    found = [one for one in found if one.place >= turn] or found
    factors: dict[float, str] = {}
    for one in sorted([one for one in found if not one.tried] or found):
        factors.setdefault(one.factor, one.words)
    words = {"scales": tuple(factors.values())} if factors else {}
    return Sizes(tuple(factors), size, words | ({"size": (size_words,)} if size else {}))


def _factors(text: str) -> list[_Found]:
    found = []
    for match in _FACTOR.finditer(text):
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() :][:40]
        number = next(v for v in match.groups() if v)
        factor = float(_NUMBER_WORDS.get(number) or number)
        if _AREA.match(after):
            factor = round(math.sqrt(factor), 4)
        elif _COMPARED.match(after) or _SHRUNK.search(before) or _VIEWED.search(before):
            continue
        elif match["times"] and not (_LARGER.match(after) or _ENLARGED.search(before)):
            continue  # "I tried 3 times"
        elif match["by"] and not _GROWN.search(before):
            continue
        if 1 < factor <= MAX_FACTOR and not _REFUSED.search(before):
            tried = bool(_TRIED.search(before))
            found.append(_Found(match.start(), factor, match.group(), tried))
    for match in _VERB_FACTORS.finditer(text):
        factor = _VERBS.get(str(match.lastgroup), 2.0)
        if re.match(rf"\s+(?:{_OBJECT}|as many|number of|\s)*pixels", text[match.end() :][:40]):
            factor = round(math.sqrt(factor), 4)
        found.append(_Found(match.start(), factor, match.group()))
    return found


def _percents(text: str) -> list[_Found]:
    found = []
    for match in _PERCENT.finditer(text):
        if not _GROWN.search(text[: match.start()][-60:]):
            continue
        share = int(match["p"]) / 100
        factor = 1 + share if match["how"] == "by" else share
        if 1 < factor <= MAX_FACTOR:
            found.append(_Found(match.start(), factor, match.group()))
    return found


def _pixels(groups: Sequence[str | None]) -> tuple[int, int]:
    width, height, lines, k = groups
    if width and height:
        return int(width), int(height)
    if lines:
        return round(int(lines) * 16 / 9), int(lines)
    return _LINES[str(k)]


def _is_size(match: re.Match[str], text: str) -> bool:
    """A picture's size, not a kernel or a block: both sides of at least 32 pixels."""
    given = bool(match.group(1)) and not _NO_PICTURE.match(text, match.end())
    return given and min(_pixels(match.groups())) >= 32
