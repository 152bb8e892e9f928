"""Read what a question asks for: text -> Wish. Tables are data (``vocabulary.yaml``)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Term, Vocabulary, Words

MAX_CHARS = 20_000  # what is read of a question; beyond it no wish is stated
_ENOUGH = 2  # points a task needs: one weak cue alone says nothing


class Wish(BaseModel):
    """What a question asks for; None and empty mean unstated.

    ``scales`` holds linear factors in the order they were named. ``size`` is the width and
    height in pixels the user has. ``words`` maps each field to the words it was read from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str | None = None
    scales: tuple[float, ...] = ()
    size: tuple[int, int] | None = None
    subject: str | None = None
    degradations: tuple[str, ...] = ()
    device: str | None = None
    license: str | None = None
    aspects: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = {}

    @property
    def scale(self) -> float | None:
        """The factor asked for where exactly one is named."""
        return self.scales[0] if len(self.scales) == 1 else None


def read(text: str, vocabulary: Vocabulary) -> Wish:
    """Read the wish that ``text`` states. Never fails; what is not stated stays unstated."""
    folded = plain(text)
    said = Words(folded)
    scales, size, scale_words = read_scales(folded)
    words: dict[str, tuple[str, ...]] = {"scales": scale_words} if scales else {}
    bonus = {"super-resolution": 4} if scales else {}
    task = _best(vocabulary.tasks, said, words, "task", bonus=bonus, enough=_ENOUGH)
    device = _best(vocabulary.devices, said, words, "device", enough=1)
    aspects = _all(vocabulary.aspects, said, words, "aspects")
    if device and "efficiency" not in aspects:  # who names a weak device asks about cost
        aspects.insert(
            aspects.index("mechanism") if "mechanism" in aspects else len(aspects), "efficiency"
        )
    return Wish(
        task=task,
        scales=scales,
        size=size,
        subject=_best(vocabulary.subjects, said, words, "subject", enough=_ENOUGH),
        degradations=tuple(_all(vocabulary.degradations, said, words, "degradations")),
        device=device,
        license=_best(vocabulary.licenses, said, words, "license", enough=1),
        aspects=tuple(aspects),
        words=words,
    )


def plain(text: str) -> str:
    """Lower case with one kind of dash and quote and ``x`` for the multiplication sign."""
    text = text[:MAX_CHARS].lower()
    text = re.sub(r"\$\s*([\d.]+)\s*\\times\s*\$|([\d.]+)\s*\\times", r"\1\2x", text)
    return re.sub(r"[‐‑‒–—]", "-", text).replace("’", "'").replace("×", "x").replace("✕", "x")


def _best(
    terms: Sequence[Term],
    text: Words,
    words: dict[str, tuple[str, ...]],
    field: str,
    *,
    enough: int,
    bonus: dict[str, int] | None = None,
) -> str | None:
    best, best_points = None, enough - 1
    for term in terms:
        points, found = term.score(text)
        points += (bonus or {}).get(term.id, 0)
        if points > best_points:
            best, best_points = term.id, points
            words[field] = found or words.get("scales", ())
    return best


def _all(
    terms: Sequence[Term], text: Words, words: dict[str, tuple[str, ...]], field: str
) -> list[str]:
    """Ids of all terms the text speaks of, most points first."""
    scored = [(*term.score(text), term.id) for term in terms]
    scored = sorted((s for s in scored if s[0]), key=lambda s: -s[0])
    if scored:
        words[field] = tuple(word for _, found, _ in scored for word in found)
    return [term_id for _, _, term_id in scored]


# --- scale ---------------------------------------------------------------------------------

