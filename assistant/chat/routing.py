"""What a message wants, given the conversation: what is exact first (names, what is pointed at,
steps of the plan, terms of the glossary), then its learned kind where that is sure, then rules of
words.

What none of them knows is a new question if it speaks of pictures, and outside the field if it does
not.
"""

from __future__ import annotations

import re

from assistant.catalog import Catalog, Model, Words, mentioned
from assistant.chat import cues
from assistant.chat.damage import damaged, spoiled
from assistant.chat.kinds import GROWS, LIKELY, SURE, Kind, turn_of
from assistant.chat.pointing import pointed, several
from assistant.chat.routes import Route, Turn
from assistant.chat.said import Said, names_in, variants
from assistant.chat.state import State
from assistant.chat.steps import edit_of, planned
from assistant.chat.wishes import asked_for, heard, states
from assistant.generation.forms.fact import topics
from assistant.provision import PLAIN
from assistant.question import DOUBT, Wish, plain

_FEW = 4  # words, of which a rule that knows them is surer than the reader
_OPEN, _POLITE = ("unclear", "outside"), ("thanks", "help")
_BRIEF, _TERSE = 6, 4  # words of "and who wrote the other one?", of "and the year?"
_SHORT = 9  # words of a message that is nothing but thanks, or but a question for sources


def route(text: str, state: State, catalog: Catalog, kind: Kind) -> Turn:
    """The turn that ``text``, of this learned kind, makes. Whether it is outside the field is left
    to the search."""
    plainly = plain(text).strip()
    full = heard(text, plainly, state, catalog, grows=kind.name in GROWS and kind.odds >= LIKELY)
    said = Said(plainly, asked_for(full, plainly, catalog), state, catalog)
    if found := _courtesy(said):
        return found
    if state.request is None:
        return Turn("ask", full)
    if not state.request.recommended:
        return _without_models(said, full)
    names = names_in(text, said.wish, state.request.recommended[0].name, catalog)
    items = () if names.others else pointed(plainly, state, catalog)
    said = said._replace(names=names, items=items)
    planning = kind.odds < SURE or kind.changes or spoiled(said)
    if found := _exact(said) or (_of_plan(said) if planning else None):
        return found
    few = said.words <= _FEW and not names.others
    if found := _term(said) or (_follow_up(said) if few else None):
        return found
    if kind.odds >= SURE and (found := turn_of(said, full, kind)):
        return found
    for rule in (_outright, _about_shown, _best_of, _of_records):
        if found := rule(said):
            return found
    if _is_new(said):
        return Turn("ask", full)
    for rule in (_about_others, _follow_up):
        if found := rule(said):
            return found
    if states(said.new):
        return _changed(said, full)
    found = _unstated(said, full)
    unknown = kind.odds >= LIKELY and kind.name not in _POLITE and found.route in _OPEN
    return (turn_of(said, full, kind) if unknown else None) or found


def _courtesy(said: Said) -> Turn | None:
    """Thanks, or a question of what this program is."""
    if said.words > _SHORT or states(said.new):
        return None
    if cues.THANKS.match(said.text) and not cues.asks_more(said.text) and "?" not in said.text:
        return Turn("thanks", said.state.wish)
    return Turn("help", said.state.wish) if cues.HELP.match(said.text) else None


def _without_models(said: Said, full: Wish) -> Turn:
    """What goes on where terms were explained and no model was recommended."""
    told = cues.SOURCES.search(said.text) and said.words <= _SHORT and not states(said.new)
    if told:
        return Turn("sources", said.state.wish)
    return _of_terms(said) or Turn("ask", full)


def _of_terms(said: Said) -> Turn | None:
    """A question on some of the terms that were explained, where no model was recommended."""
    goes_on = cues.ANOTHER.match(said.text) and said.words <= _TERSE
    if len(said.state.compared) < 2 or mentioned(said.text, said.catalog) or said.new.scales:
        return None
    if not (goes_on or several(said.text, said.state)):
        return None
    items = pointed(said.text, said.state, said.catalog) or said.state.compared
    return Turn("weigh", said.state.wish, items=items)


def _exact(said: Said) -> Turn | None:
    """A demand that nothing be invented, a question for the order of the steps."""
    if said.names.others:
        return None
    asks = "?" in said.text or cues.ASKED.match(said.text) or cues.YES_NO.match(said.text)
    if not asks and cues.FAITHFUL.search(said.text):
        wish = said.wish.model_copy(update={"aspects": (DOUBT,), "task": said.state.wish.task})
        return Turn("refine", wish, topic="faithful")
    if cues.ORDER.search(said.text) and len(said.plan) > 1:
        return Turn("order", said.state.wish)
    return None


def _term(said: Said) -> Turn | None:
    """A question for a term of the glossary."""
    if not cues.TERM.match(said.text) or said.names.own or said.names.others:
        return None
    term = cues.term_of(said.text)
    known = any(c.topic != "method" for c in mentioned(term, said.catalog))
    return Turn("term", said.state.wish) if known and not cues.POINTS.search(term) else None


