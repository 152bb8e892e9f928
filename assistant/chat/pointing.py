"""What a message points at of what was shown: the second one, the other, the faster one, the one
before, the model of a step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.catalog import Catalog, Model
from assistant.chat import cues
from assistant.chat.state import State
from assistant.chat.steps import meant
from assistant.chat.wishes import plan_of

_NTH = (
    r"first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th|final|bottom|top"
    r"|one|two|three|four|five|[1-5]"
)
_PLACES = {
    name: place
    for place, names in enumerate(
        ("first 1st one 1 top", "second 2nd two 2", "third 3rd three 3", "fourth 4th four 4",
         "fifth 5th five 5")
    )
    for name in names.split()
}  # fmt: skip
_PLACES |= {"last": -1, "final": -1, "bottom": -1}
_NOUN = r" (?:one|paper|item|reference|model|source|entry|option|choice|suggestion|network|name)"
_STEP = re.compile(rf"\b(?:the )?({_NTH}) (?:step|stage)\b|\b(?:step|stage) ({_NTH})\b")
_ORDINAL = re.compile(
    r"(?:\b(?:the|your|that) |^)(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th|final"
    rf"|bottom|top)(?:{_NOUN}\b|(?=\W*(?:$|[,:?.!]"
    r"| (?:of|and|or|is|has|was|does|do|did|can|who|what"
    r"|which|where|how|instead|please|then|on|in|from|for|made|by|with|against|to|vs|free|run|you"
    r"|looks)\b)))"
    rf"|\b(?:number|no\.?|option|item|#) ?({_NTH})\b|\b(?:and|or|with|to|vs\.?) (?:the )?"
    r"(first|second|third|fourth|fifth|last)\b"
)
_FORMER = re.compile(r"\bthe (former|latter)\b")
_OTHER = re.compile(r"\bthe other(?: (?:one|model|network|two))?\b(?! (?:\w+ )?(?:step|side))")
_TWO = re.compile(r"\btwo\b")
_PREVIOUS = re.compile(
    r"\b(?:the|your|that) (?:previous|earlier|former|old|last|original|first) (?:one|model|network"
    r"|suggestion|recommendation|pick)\b|\bthe (?:one|model) (?:before|from before|you (?:named|had"
    r"|gave|suggested|recommended) (?:before|first|earlier))\b"
)
_QUALITY = re.compile(
    r"\b(?:the|which(?: of \w+| one| model)?(?: (?:is|has))?(?: the)?) (?:much )?"
    r"(?P<word>small|light|fast|quick|big|large|heav|slow|new|young|old|recent)"
    r"(?:g?i?e?r|g?i?e?st|y)?(?P<one> (?:one|model|network|of))?\b"
    r"|\b(?:one|model|network) (?:with|that has) (?:the )?(?P<less>fewe(?:r|st)|less|least)? ?"
    r"(?:more |most )?param"
)
_OF_STEP = re.compile(
    r"\b(?:the|that|its|your|of|in|other|another) (?P<step>[a-z-]+(?: [a-z-]+)?)"
    r" (?:ones?|models?|step|networks?|part|stage)\b"
    r"|\b(?:the|your) "
    r"(?P<doer>(?:de|up|color|colour|enlarg|sharpen|brighten|inpaint|restor)\w*(?:er|or))\b"
)
_SECONDS = re.compile(r"takes ([\d.]+) seconds")


def pointed(said: str, state: State, catalog: Catalog) -> tuple[str, ...]:
    """The names of the items that ``said`` (plain text) points at; empty where it points at none
    or at the model in force."""
    if state.request is None:
        return ()
    found = _ordinals(said, state) or _relative(said, state, catalog)
    return found or _of_steps(said, state, catalog)


def several(said: str, state: State) -> tuple[str, ...]:
    """The names of all that were compared or recommended, where ``said`` speaks of several."""
    if not cues.SEVERAL.search(said) or state.request is None:
        return ()
    return state.compared or tuple(item.name for item in state.request.recommended)


def _ordinals(said: str, state: State) -> tuple[str, ...]:
    """ "the second one", "number 3", "the first and the last": of what was listed; "step 2"."""
    steps = tuple(item.name for item in state.request.recommended) if state.request else ()
    if found := _STEP.findall(said):
        return _at([_PLACES[one or other] for one, other in found], steps)
    listed = state.listed or state.compared or steps
    if former := _FORMER.search(said):
        return _at([0 if former[1] == "former" else -1], state.compared or listed)
    hits = [next(filter(None, one)) for one in _ORDINAL.findall(said)]
    return _at([_PLACES[hit] for hit in hits], listed)


def _relative(said: str, state: State, catalog: Catalog) -> tuple[str, ...]:
    """ "the other", "the previous one", "the smaller one"."""
    chain = tuple(i.name for i in state.request.recommended) if state.request else ()
    pair = state.compared or (chain if len(chain) > 1 else state.listed)
    if _OTHER.search(said) and len(pair) > 1:
        now = state.focus or chain
        others = tuple(name for name in pair if name not in now[:1])
        return others if _TWO.search(said) else others[:1]
    if _PREVIOUS.search(said) and state.past and state.request:
        names = [i.name for i in state.request.recommended]
        was = ([i.name for i in one.request.recommended] for one in reversed(state.past))
        return tuple(next((w for w in was if w != names), ())[:1])
    found = _QUALITY.search(said)
    if found and (found["one"] or not found["word"]) and len(pair) > 1 and said[:5] != "which":
        return best_of(said, pair, catalog)
    return ()


def best_of(said: str, names: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Which of some models is the "smaller", the "faster", the one "with fewer parameters" that a
    message speaks of; none where it speaks of no such thing, or not two of them record it."""
    found = _QUALITY.search(said)
    if not found:
        return ()
    return _most(found["word"] or ("small" if found["less"] else "big"), names, catalog)


def _of_steps(said: str, state: State, catalog: Catalog) -> tuple[str, ...]:
    """ "the face one", "the upscaler": the model of one of several steps."""
    request, plan = state.request, plan_of(state.wish)
    if request is None or len(request.recommended) < 2 or len(plan) < 2:
        return ()
    by_task = {e.task: e.id for i in request.recommended if (e := catalog.get(i.name))}
    for found in _OF_STEP.finditer(said):
        task = meant(found["step"] or found["doer"], catalog, plan)
        if task in by_task:
            return (by_task[task],)
    return ()


def _at(places: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    found = [names[place] for place in places if -len(names) <= place < len(names)]
    return tuple(dict.fromkeys(found))


def _most(word: str, names: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Which of some models is the smallest, fastest or newest, where two of them record it."""
    of: Callable[[Model], float | None] = _parameters
    if word in ("fast", "quick", "slow"):
        of = _seconds
    elif word in ("new", "young", "old", "recent"):
        of = _year
    entries = [e for name in names if isinstance(e := catalog.get(name), Model)]
    known = [(value, e.id) for e in entries if (value := of(e)) is not None]
    if len(known) < len(entries) and of is _seconds:
        known = [(value, e.id) for e in entries if (value := _parameters(e)) is not None]
    best = max if word in ("big", "large", "heav", "slow", "new", "young", "recent") else min
    return (best(known)[1],) if len(known) > 1 else ()


def _parameters(model: Model) -> float | None:
    return model.parameters


def _year(model: Model) -> float | None:
    return model.year


def _seconds(model: Model) -> float | None:
    found = _SECONDS.search(" ".join(f.text for f in model.measured))
    return float(found[1]) if found else None
