"""Whether one model does all steps of a wish at once: a blind upscaler cleans while it enlarges."""

from __future__ import annotations

from assistant.catalog import Vocabulary
from assistant.fit.offer import Offer
from assistant.question import ENLARGING, Wish


def cleaned(wish: Wish, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The damage that the steps before the enlarging of a wish are for, a step the one that the
    question names, else its usual one; empty where a step is for something else, where nothing
    comes before, or where the wish ends otherwise."""
    before, last = wish.steps[:-1], wish.steps[-1:]
    if not before or last != (ENLARGING,):
        return ()
    found: list[str] = []
    for step in before:
        task = vocabulary.task(step)
        removes = task.removes if task else ()
        named = [damage for damage in removes if damage in wish.degradations]
        if not removes:
            return ()
        found += named or removes[:1]
    return tuple(dict.fromkeys(found))


def does_all(offer: Offer, wish: Wish, vocabulary: Vocabulary) -> bool:
    """Whether a model enlarges and takes away all that the other steps of ``wish`` are for."""
    gone = cleaned(wish, vocabulary)
    return (
        bool(gone) and bool(offer.blind) and offer.task == ENLARGING and {*gone} <= {*offer.handles}
    )
