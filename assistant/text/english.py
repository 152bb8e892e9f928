"""Whether a text is in English, which is all that our checks can read."""

from __future__ import annotations

import re

from assistant.text.stems import STOP, words

_OURS = frozenset(
    re.findall(
        r"\w+",
        "an and are as at be by for from has have is it its of on or that the their this to was "
        "which with you your",
    )
)
_OTHER = frozenset(  # the commonest words of other languages in Latin script, none of them English
    re.findall(
        r"\w+",
        "der das und ist nicht ein eine mit für wird auch dem den des la les une est pour avec "
        "qui sur el los las una con para por como del il gli della che di sono non em uma não os "
        "het een van wordt jest się nie dla och att är på ett på bir ve için ile",
    )
)


def is_english(text: str) -> bool:
    """Whether a text has Latin letters and English words more than those of other languages.

    Too few words to tell count as English.
    """
    found = words(text)
    ours = sum(w in _OURS for w in found)
    return not is_other(text) and (len(found) < 30 or ours > 0.02 * len(found))


def is_other(text: str) -> bool:
    """Whether a text is in another language: by its letters or its common words."""
    letters = sum(map(str.isalpha, text))
    latin = sum(c.isalpha() and c < "\u0250" for c in text)
    if letters >= 20 and latin < 0.7 * letters:
        return True
    found = words(text)
    ours, other = sum(w in _OURS for w in found), sum(w in _OTHER for w in found)
    return other > max(2, ours)


def is_foreign(text: str) -> bool:
    """Whether a message has letters that English has not and none of its common words: a message
    is too short for ``is_english``."""
    beyond = any(c.isalpha() and not c.isascii() for c in text)
    return beyond and not any(word in STOP for word in words(text))
