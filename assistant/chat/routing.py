"""What a message wants, given the conversation: exact rules first, then what the wish says.

The rules are words, in order of how sure they are; what none of them knows is a new question if it
speaks of pictures, and outside the field if it does not.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.catalog import Catalog, Entry, Model, Words, mentioned
from assistant.chat import cues
from assistant.chat.pointing import pointed, several
from assistant.chat.state import State
from assistant.chat.steps import Edit, edit_of, plan_of, planned
from assistant.chat.wishes import merged, states
from assistant.generation.forms.fact import topics
from assistant.naming import named, unknown
from assistant.provision import PLAIN
from assistant.question import Wish, plain, read

_BRIEF, _TERSE = 6, 4  # words of "and who wrote the other one?", of "and the year?"
Route = Literal[
    "ask",  # a new question: a whole answer
    "refine",  # the wish changes: another recommendation
    "check",  # does the model do this too
    "why",
    "how",
    "about",  # another item by its name or place
    "compare",
    "sources",
    "numbers",
    "limits",
    "weigh",  # can it be trusted with this, is it made for that
    "alternatives",
    "term",
    "short",
    "record",  # what its record states: license, year, data, cost
    "files",  # which pictures can be read
    "order",  # which step first, and why
    "run",
    "thanks",
    "help",
    "outside",
    "unclear",
]


class Turn(NamedTuple):
    """The route of a message, the wish it leads to, the records it names, what it does to the steps
    of the plan."""

    route: Route
    wish: Wish
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """Names of shown items that the message points at."""
    edit: Edit | None = None


class Named(NamedTuple):
    """What a message names: records beside the current family, unknown names, the family."""

    wish: Wish
    others: tuple[Entry, ...]
    strangers: tuple[str, ...]
    own: tuple[Entry, ...]


def route(  # noqa: PLR0912 - one branch a kind of message
    text: str, state: State, catalog: Catalog
) -> Turn:
    """The turn that ``text`` makes. Whether it is outside the field is left to the search."""
    said = plain(text).strip()
    full = _read(text, said, state, catalog)
    new = _kinds(full, said, catalog)
    words = len(said.split())
    if words <= 9 and not states(new):
        if cues.THANKS.match(said) and not cues.asks_more(said) and "?" not in said:
            return Turn("thanks", state.wish)
        if cues.HELP.match(said):
            return Turn("help", state.wish)
    if state.request is None:
        return Turn("ask", full)
    if not state.request.recommended:
        told = cues.SOURCES.search(said) and words <= 9 and not states(new)
        return Turn("sources", state.wish) if told else Turn("ask", full)
    names = _names(text, merged(state.wish, new), state.request.recommended[0].name, catalog)
    if cues.TERM.match(said) and _is_term(said, names, catalog):
        return Turn("term", state.wish)
    items = () if names.others else pointed(said, state, catalog)
    if found := _of_plan(said, new, names, items, state, catalog):
        return found
    recorded = any(pattern.search(said) for pattern in cues.RECORDED.values())
    if cues.RUN.search(said) and not names.others and not new.device and not recorded:
        return Turn("run", state.wish)
    if cues.ORDER.search(said) and len(state.request.recommended) > 1:
        return Turn("order", state.wish)
    if cues.COMPARE.search(said) and any(c.id in PLAIN for c in mentioned(said, catalog)):
        return Turn("compare", state.wish)
    if found := _about_shown(said, items, recorded, state, catalog):
        return found
    file = cues.RECORDED["file"].search(said) and not new.max_mb
    if recorded and not names.others and (several(said, state) or cues.WHO.search(said) or file):
        return Turn("record", state.wish)
    if _is_new(said, new, state, words):
        return Turn("ask", full)
    kind = new.architectures or {*new.refused} & {*catalog.labels.architectures.values()}
    if not kind and (found := _about_others(said, names, state)):
        return found
    if found := _follow_up(said, new, names.wish, state):
        return found
    if states(new):
        points = cues.ABOUT_IT.search(said)
        if words > 14 and not points and not cues.ELLIPSIS.match(said):
            return Turn("ask", full)
        asks = cues.YES_NO.match(said) and (points or words <= 8)
        return Turn("check" if asks else "refine", names.wish)
    return _unstated(said, names, full, state, catalog)


def _of_plan(
    said: str, new: Wish, names: Named, items: tuple[str, ...], state: State, catalog: Catalog
) -> Turn | None:
    """A message that changes the steps of the plan, or takes one of the items shown for one."""
    if names.others:
        return None
    if edit := edit_of(said, new, state, catalog):
        past = next((one.wish for one in reversed(state.past) if one.wish.scales), None)
        wish = planned(state.wish, new, edit, catalog, past) if edit.steps else state.wish
        return Turn("refine", wish, edit=edit)
    if not items and state.focus and cues.THAT.search(said):
        items = state.focus
    taken = [name for name in items if isinstance(catalog.get(name), Model)]
    if len(taken) == 1 and cues.TAKE.search(said) and "?" not in said:
        return Turn("refine", state.wish, items=(taken[0],))
    return None


def _about_shown(
    said: str, items: tuple[str, ...], recorded: bool, state: State, catalog: Catalog
) -> Turn | None:
    """A question about items that were shown and that the message points at."""
    if not items or (cues.OTHER.search(said) and len(items) == 1):
        return Turn("alternatives", state.wish, items=items) if items else None
    if len(items) > 1:
        entries = tuple(e for name in items if (e := catalog.get(name)))
        route: Route = "record" if recorded else "compare"
        return Turn(route, state.wish, entries if route == "compare" else (), items=items)
    if cues.SOURCES.search(said) and not recorded:
        return Turn("sources", state.wish, items=items)
    brief = len(said.split()) <= _BRIEF and not cues.ABOUT.search(said)
    if recorded or topics(said) or (state.about and brief):
        return Turn("record", state.wish, items=items)
    if cues.COMPARE.search(said) and state.compared and not cues.ABOUT.search(said):
        return Turn("compare", state.wish)
    if cues.HOW.search(said) and not cues.ABOUT.search(said):
        return Turn("how", state.wish, items=items)
    return Turn("about", state.wish, items=items)


def _is_term(said: str, names: Named, catalog: Catalog) -> bool:
    """Whether a message asks for a term of the glossary."""
    term = cues.term_of(said)
    known = any(c.topic != "method" for c in mentioned(term, catalog))
    return known and not names.own and not names.others and not cues.POINTS.search(term)


def _unstated(said: str, names: Named, full: Wish, state: State, catalog: Catalog) -> Turn:
    """A message that says nothing of what is wanted and names nothing new."""
    brief = len(said.split()) <= _TERSE and topics(said) and not cues.TERM.match(said)
    if brief or any(pattern.search(said) for pattern in cues.RECORDED.values()):
        return Turn("record", state.wish)
    if cues.FILES.search(said):
        return Turn("files", state.wish)
    term = cues.TERM.match(said)
    if term and not names.own and not cues.POINTS.fullmatch(term.group(1)):
        return Turn("term", state.wish)
    if names.own:
        return Turn("about", state.wish, names.own)
    points = cues.ABOUT_IT.search(said)
    if any(map(Words(said).match, catalog.vocabulary.domain)) and not points:
        return Turn("ask", full)
    words = len(said.split())
    vague = words <= 3 or points or cues.ELLIPSIS.match(said)
    return Turn("unclear" if vague and words <= 8 else "outside", state.wish)


def _read(text: str, said: str, state: State, catalog: Catalog) -> Wish:
    """What a message states, ellipses filled: "what about snow?" asks to remove it, "faster?"
    for a lighter network, "since 2022" for a model released since then."""
    new = read(text, catalog.vocabulary, catalog.labels)
    before = state.wish.size
    wanted = new.target or (new.size if cues.TARGET.search(said) else None)
    if before and wanted and not new.scales:
        across, down = (wanted[n] / before[n] for n in (0, 1))
        if across == down > 1:  # "and to 1600x1200?" names the result
            return new.model_copy(update={"size": before, "target": wanted, "scales": (across,)})
    if state.request is None:
        return new
    gray = all(map(cues.GRAY.search, new.words.get("task", ())))
    if gray and state.wish.task != new.task and cues.TAKES_GRAY.search(said):
        return new.model_copy(update={"channels": 1, "task": None})
    if dated := cues.DATED.match(said):
        return read(f"models {dated.group(1)}", catalog.vocabulary)
    if states(_kinds(new, said, catalog)) or new.size or new.target:
        return new
    if (
        cues.LIGHTER.search(said)
        and not cues.COMPARED.search(said)
        and not cues.COMPARE_NAMED.search(said)
    ):
        return new.model_copy(update={"device": "light", "aspects": ("efficiency",)})
    rest = cues.WHAT_ABOUT.match(said)
    if rest and not cues.POINTS.search(rest.group(1)):
        filled = read(f"remove the {rest.group(1)} from a photo", catalog.vocabulary)
        if filled.task is not None:
            return filled
    return new


def _kinds(new: Wish, said: str, catalog: Catalog) -> Wish:
    """A wish without the names that a message speaks of and does not ask for, and without labels
    of a catalog that are everyday words."""
    traits = catalog.vocabulary.traits
    known = {trait.id for trait in traits}
    update: dict[str, object] = {"tags": tuple(t for t in new.tags if t in known)}
    if all(any(t.score(Words(w))[0] for t in traits) for w in new.words.get("task", ())):
        update["task"] = None  # "is it a diffusion model?" asks for no drawing
    if cues.TERM.match(said):  # "what is a transformer?"
        update["tags"] = ()
    if not cues.wants(said, new.words.get("architectures", ())):
        update |= {"architectures": (), "named": ()}
    return new.model_copy(update=update)


def _names(text: str, wish: Wish, current: str, catalog: Catalog) -> Named:
    model = catalog.get(current)
    entries = named(text, catalog, wish)
    own = tuple(e for e in entries if model and (e.id == current or e.name == model.name))
    others = tuple(e for e in entries if e not in own)
    return Named(wish, others, () if others else tuple(unknown(text, catalog)), own)


def _about_others(said: str, names: Named, state: State) -> Turn | None:
    """A message that names another item, or points at one."""
    wish, others, strangers, own = names
    if own and others and cues.EITHER.search(said):
        return Turn("compare", wish, (*own[:1], *others))
    if own and not others and cues.COMPARE.search(said):
        return Turn("about", wish, own)
    if others or strangers:
        asks = cues.COMPARE.search(said) or cues.ANOTHER.match(said)
        route: Route = "compare" if asks else "about"
        if others and cues.SOURCES.search(said) and not cues.COMPARE.search(said):
            route = "sources"
        return Turn(route, wish, others, strangers)
    if found := cues.STRANGER.search(said):
        return Turn("compare", wish, (), (found.group(1),))
    if cues.COMPARED.search(said):
        return Turn("compare", state.wish)
    return None


def _follow_up(said: str, new: Wish, wish: Wish, state: State) -> Turn | None:
    """A question about what was said."""
    changes = wish != state.wish and states(new)
    rules: tuple[tuple[Route, re.Pattern[str], bool], ...] = (
        ("sources", cues.SOURCES, True),
        ("alternatives", cues.OTHER, not changes or _only_shown(new, state)),
        ("why", cues.WHY, True),
        ("short", cues.SHORT, not new.scales),
        ("numbers", cues.NUMBERS, new.scales in ((), state.wish.scales) and not new.max_mb),
        (
            "limits",
            cues.LIMITS,
            not new.max_mb and new.subject in (None, "photo", state.wish.subject),
        ),
        ("how", cues.HOW, not (changes and cues.YES_NO.match(said))),
    )
    for name, pattern, allowed in rules:
        if allowed and pattern.search(said):
            return Turn(name, wish if name == "numbers" else state.wish)
    return None


def _only_shown(new: Wish, state: State) -> bool:
    """Whether a message states nothing but what the picture shows and suffers from."""
    bare = {"subjects": (), "degradations": (), "task": None, "tags": ()}
    return not states(new.model_copy(update=bare)) and new.task in (None, *plan_of(state.wish))


def _is_new(said: str, new: Wish, state: State, words: int) -> bool:
    """Whether a message is a question of its own: it names a task outright, and says enough."""
    if new.task is None or cues.ELLIPSIS.match(said) or words < 5:
        return False
    outright = any(w not in new.words.get("scales", ()) for w in new.words.get("task", ()))
    if not outright or cues.SAME.search(said):
        return new.task != state.wish.task and outright and words >= 9
    return words >= 6 and bool(cues.OPENING.match(said))