def _of_plan(said: Said) -> Turn | None:
    """A message that changes the steps of the plan, or takes one of the items shown for one."""
    state, items = said.state, said.items
    if said.names.others:
        return _taken(said)
    if edit := edit_of(said) or damaged(said):
        return Turn("refine", planned(said, edit) if edit.steps else state.wish, edit=edit)
    if not items and state.focus and cues.THAT.search(said.text):
        items = state.focus
    taken = [name for name in items if isinstance(said.catalog.get(name), Model)]
    takes = cues.TAKE.search(said.text) or (cues.CHOSEN.match(said.text) and not said.recorded_of)
    if len(taken) == 1 and takes and "?" not in said.text:
        return Turn("refine", state.wish, items=(taken[0],))
    return None


def _taken(said: Said) -> Turn | None:
    """ "take RCAN": the model that is named, whatever else was wished."""
    models = [entry for entry in said.names.others if isinstance(entry, Model)]
    found = cues.TAKE_NAMED.match(said.text)
    if not found or len(models) != 1 or "?" in said.text:
        return None
    if not models[0].name.casefold().startswith(found[1].rstrip(".,!")):
        return None
    return Turn("refine", said.state.wish, items=(models[0].id,))


def _outright(said: Said) -> Turn | None:
    """A wish to run, a comparison with plain interpolation."""
    text = said.text
    free = not said.names.others and not said.new.device and not said.recorded
    if free and cues.RUN.search(text):
        return Turn("run", said.state.wish)
    if cues.COMPARE.search(text) and any(c.id in PLAIN for c in mentioned(text, said.catalog)):
        return Turn("compare", said.state.wish)
    return None


def _about_shown(said: Said) -> Turn | None:
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
    brief = said.words <= _BRIEF and not about
    if said.recorded or topics(text) or (said.state.about and brief):
        return Turn("record", wish, items=items)
    if cues.COMPARE.search(text) and said.state.compared and not about:
        return Turn("compare", wish)
    if cues.HOW.search(text) and not about:
        return Turn("how", wish, items=items)
    return Turn("about", wish, items=items)


def _of_records(said: Said) -> Turn | None:
    """What the records of several state, who made them, how large a file is."""
    if not said.recorded or said.names.others:
        return None
    file = cues.RECORDED["file"].search(said.text) and not said.new.max_mb
    asks = file or cues.WHO.search(said.text) or several(said.text, said.state)
    return Turn("record", said.state.wish) if asks else None


def _best_of(said: Said) -> Turn | None:
    """ "the fastest on my CPU?": of all that do what is wished."""
    if not cues.SUPERLATIVE.match(said.text) or said.compared or said.new.max_mb or said.items:
        return None
    aspects = said.new.aspects or ("efficiency",)
    update = {"form": "compare", "named": (), "aspects": aspects}
    return Turn("ask", said.wish.model_copy(update=update))


def _is_new(said: Said) -> bool:
    """Whether a message is a question of its own: it names a task outright, and says enough."""
    new = said.new
    if new.task is None or cues.ELLIPSIS.match(said.text) or said.words < 5:
        return False
    outright = any(w not in new.words.get("scales", ()) for w in new.words.get("task", ()))
    if not outright or cues.SAME.search(said.text):
        return new.task != said.state.wish.task and outright and said.words >= 9
    return said.words >= 6 and bool(cues.OPENING.match(said.text))


def _about_others(said: Said) -> Turn | None:
    """A message that names another item, or compares with one, and asks for no architecture."""
    text, wish = said.text, said.wish
    others, strangers, own = said.names
    if said.new.architectures or {*said.new.refused} & {
        *said.catalog.labels.architectures.values()
    }:
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


def _follow_up(said: Said) -> Turn | None:
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


def _changed(said: Said, full: Wish) -> Turn:
    """A message that states something of what is wanted, or asks whether that goes too; of a
    comparison another factor."""
    scaled = said.new.scales and set(said.stated) <= {"scales", "task"}
    if said.state.comparing and scaled and said.words <= _BRIEF and not cues.ALSO.search(said.text):
        named = variants(said.state.compared, said.wish, said.catalog)
        return Turn("ask", said.wish.model_copy(update={"form": "compare", "named": named}))
    if said.new.print and cues.ENOUGH_FOR.search(said.text):
        return Turn("numbers", said.wish)
    points = cues.ABOUT_IT.search(said.text)
    if said.words > 14 and not points and not cues.ELLIPSIS.match(said.text):
        return Turn("ask", full)
    asks = cues.YES_NO.match(said.text) and (points or said.words <= 8)
    return Turn("check" if asks else "refine", said.wish)


def _unstated(said: Said, full: Wish) -> Turn:
    """A message that says nothing of what is wanted and names nothing new."""
    text, wish, own = said.text, said.state.wish, said.names.own
    term = cues.TERM.match(text)
    if said.recorded or (said.words <= _TERSE and topics(text) and not term):
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
