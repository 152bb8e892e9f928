"""What a message wants by its words alone, where nothing in it is exact and its learned kind is not
sure: one rule a route, or a few that are near; ``routing`` decides in which order they count."""

from __future__ import annotations

import re

from assistant.catalog import Words, mentioned
from assistant.chat import cues
from assistant.chat.pointing import several
from assistant.chat.routes import Route, Turn
from assistant.chat.said import Said, variants
from assistant.chat.wishes import states
from assistant.generation.forms.fact import topics
from assistant.provision import PLAIN
from assistant.question import Wish

BRIEF, TERSE = 6, 4  # words of "and who wrote the other one?", of "and the year?"


def outright(said: Said) -> Turn | None:
    """A wish to run, a comparison with plain interpolation."""
    text = said.text
    free = not said.names.others and not said.new.device and not said.recorded
    if free and cues.RUN.search(text):
        return Turn("run", said.state.wish)
    if cues.COMPARE.search(text) and any(c.id in PLAIN for c in mentioned(text, said.catalog)):
        return Turn("compare", said.state.wish)
    return None


def about_shown(said: Said) -> Turn | None:
    """A question about items that were shown and that the message points at."""
    text, items, wish = said.text, said.items, said.state.wish
    if not items:
        return None
    if cues.OTHER.search(text) and len(items) == 1:
        return Turn("alternatives", wish, items=items)
    if len(items) > 1:
        if said.recorded:
            return Turn("record", wish, items=items)
        entries = tuple(e for name in items if (e := said.catalog.get(name)))
        return Turn("compare", wish, entries, items=items)
    if cues.SOURCES.search(text) and not said.recorded:
        return Turn("sources", wish, items=items)
    about = cues.ABOUT.search(text)
    brief = said.words <= BRIEF and not about
    if said.recorded or topics(text) or (said.state.about and brief):
        return Turn("record", wish, items=items)
    if cues.COMPARE.search(text) and said.state.compared and not about:
        return Turn("compare", wish)
    if cues.HOW.search(text) and not about:
        return Turn("how", wish, items=items)
    return Turn("about", wish, items=items)


def of_records(said: Said) -> Turn | None:
    """What the records of several state, who made them, how large a file is."""
    if not said.recorded or said.names.others:
        return None
    file = cues.RECORDED["file"].search(said.text) and not said.new.max_mb
    asks = file or cues.WHO.search(said.text) or several(said.text, said.state)
    return Turn("record", said.state.wish) if asks else None


def best_of(said: Said) -> Turn | None:
    """ "the fastest on my CPU?": of all that do what is wished."""
    if not cues.SUPERLATIVE.match(said.text) or said.compared or said.new.max_mb or said.items:
        return None
    aspects = said.new.aspects or ("efficiency",)
    update = {"form": "compare", "named": (), "aspects": aspects}
    return Turn("ask", said.wish.model_copy(update=update))


def is_new(said: Said) -> bool:
    """Whether a message is a question of its own: it names a task outright, and says enough."""
    new = said.new
    if new.task is None or cues.ELLIPSIS.match(said.text) or said.words < 5:
        return False
    outright = any(w not in new.words.get("scales", ()) for w in new.words.get("task", ()))
    if not outright or cues.SAME.search(said.text):
        return new.task != said.state.wish.task and outright and said.words >= 9
    return said.words >= 6 and bool(cues.OPENING.match(said.text))


def about_others(said: Said) -> Turn | None:
    """A message that names another item, or compares with one, and asks for no architecture."""
    text, wish = said.text, said.wish
    others, strangers, own = said.names
    known = said.catalog.labels.architectures.values()
    if said.new.architectures or any(name in known for name in said.new.refused):
        return None
    if len((*own[:1], *others)) > 1 and others and cues.EITHER.search(text):
        return Turn("compare", wish, (*own[:1], *others))
    if own and not others and cues.COMPARE.search(text):
        return Turn("about", wish, own)
    if others or strangers:
        another = cues.ANOTHER.match(text) and not topics(text)  # "and DDColor, by whom is it?"
        asks = cues.COMPARE.search(text) or another
        route: Route = "compare" if asks else "about"
        if others and cues.SOURCES.search(text) and not cues.COMPARE.search(text):
            route = "sources"
        return Turn(route, wish, others, strangers)
    if found := cues.STRANGER.search(text):
        return Turn("compare", wish, (), (found.group(1),))
    if cues.COMPARED.search(text) and said.compared:
        return Turn("compare", said.state.wish)
    return None


def follow_up(said: Said) -> Turn | None:
    """A question about what was said."""
    new, before, wish = said.new, said.state.wish, said.wish
    changes = wish != before and states(new)
    rules: tuple[tuple[Route, re.Pattern[str], bool], ...] = (
        ("sources", cues.SOURCES, "file" not in topics(said.text)),
        ("alternatives", cues.OTHER, not changes or _only_shown(said)),
        ("why", cues.WHY, True),
        ("short", cues.SHORT, not new.scales),
        ("numbers", cues.NUMBERS, new.scales in ((), before.scales) and not new.max_mb),
        ("limits", cues.LIMITS, not new.max_mb and new.subject in (None, "photo", before.subject)),
        ("how", cues.HOW, not (changes and cues.YES_NO.match(said.text))),
    )
    for name, pattern, allowed in rules:
        if allowed and pattern.search(said.text):
            return Turn(name, wish if name == "numbers" else before)
    return None


def _only_shown(said: Said) -> bool:
    """Whether a message states nothing but what the picture shows and suffers from."""
    bare = {"subjects": (), "degradations": (), "task": None, "tags": ()}
    return not states(said.new.model_copy(update=bare)) and said.new.task in (None, *said.plan)


def changed(said: Said, full: Wish) -> Turn:
    """A message that states something of what is wanted, or asks whether that goes too; of a
    comparison another factor."""
    scaled = said.new.scales and set(said.stated) <= {"scales", "task"}
    if said.state.comparing and scaled and said.words <= BRIEF and not cues.ALSO.search(said.text):
        named = variants(said.state.compared, said.wish, said.catalog)
        return Turn("ask", said.wish.model_copy(update={"form": "compare", "named": named}))
    if said.new.print and cues.ENOUGH_FOR.search(said.text):
        return Turn("numbers", said.wish)
    points = cues.ABOUT_IT.search(said.text)
    if said.words > 14 and not points and not cues.ELLIPSIS.match(said.text):
        return Turn("ask", full)
    asks = cues.YES_NO.match(said.text) and (points or said.words <= 8)
    return Turn("check" if asks else "refine", said.wish)


def unstated(said: Said, full: Wish) -> Turn:
    """A message that says nothing of what is wanted and names nothing new."""
    text, wish, own = said.text, said.state.wish, said.names.own
    term = cues.TERM.match(text)
    if said.recorded or (said.words <= TERSE and topics(text) and not term):
        return Turn("record", wish)
    if term and not own and not cues.POINTS.fullmatch(term.group(1)):
        return Turn("term", wish)
    if own:
        return Turn("about", wish, own)
    points = cues.ABOUT_IT.search(text)
    if any(map(Words(text).match, said.catalog.vocabulary.domain)) and not points:
        return Turn("ask", full)
    vague = said.words <= 3 or points or cues.ELLIPSIS.match(text)
    return Turn("unclear" if vague and said.words <= 8 else "outside", said.wish)
