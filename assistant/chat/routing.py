"""What a message wants, given the conversation: exact rules first, then what the wish says.

The rules are words, in order of how sure they are; what none of them knows is a new question if it
speaks of pictures, and outside the field if it does not.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.catalog import Catalog, Entry, Words
from assistant.chat import cues
from assistant.chat.names import named, unknown
from assistant.chat.state import State
from assistant.question import Wish, plain, read

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
    "alternatives",
    "term",
    "run",
    "thanks",
    "help",
    "outside",
    "unclear",
]


class Turn(NamedTuple):
    """The route of a message, the wish it leads to and the records it names."""

    route: Route
    wish: Wish
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()


def route(text: str, state: State, catalog: Catalog) -> Turn:
    """The turn that ``text`` makes. Whether it is outside the field is left to the search."""
    said = plain(text).strip()
    vocabulary = catalog.vocabulary
    new = _read(said, state, catalog)
    words = len(said.split())
    if cues.THANKS.match(said) and words <= 9 and "?" not in said and not _states(new):
        return Turn("thanks", state.wish)
    if cues.HELP.match(said) and words <= 9 and not _states(new):
        return Turn("help", state.wish)
    if state.request is None or not state.request.recommended:
        return Turn("ask", new)
    wish = merged(state.wish, new)
    entries = tuple(named(text, catalog, wish))
    current = state.request.recommended[0].name
    others = tuple(e for e in entries if e.id != current and not _same_family(e, current, catalog))
    strangers = tuple(unknown(text, catalog)) if not others else ()
    if cues.RUN.search(said) and not others:
        return Turn("run", state.wish)
    if _is_new(said, new, state, words):
        return Turn("ask", new)
    own = tuple(e for e in entries if e not in others)
    if found := _about_others(said, Named(wish, others, strangers, own), state):
        return found
    if found := _follow_up(said, new, wish, state):
        return found
    if _states(new) and (words <= 14 or cues.ELLIPSIS.match(said) or cues.ABOUT_IT.search(said)):
        asks = cues.YES_NO.match(said) and (cues.ABOUT_IT.search(said) or words <= 8)
        return Turn("check" if asks else "refine", wish)
    if _states(new):
        return Turn("ask", new)
    term = cues.TERM.match(said)
    if term and not entries and not cues.POINTS.fullmatch(term.group(1)):
        return Turn("term", state.wish)
    if entries:
        return Turn("about", state.wish, entries)
    if any(map(Words(said).match, vocabulary.domain)) and not cues.ABOUT_IT.search(said):
        return Turn("ask", new)
    vague = words <= 3 or cues.ABOUT_IT.search(said) or cues.ELLIPSIS.match(said)
    return Turn("unclear" if vague and words <= 8 else "outside", state.wish)


def _read(said: str, state: State, catalog: Catalog) -> Wish:
    """What a message states, ellipses filled: "what about snow?" asks to remove it, "faster?"
    for a lighter network."""
    new = read(said, catalog.vocabulary)
    before = state.wish.size
    if before and new.size and not new.scales and cues.TARGET.search(said):
        across, down = (new.size[n] / before[n] for n in (0, 1))
        if across == down > 1:  # "and to 1600x1200?" names the result
            return new.model_copy(update={"size": before, "scales": (across,)})
    if state.request is None or _states(new) or new.size:
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


class Named(NamedTuple):
    """What a message names: records beside the current family, unknown names, the family."""

    wish: Wish
    others: tuple[Entry, ...]
    strangers: tuple[str, ...]
    own: tuple[Entry, ...]


def _about_others(said: str, names: Named, state: State) -> Turn | None:
    """A message that names another item, or points at one."""
    wish, others, strangers, own = names
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
    if cues.COMPARED.search(said) and state.compared:
        return Turn("compare", state.wish)
    return Turn("about", state.wish) if cues.place_of(said) is not None else None


def _follow_up(said: str, new: Wish, wish: Wish, state: State) -> Turn | None:
    """A question about what was said."""
    changes = wish != state.wish and _states(new)
    rules: tuple[tuple[Route, re.Pattern[str], bool], ...] = (
        ("sources", cues.SOURCES, True),
        ("alternatives", cues.OTHER, not changes),
        ("why", cues.WHY, True),
        ("numbers", cues.NUMBERS, new.scales in ((), state.wish.scales)),
        ("limits", cues.LIMITS, not (new.subject and new.subject != state.wish.subject)),
        ("how", cues.HOW, not (changes and cues.YES_NO.match(said))),
    )
    for name, pattern, allowed in rules:
        if allowed and pattern.search(said):
            return Turn(name, wish if name == "numbers" else state.wish)
    return None


_KEPT = (
    "task",
    "scales",
    "size",
    "keeps_size",
    "subjects",
    "device",
    "license",
    "architectures",
    "formats",
    "channels",
    "max_mb",
    "since",
    "until",
    "tags",
    "refused",
)  # what a later message states replaces what an earlier one did


def merged(before: Wish, new: Wish) -> Wish:
    """The wish in force after a message: what it states wins, the rest stays."""
    update = {field: value for field in _KEPT if (value := getattr(new, field))}
    if new.subject == "photo" and before.subject not in (None, "photo"):
        update.pop("subjects")  # "my picture" does not take back that it is a drawing
    removes = any(w.startswith(cues.REMOVES) for w in new.words.get("task", ()))
    if new.degradations and before.task == "super-resolution" and not (new.scales or removes):
        update.pop("task", None)  # "and if it is noisy?" still asks for an upscaler
    if degradations := tuple(dict.fromkeys((*new.degradations, *before.degradations))):
        update["degradations"] = degradations
    if update.get("task", before.task) != before.task and not new.scales:
        update["scales"] = ()
    update["aspects"] = new.aspects or before.aspects
    update["words"] = {**before.words, **new.words}
    return before.model_copy(update=update)


def _states(wish: Wish) -> bool:
    """Whether a message says anything about what is wanted."""
    subject = wish.subject if wish.subject != "photo" else None
    fields = (wish.task, wish.scales, subject, wish.degradations, wish.device, wish.license)
    return any(fields)


def _is_new(said: str, new: Wish, state: State, words: int) -> bool:
    """Whether a message is a question of its own: it names a task outright, and says enough."""
    if new.task is None or cues.ELLIPSIS.match(said) or words < 5:
        return False
    outright = any(w not in new.words.get("scales", ()) for w in new.words.get("task", ()))
    if not outright or cues.SAME.search(said):
        return new.task != state.wish.task and outright and words >= 9
    return words >= 6 and bool(cues.OPENING.match(said))


def _same_family(entry: Entry, current: str, catalog: Catalog) -> bool:
    model = catalog.get(current)
    return model is not None and model.name == entry.name
