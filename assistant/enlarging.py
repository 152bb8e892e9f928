"""Which model enlarges where other steps clean the picture first: one that does all at once, and
one that comes after them."""

from __future__ import annotations

from collections.abc import Callable

from assistant.fit import Offer, cleaned, does_all, offer_of
from assistant.question import ENLARGING, Wish
from assistant.retrieval.search import Ranked, Search

_DEEP = 60  # records among which it is looked for


def at_once(question: str, wish: Wish, search: Search) -> Ranked | None:
    """The model that fits and does all steps of a wish; None where a model is named or nothing
    is to be cleaned."""
    known = search.catalog.vocabulary
    gone = _cleaned(wish, search) if wish.form == "recommend" else ()
    if not gone:
        return None
    alone = wish.of(ENLARGING, known)
    alone = alone.model_copy(update={"degradations": (*alone.degradations, *gone)})
    best = _best(question, alone, search, lambda offer: does_all(offer, wish, known))
    return best if best and best.fit.verdict == "fits" else None


def after_cleaning(question: str, wish: Wish, search: Search) -> Ranked | None:
    """The enlarger for what other steps have cleaned, none that cleans again; None as above."""
    if not _cleaned(wish, search):
        return None
    alone = wish.of(ENLARGING, search.catalog.vocabulary)
    return _best(question, alone, search, lambda offer: not offer.blind)


def _cleaned(wish: Wish, search: Search) -> tuple[str, ...]:
    named = wish.named or wish.architectures  # who names a model gets it
    return () if named else cleaned(wish, search.catalog.vocabulary)


def _best(
    question: str, alone: Wish, search: Search, able: Callable[[Offer], bool]
) -> Ranked | None:
    """Of the enlargers that are able the best; of several against which as little speaks one that
    runs here."""
    offers = ((r, offer_of(r.entry)) for r in search.find(question, alone, _DEEP, "model"))
    found = [(r, o) for r, o in offers if o.task == ENLARGING and able(o)]

    def order(one: tuple[Ranked, Offer]) -> tuple[int, int, bool]:
        fit = one[0].fit
        return fit.rank, len(fit.against), not one[1].runnable

    best = min(found, key=order, default=None)
    return best[0] if best else None
