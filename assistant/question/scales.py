"""The factors that a question names, in words or by two sizes: Line -> Scales."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.question.implied import undone
from assistant.question.numbers import MAX_FACTOR, Line
from assistant.question.prints import Print
from assistant.question.sizes import read_sizes

_FACTOR = re.compile(  # the last group of each way is its number, "from" one before: "2 to 4x"
    r"(?:(?P<from>n)[aO])?(?P<sign>n)(?:x(?!n)|o)|(?P<prefix>X)"
    r"|(?:[GZ]?F[KDBIe]*|Ge)(?P<factor>n)|(?:hD?G|GK|hD?GK)D*(?P<scale>n)(?![Pw])|G(?P<set>n)(?=s|$)"
    r"|(?:(?P<times_from>n)[aO])?(?P<times>n)t|(?P<twice>W)"
    r"|(?P<verb>V)(?=(?:[DIK][DIKw]{0,3}?)?[EPpmz]|G(?:[sI]|$)|R[Lz]|T|[hy]E|[sa]|$)"
    r"|(?<=B)(?P<by>n)(?=[saONU]|$)|(?P<percent>n)u"
)
_AREA = re.compile("(?:[RDK]*|[yB])[pm](?![hy]?D*[Ez])")
_LARGER = re.compile("[RDTI]*w?[LEGpmz]")
_SHARE = re.compile("[KD]*[ELGzZ]")
_MORE = re.compile(r"\b(?:another|extra|additional|plus)\s*$")  # 50 %
_COMPARED = re.compile("D*(?:[CSZvgj]|R[DR]*(?![DRLEpmz])|h?Il)")  # 3x faster, 4x is too much
_GROWN = re.compile("(?:[GELz][^sC]{0,6}|YT?)$")
_ALONE = (
    re.compile("s(?:ws)?(?:(?:nt|nx|W|X)a)*[aDOIYTG]*$"),
    re.compile("(?:a(?:nt|nx|W|X))*(?:s|$)"),
)  # and twice?
_ZOOM = re.compile("sZ$"), re.compile("Z(?!K|[^s]*[UHC])"), re.compile("[UHCP][^s]*$")  # zoom 4x
_USUAL = {1.2, 1.25, 1.3, 1.4, 1.6, 1.75, *range(2, 17)}  # what nobody says of much else
_LOOSE, _ELSE = re.compile("(?:nt|W)(?!R)|V|nu"), re.compile("[CUHNZSAjvgl]")
_REPEATED = re.compile(
    r"\b(?:crash|fail|tr(?:y|ied)|ask|r[ua]n|open|restart|click|look|read|told|wrote|see|train)"
    r"|doubl\w*[ -](?:click|check|expos|page|album|bed|chin|image|portrait|spread|edge|scan|cone)"
)
_BLOWN = re.compile("G[^s]*$")  # blow a still from a film up three times
_REACHED = re.compile("(?:[GEz][^sC]{0,4}|L|[OB]D*)$")
_ENDS = re.compile("[^UH]*[sahY]D*$"), re.compile("(?:Iw)?(?:s|$)")  # noise off, and four times
_NEEDED = re.compile("[IDTw]*Y(?:s|$)")  # 125 % is all I need
_PART = re.compile("[GLE][^sC]{0,4}B$")  # larger by a third
_NOT = re.compile("(?:N[DYGOT]*|S[^sG]{0,4}|Z[^sF]{0,2}|A[^sY]*)$")  # refused, shrunk, seen, done
_OTHERS = re.compile("C(?:[^s]*B)?$")  # an exposure factor of 2
_DONE = re.compile("[^s]{0,2}A")
_LENSES = {4, 5, 10, 20, 40, 60, 63, 100}
_UNDER_LENSES = re.compile(
    r"objective|microscop|\bslides?\b|smear|patholog|h&e|digiti[sz]ed|scan(?:s|ned)? at"
)
_FACTORS = {4, 5}  # of these, one alone is a factor
_TEXTURE, _TEXTURES = 16, re.compile("texture|minecraft|resource pack")  # 16x to 64x, in pixels
_TIMES = re.compile(r"(?<![\w.])([1-9][0-9]{0,2})x(?![a-z0-9])")
_SEEN_DOUBLE = re.compile(
    r"(?:\blook(?:s|ed)?|\bc[ao]mes? out|\bis|\bare|n't|'s|\ball)(?: \w+ly)? $"
)
_SHORT = re.compile("Nw")  # 2x is not enough
_ONE_OF = re.compile("(?:nx|X)a$")  # is 2x or 4x better
_TRIED = re.compile("[UH][^s]{0,3}(?:nxa|Xa)*$")
_CONTRAST = re.compile("J.{0,3}Y")


class Scales(NamedTuple):
    """Linear factors, pixels the user has, pixels that are wanted, the words of each, the print
    that is spoken of, and millions of pixels the user has."""

    factors: tuple[float, ...]
    size: tuple[int, int] | None
    target: tuple[int, int] | None
    words: dict[str, tuple[str, ...]]
    print: Print | None = None
    megapixels: float | None = None


class _Factor(NamedTuple):
    place: int
    factor: float
    words: str
    tried: bool


def read_scales(line: Line) -> Scales:
    """Factors and sizes that ``line`` names; a size that is wanted gives a factor as well.

    Areas ("16x the pixels") become linear, the next whole factor; shrinking, speed, optics,
    kernels, repetitions, what is refused and what was done before are no factors. What was tried
    counts if nothing else does.
    """
    sizes = read_sizes(line)
    found = list(_factors(line))
    have, paper = (sizes.size, sizes.target), (sizes.print, sizes.megapixels)
    if sizes.factor and not (sizes.print and found):
        return Scales((sizes.factor,), *have, sizes.words, *paper)
    turn = contrast.start() if (contrast := _CONTRAST.search(line.kinds)) else 0
    found = [one for one in found if one.place >= turn] or found
    found = _between(line, found)
    factors: dict[float, str] = {}
    for one in [one for one in found if not one.tried] or found:
        factors.setdefault(one.factor, one.words)
    if not factors and (part := undone(line)):
        factors[part[0]] = part[1][0]
    words = {"scales": tuple(factors.values())} if factors else {}
    return Scales(tuple(factors), *have, {**sizes.words, **words}, *paper)


def _factors(line: Line) -> Iterator[_Factor]:
    for match in _FACTOR.finditer(line.kinds):
        how = str(match.lastgroup)
        before = ("s" + line.kinds)[max(0, match.start() - 12) : match.start() + 1]
        after = line.kinds[match.end() : match.end() + 8]
        told = line.text[: line.tokens[match.start()].start]
        more = how == "percent" and _MORE.search(told)
        if how in ("times", "twice") and told.endswith(" up "):
            more = _BLOWN.search(line.kinds[: match.start()])
        noun = line.said(match.start(), match.end()).endswith("ing")
        doubled = how == "verb" and re.match("[sa]|$", after) and _SEEN_DOUBLE.search(told)
        if doubled or not (_counts(how, before, after, noun=noun) or more):
            continue
        said = line.said(match.start(), match.end())
        most = line.value(match.start(how))
        for group in (name for name in ("from", "times_from", how) if match[name]):
            value = line.value(match.start(group))
            if value > most:  # sigma 25 and 2x
                continue
            if how == "percent":
                grows = bool(more) or re.search("BD*$", before) or re.match("[RD]*L", after)
                value = value / 100 + bool(grows)
            if _AREA.match(after):
                value = math.ceil(round(math.sqrt(value), 4))
            if 1 < value <= MAX_FACTOR:
                tried = bool(_TRIED.search(before) or _SHORT.match(after))
                yield _Factor(match.start(), value, said, tried)


def loosely(line: Line) -> tuple[float, tuple[str, ...]] | None:
    """The one factor that a question speaks of somewhere, where it surely asks for enlarging.

    What shrinks, compares, was refused or tried in the same clause is none, nor is a deed that was
    repeated or another thing that is double.
    """
    found = {}
    for match in _LOOSE.finditer(line.kinds):
        first = line.kinds.rfind("s", 0, match.start()) + 1
        last = line.kinds.find("s", match.end()) % (len(line.kinds) + 1)
        clause, said = line.kinds[first:last], line.said(first, last)
        value = line.value(match.start()) / (100 if match.group() == "nu" else 1)
        if not (_ELSE.search(clause) or _REPEATED.search(said)) and value in _USUAL:
            found[value] = (line.said(*match.span()),)
    return next(iter(found.items())) if len(found) == 1 else None


def _between(line: Line, found: list[_Factor]) -> list[_Factor]:
    """The factor between two lenses of a microscope or two sizes of a texture, else as found."""
    said = {int(times[1]): times.group() for times in _TIMES.finditer(line.text)}
    lenses = _LENSES.issuperset(said) and _UNDER_LENSES.search(line.text)
    textures = min(said, default=0) >= _TEXTURE and _TEXTURES.search(line.text)
    if len(said) == 1 and lenses and min(said) not in _FACTORS:
        return []  # a slide that was scanned at 40x
    if len(said) == 2 and (lenses or textures) and max(said) % min(said) == 0:
        words = " ... ".join(said.values())
        return [_Factor(0, max(said) / min(said), words, tried=False)]
    return found


def _counts(how: str, before: str, after: str, *, noun: bool = False) -> bool:
    """Whether a number is a factor where it stands."""
    zoom, zoomed = bool(_ZOOM[0].search(before)), bool(_ZOOM[1].match(after))
    if zoom or (zoomed and not _ZOOM[2].search(before)):
        return True
    if _NOT.search(before) or _DONE.match(after):
        return False
    if _AREA.match(after):
        return True
    if _COMPARED.match(after) and not _ONE_OF.search(before):
        return False
    if how == "sign" and before.endswith("h") and after.startswith("F"):
        return False  # at 40x magnification
    if how in ("factor", "by") and _OTHERS.search(before):
        return False
    alone = bool(_ALONE[0].match(before) and _ALONE[1].match(after))
    if how == "twice" and before.endswith("B"):
        return bool(_PART.search(before))
    if how in ("times", "twice"):  # "I tried 3 times"
        ends = _ENDS[0].fullmatch(before) and _ENDS[1].match(after)
        return alone or bool(ends or _LARGER.match(after) or _REACHED.search(before))
    if how == "percent":
        return alone or bool(_SHARE.match(after) or _NEEDED.match(after) or _GROWN.search(before))
    if how == "verb":  # "a double portrait"
        return alone or noun or after[:2] in ("RL", "Rz") or not before.endswith("D")
    return how != "by" or bool(_GROWN.search(before))
