"""What a message means where neither its kind nor a rule of ``routing`` knows it: by the learned
reading of the whole message as a question."""

from __future__ import annotations

import re

from assistant.chat import cues
from assistant.chat.kinds import SURE, Kind
from assistant.chat.routes import Turn
from assistant.chat.state import State
from assistant.pipeline import Assistant
from assistant.question import OUTSIDE, Wish, plain, tells
from assistant.text.english import is_foreign

_OWN_FORMS = ("trouble", "concept", "feasibility")  # what needs no model that was shown before
_TAKEN = ("refine", "check", "limits", "why", "unclear", "outside", "files")  # by words of theirs
_OPEN = ("unclear", "outside", "term", "ask")
_CHOICE = re.compile(  # why this one: no fault of a result
    r"\bwhy (?:this|that|it)\b(?: (?:model|network|one|method))?\W*$"
    r"|\bwhy\b.*\b(?:cho(?:o|ic)|chose|pick|recommend|suggest)"
)


def understood(text: str, turn: Turn, state: State, assistant: Assistant, kind: Kind) -> Turn:
    """The turn with the learned reading where the phrases say nothing: what lies outside the
    field is told so, a new question gets its wish."""
    known = state.request is not None and kind.odds >= SURE
    if _of_model(text, turn, state, kind):
        return Turn("weigh", state.wish) if turn.route in _OPEN else turn
    if known and not kind.helped and turn.route not in ("ask", "term", "unclear"):
        return turn
    if (known and kind.helped) or _is_trouble(text, turn, state, assistant):
        wish = assistant.wish(text)
        return Turn("ask", wish.model_copy(update={"form": "trouble"}))
    if turn.route not in ("term", "ask", "outside", "unclear"):
        return turn
    if turn.route == "ask" and turn.wish.form == "compare":
        return turn  # what goes on with a comparison, or asks for the best of all
    wish = assistant.wish(text)
    if is_foreign(text):
        return turn._replace(route="outside")
    if turn.route in ("outside", "unclear") and _of_models(text, wish, turn, state):
        return turn._replace(route="weigh")
    shown = state.request is not None and cues.SAME.search(text.casefold())
    if turn.route == "unclear" and shown and (wish.form == "concept" or cues.OF_IT.match(text)):
        return turn  # of the model that was shown, not of a term or a trouble
    if turn.route == "term" or (turn.route != "ask" and wish.form in _OWN_FORMS):
        own = wish.form if wish.form in _OWN_FORMS else "concept"
        return Turn("ask", wish.model_copy(update={"form": own}))
    if turn.route != "ask":
        return _demanded(text, wish, turn, state)
    if wish.form == OUTSIDE:
        return turn._replace(route="outside") if turn.wish.task is None else turn
    return turn._replace(wish=wish)


def _demanded(text: str, wish: Wish, turn: Turn, state: State) -> Turn:
    """ "it must not eat the stars": weighed by what the records say that bears on it."""
    if state.request is None or wish.form == OUTSIDE or not cues.DEMANDS.search(plain(text)):
        return turn
    return turn._replace(route="weigh")


def _of_models(text: str, wish: Wish, turn: Turn, state: State) -> bool:
    """Whether a message that no rule knows asks something of the models in force."""
    shown = state.request is not None and state.request.recommended
    if not shown or wish.form == "trouble" or wish.named:
        return False
    points = cues.ABOUT_IT.search(plain(text)) or cues.SHOWN.search(plain(text))
    asks = "?" in text or cues.YES_NO.match(plain(text))
    return bool(asks and (wish.form == "feasibility" or (points and turn.route == "unclear")))


def _of_model(text: str, turn: Turn, state: State, kind: Kind) -> bool:
    """Whether a message asks of the model in force what it does: no trouble with a result."""
    shown = state.request is not None and state.request.recommended
    if turn.wish.form == "trouble" or kind.name in ("outside", "aside", "usage", "new"):
        return False
    return bool(shown and turn.route in (*_TAKEN, *_OPEN) and cues.OF_MODEL.match(plain(text)))


def _is_trouble(text: str, turn: Turn, state: State, assistant: Assistant) -> bool:
    """Whether a follow-up tells of a result that went wrong: our own documentation knows it."""
    if turn.route not in _TAKEN or not (tells(text) or cues.RESULT.search(plain(text))):
        return False
    if turn.edit or turn.items or turn.wish.scales != state.wish.scales:
        return False
    if turn.route == "why" and _CHOICE.search(plain(text)):
        return False
    wish = assistant.wish(text)
    return wish.form == "trouble" and not wish.scales