_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "twelve": 12, "sixteen": 16,
}  # fmt: skip
_WORD = "|".join(_NUMBER_WORDS)
_NUM = rf"(?:\d{{1,3}}(?:\.\d+)?|{_WORD})"
_FACTOR = re.compile(
    rf"(?<![\w.])(?:(?P<a>\d{{1,3}}(?:\.\d+)?)\s?-?x(?![\w]|\s?\d)"  # 3x, 1.5 x, 4x
    rf"|x\s?(?P<b>\d{{1,2}}(?:\.\d+)?)(?![\w]|\.\d|\s?x)"  # x4
    rf"|(?:(?:factors?|scales?|ratio|magnification) of"
    rf"|(?:scale|scaling|upscaling|zoom) factor(?: of)?)"
    rf" (?:about )?(?P<c>{_NUM})\b"
    rf"|(?P<d>{_WORD})-?fold\b|(?P<e>\d{{1,2}})-fold\b"
    rf"|(?P<f>{_NUM})[ -]times(?P<g>)\b)"
)
_VERB_FACTORS = re.compile(
    r"\b(?:(?P<two>doubl(?:e|ed|es|ing)|twice)|(?P<three>tripl(?:e|ed|es|ing))"
    r"|(?P<four>quadrupl(?:e|ed|es|ing)))\b"
    r"(?=(?:\W+\w+){0,6}?\W+(?:size|resolution|sizes|dimensions|pixels|width|large|big|picture|photo|image)"
    r"|\s+it\b)"
    r"|(?P<times>(?:enlarg|upscal|magnif|expand)\w*\W+(?:\w+\W+){1,3}twice)"
)
_COMPARED = re.compile(
    r"\W*(?:the |as |much |more )*(?:small|fast|few|less|slow|cheap|light|quick|efficien|speed"
    r"|zoom|lens|optical|tele|camera|binning|kernel|block|low|reduc|short|memory|parameter|compress"
    r"|(?:a|per|each|every) (?:day|week|month|year|second))"
)
_AREA = re.compile(r"\W*(?:(?:as many|more|the|the number of|the amount of|number of) )+pixels?\b")
_LARGER = re.compile(
    r"\W*(?:as |the |its |their |more |original )*(?:large|big|size|resolution|high|enlarg|upscal"
    r"|magnif|dimension|width|zoom in|detail|super)"
)
_ENLARGED = re.compile(
    r"(?:upscal\w*|enlarg\w*|upsampl\w*|magnif\w*|blew|blow\w*|scal\w+|increas\w*|resiz\w*|expand\w*"
    r"|size|resolution|up|\bby|\bto)\W+(?:\w+\W+){0,4}$"
)
_SHRUNK = re.compile(
    r"(?:shr[iau]nk\w*|reduc\w*|downscal\w*|downsampl\w*|shorten\w*|minif\w*|cut down)"
    r"\W+(?:\w+\W+){0,3}$"
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
_SIZE = r"(\d{2,5})\s?x\s?(\d{2,5})(?:\s?px|\s?pixels)?|(\d{3,4})p\b|\b([248])k\b"
_PAIR = re.compile(rf"(?:{_SIZE})\W+(?:up )?(?:to|into|->|→|-)\W*(?:about )?(?:{_SIZE})")
_LINES = {"2": (2048, 1080), "4": (3840, 2160), "8": (7680, 4320)}


def read_scales(text: str) -> tuple[tuple[float, ...], tuple[int, int] | None, tuple[str, ...]]:
    """Linear factors, the size the user has, and the words they were read from.

    ``text`` is lower case with ``x`` for the multiplication sign. Areas ("16x the pixels")
    become linear; shrinking, speed, optics, kernels and repetitions are no factors.
    """
    found: list[tuple[int, float, str, bool]] = []  # position, factor, words, tried only
    size: tuple[int, int] | None = None
    for match in _PAIR.finditer(text):
        source, target = _pixels(match.groups()[:4]), _pixels(match.groups()[4:])
        size = size or source
        ratio = target[1] / source[1]
        lines_only = match.group(3) or match.group(7)
        same_shape = abs(target[0] / source[0] - ratio) < 0.02 * ratio
        if ratio > 1 and (same_shape or lines_only):
            found.append((match.start(), round(ratio, 4), match.group(), False))
    size = size or next(
        (_pixels(m.groups()) for m in re.finditer(_SIZE, text) if m.group(1) and _is_size(m, text)),
        None,
    )
    if not found:
        found = [*_factors(text), *_percents(text)]
    turn = contrast.start() if (contrast := _CONTRAST.search(text)) else 0
    found = [item for item in found if item[0] > turn] or found
    wanted = [item for item in found if not item[3]] or found
    factors: dict[float, str] = {}
    for _, factor, words, _ in sorted(wanted):
        factors.setdefault(factor, words)
    return tuple(factors), size, tuple(factors.values())


def _factors(text: str) -> list[tuple[int, float, str, bool]]:
    found = []
    for match in _FACTOR.finditer(text):
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() :][:40]
        number = next(v for v in match.groups() if v)
        factor = float(_NUMBER_WORDS.get(number) or number)
        if _AREA.match(after):
            factor = round(math.sqrt(factor), 4)
        elif _COMPARED.match(after) or _SHRUNK.search(before):
            continue
        elif match.group("f") and not (_LARGER.match(after) or _ENLARGED.search(before)):
            continue  # "I tried 3 times"
        if 1 < factor <= 64 and not _REFUSED.search(before):
            found.append((match.start(), factor, match.group(), bool(_TRIED.search(before))))
    for match in _VERB_FACTORS.finditer(text):
        factor = {"three": 3.0, "four": 4.0}.get(str(match.lastgroup), 2.0)
        found.append((match.start(), factor, match.group(), False))
    return found


def _percents(text: str) -> list[tuple[int, float, str, bool]]:
    found = []
    for match in _PERCENT.finditer(text):
        if not _ENLARGED.search(text[: match.start()][-60:]):
            continue
        share = int(match.group("p")) / 100
        factor = 1 + share if match.group("how") == "by" else share
        if 1 < factor <= 64:
            found.append((match.start(), factor, match.group(), False))
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
    return min(_pixels(match.groups())) >= 32 and "kernel" not in text[match.end() :][:10]
