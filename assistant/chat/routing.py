"""What a message wants, given the conversation: what is exact first (names, what is pointed at,
steps of the plan, terms of the glossary), then its learned kind where that is sure, then rules of
words.

What none of them knows is a new question if it speaks of pictures, and outside the field if it does
not.
"""

from __future__ import annotations

from assistant.catalog import Catalog, Model, mentioned
from assistant.chat import cues, wordings
from assistant.chat.damage import damaged, spoiled
from assistant.chat.kinds import GROWS, LIKELY, SURE, Kind, turn_of
from assistant.chat.pointing import pointed, several
from assistant.chat.routes import Turn
from assistant.chat.said import Said, names_in
from assistant.chat.state import State
from assistant.chat.steps import edit_of, planned
from assistant.chat.wishes import asked_for, heard, states
from assistant.question import DOUBT, Wish, plain

_FEW = 4  # words, of which a rule that knows them is surer than the reader
_OPEN, _POLITE = ("unclear", "outside"), ("thanks", "help")
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
    if found := _term(said) or (wordings.follow_up(said) if few else None):
        return found
    if kind.odds >= SURE and (found := turn_of(said, full, kind)):
        return found
    for rule in (wordings.outright, wordings.about_shown, wordings.best_of, wordings.of_records):
        if found := rule(said):
            return found
    if wordings.is_new(said):
        return Turn("ask", full)
    for rule in (wordings.about_others, wordings.follow_up):
        if found := rule(said):
            return found
    if states(said.new):
        return wordings.changed(said, full)
    found = wordings.unstated(said, full)
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
    goes_on = cues.ANOTHER.match(said.text) and said.words <= wordings.TERSE
    state = said.state.model_copy(update={"compared": said.state.explained})
    if len(state.compared) < 2 or mentioned(said.text, said.catalog) or said.new.scales:
        return None
    if not (goes_on or several(said.text, state)):
        return None
    items = pointed(said.text, state, said.catalog) or state.compared
    return Turn("weigh", state.wish, items=items)


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
