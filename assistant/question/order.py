"""In which order steps are asked about or named: *denoise before or after upscaling*, *first
enlarge it, then remove the scratches*.

The words of order are exact; which step a clause speaks of is learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from assistant.question.wish import Wish

Told = Callable[[str], Mapping[str, float]]
"""How likely each task is what a clause speaks of."""

_SPOKEN = 0.25  # how likely a step has to be in its clause
_SURE = 0.5  # and one that the whole text does not show
_MOST = 8  # clauses that are read
_ASKED = re.compile(
    r"\b(?:before|prior to|ahead)\W+or\W+(?:\w+\W+){0,3}?(?:after|later|once)"
    r"|\bafter(?:wards)?\W+or\W+(?:\w+\W+){0,2}?before"
    r"|\b(?:before|after)\b[^.?!]{0,200} or (?:\w+ )?(?:before|after(?:wards)?|later|once"
    r"|can it wait)\b"
    r"|\b(?:which|what)(?:'s)?(?:,? [\w'’-]+){0,9}(?<! the) (?:first|last)"
    r"(?=\W*$|[?.!,;:]| (?:and|or|with|on|to|in|when|if|for)\b)"
    r"|\b(?:what|which) (?:\w+ )?(?:order|sequence)\b|\bat (?:what|which) (?:point|stage)\b"
    r"|\b(?:right|correct|best|proper|good|usual|ideal|recommended) (?:order|sequence)\b"
    r"|\b(?:does|do|is|will|would) (?:the |this |that |their )?(?:order|sequence)"
    r" (?:really |even )?(?:matter|important|make|relevant|count)"
    r"|\border of (?:the )?(?:steps|operations|repairs)\b"
    r"|\bor (?:the )?(?:other way (?:a?round)|vice versa|reverse)"
    r"|\bfirst,? or\b(?! (?:is|are)\b)|\bor\b[^.?!]{0,80}(?<! the) first(?: of all)?\W*(?:[?!.]|$)",
    re.I,
)
_WHETHER = re.compile(
    r"\b(?:should(?! (?:i|we) (?:worry|be|trust|expect|see)\b)|shall|must|ought"
    r"|would (?:it|you|one|i)|(?<!how )(?<!what )(?<!which )do (?:i|we)"
    r"|does (?:\w+ ){1,8}(?:come|go|matter|belong)|(?:have|has|need) to|better|wrong|wise|smart"
    r"|ok(?:ay)?|matters?|in th(?:at|is) order|reason)\b",
    re.I,
)
_ABLE = re.compile(r"\b(?:may|can|could) (?:i|we|one)\b", re.I)
_CORRECTED = re.compile(
    r"(?:[.,;:!–—-]\s*|\bor )"
    r"(?:(?:oh |or |well )*(?:no|nope|wait|actually|rather|sorry|scratch that)|i meant?)\b",
    re.I,
)
_THEN = re.compile(
    r"[\s,.;:>-]*\b(?:first,? and(?: then)?"
    r"|(?:and |but )?(?:only )?(?:then|after (?:that|this|which)"
    r"|afterwards?|thereafter|next|finally|lastly|at the end)|followed by"
    r"|(?<!before )and after)\b,?\s+(?=\S)",
    re.I,
)
_FRONTED = re.compile(  # before I enlarge it, remove the dust
    r"^\W*(?:\w+\W+){0,2}?(?P<word>before|prior to|after|once)\s+(?P<near>[^,]+?)"
    r"(?:,\s*|\s+(?=(?:i|we)\b))(?P<far>.+)$",
    re.I | re.S,
)
_INFIX = re.compile(  # not: after all, before that, once large
    r"^(?P<far>.+?)\b(?P<word>before|prior to|ahead of|after"
    r"|once(?= (?:it|they|this|that|the|all|everything|i|we)\b))\s+"
    r"(?!(?:all|it|that|this|them)\b\W*$)(?P<near>.+)$",
    re.I | re.S,
)
_TWICE = re.compile(r"\b(\w+) after \1\b", re.I)
_LAST_WORD = re.compile(  # remove the dust, but enlarge it first
    r"^(?P<far>.+?),? (?:but|and) (?P<near>[^,]{3,80}?) (?P<word>first|beforehand|before that)\W*$",
    re.I | re.S,
)
_EARLIER = ("after", "once", "first", "beforehand", "before that")  # what is near them is done so
_APART = re.compile(r"[.,;:?!]\s|\b(?:or|before|after|prior to|ahead of|and|then)\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def asks_order(text: str) -> bool:
    """Whether a question asks outright which of several steps comes first."""
    return bool(_ASKED.search(text))


def advice(text: str) -> bool:
    """Whether a question is for advice and not for what was done."""
    return bool(_WHETHER.search(text))


def named_order(text: str, steps: Collection[str], told: Told) -> tuple[str, ...]:
    """The steps in the order in which the text has them done; none where it names no order, asks
    for one or corrects itself."""
    if len(steps) < 2 or asks_order(text) or _CORRECTED.search(text):
        return ()
    odds = [told(clause) for clause in _clauses(text)[:_MOST]]
    places: dict[str, int] = {}
    for step in steps if odds else ():
        best = max(range(len(odds)), key=lambda n: odds[n].get(step, 0.0))
        if odds[best].get(step, 0.0) >= _SPOKEN:
            places[step] = best
    return tuple(sorted(places, key=places.__getitem__)) if len({*places.values()}) > 1 else ()


def spoken_apart(text: str, told: Told) -> Iterator[str]:
    """What each clause of a question for an order most likely speaks of."""
    for clause in [*filter(str.strip, _APART.split(text))][:_MOST]:
        yield from (task for task, p in told(clause).items() if p >= _SURE)


def weighs_order(text: str, *, able: bool) -> bool:
    """Whether a question names an order to hear if it is the right one; where ``able`` counts, also
    if it is possible."""
    words = (_WHETHER, _ABLE) if able else (_WHETHER,)
    asked = (s for s in _SENTENCE.split(text) if "?" in s and any(w.search(s) for w in words))
    return any(map(_clauses, asked))


def arranged(wish: Wish, reasons: Collection[tuple[str, str]]) -> Wish:
    """The wish with its steps in the order that was named, else as they were read, but for pairs of
    which ``reasons`` has the other order and not this one too."""
    kept = iter(step for step in wish.order if step in wish.steps)
    left = [next(kept) if step in wish.order else step for step in wish.steps]
    steps: list[str] = []
    while left:
        free = (s for s in left if not any(_speaks(reasons, o, s) for o in left if o != s))
        steps.append(next(free, left[0]))
        left.remove(steps[-1])
    if tuple(steps) == wish.steps:
        return wish
    return wish.model_copy(update={"steps": tuple(steps), "task": steps[0]})


def _speaks(reasons: Collection[tuple[str, str]], first: str, then: str) -> bool:
    return (first, then) in reasons and (then, first) not in reasons


def _clauses(text: str) -> Sequence[str]:
    """What a text has done, clause by clause, the earliest first; none where it names no order."""
    pieces = _THEN.split(text)
    pieces = [
        _SENTENCE.split(pieces[0].strip())[-1],
        *(_SENTENCE.split(p.strip())[0] for p in pieces[1:]),
    ]
    if len(pieces) > 1:
        return [clause for piece in pieces for clause in _ordered(piece) or [piece]]
    return next(filter(None, map(_ordered, _SENTENCE.split(text))), [])


def _ordered(sentence: str) -> list[str]:
    """Two clauses that *before* or *after* joins, the earlier first; else nothing."""
    if _TWICE.search(sentence):
        return []
    for pattern in (_FRONTED, _LAST_WORD, _INFIX):
        if found := pattern.match(sentence):
            two = [found["near"], found["far"]]
            return two if found["word"].lower() in _EARLIER else two[::-1]
    return []
