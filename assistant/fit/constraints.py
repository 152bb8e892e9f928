"""License, file, channels, years, architecture, name, tags and that nothing may be made up: what
some questions state."""

from __future__ import annotations

from assistant.catalog import Vocabulary
from assistant.catalog.licenses import allows
from assistant.fit.offer import Offer
from assistant.fit.said import Findings, Said, listing
from assistant.question import DOUBT, Wish

_BARRED = 12.0  # points against what makes up detail where nothing may be, or needs a strong card
# where there is a small one: more than a fact that answers speaks for a record
_LACKS = 6.0  # points against what is not known to meet a condition that is stated outright
_FAVOR = 1.0  # points of what can be run here, or stands where the user works
_LARGE = 8.0  # GB of graphics memory below which what is known to need a strong card comes last
_RUNS = 1.25  # and what can be run here more than what only stands there


def faithful(wish: Wish) -> bool:
    """Whether a model is wanted that makes nothing up."""
    return DOUBT in wish.aspects and wish.form in (None, "recommend")


def invention(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """That nothing may be made up, of who wants a model, against whether the model does so."""
    task = vocabulary.task(offer.task)
    pictures = task is not None and task.pictures and offer.task == wish.task
    if not (faithful(wish) and pictures):
        return []
    if offer.invents:
        return [Said("partly", f"{offer.name} may draw detail that was not there", -_BARRED)]
    return [Said("fits", "it draws no invented detail", 1)] if offer.invents is False else []


def license(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:  # noqa: A001 - the dimension's name
    """The license asked for against that of the weights or the code."""
    if wish.license is None:
        return []
    wanted = vocabulary.phrase(wish.license)
    if offer.license is None:
        return [Said("partly", f"nothing provided says whether {offer.name} has {wanted}", -_LACKS)]
    if allows(offer.license, wish.license):
        return [Said("fits", f"it has {wanted}", 1)]
    return [Said("mismatch", f"{offer.name} does not have {wanted}")]


def file(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """Size, parameters and format of the weights."""
    found: Findings = []
    if wish.max_mb is not None:
        limit = (offer.size_mb, wish.max_mb, f"{wish.max_mb:g} MB")
        found += _at_most(offer, *limit, "MB", f"how large {offer.name} is")
    if wish.max_parameters is not None:
        limit = (offer.parameters, wish.max_parameters, "the limit that is asked for")
        found += _at_most(offer, *limit, "parameters", f"how many parameters {offer.name} has")
    if wish.vram_gb is not None and wish.vram_gb < _LARGE and offer.needs_gpu:
        heavy = f"{offer.name} needs a strong graphics card"
        found.append(Said("partly", heavy, -_BARRED))
    if wish.vram_gb is not None and offer.size_mb and offer.size_mb > 1000 * wish.vram_gb:
        card = f"a card of {wish.vram_gb:g} GB"
        found.append(
            Said("mismatch", f"{offer.name} has {offer.size_mb:,.9g} MB, more than {card}")
        )
    elif wish.vram_gb is not None and not offer.size_mb:
        found.append(Said("fits", f"nothing provided says how much memory {offer.name} takes"))
    if wish.formats:
        wanted = listing([vocabulary.phrase(one) for one in wish.formats], "or")
        if not offer.formats:
            found.append(
                Said("partly", f"nothing provided names a file of it as {wanted}", -_LACKS)
            )
        elif not set(wish.formats) & set(offer.formats):
            found.append(Said("mismatch", f"{offer.name} is not provided as {wanted}"))
        else:
            found.append(Said("fits", f"it is provided as {wanted}", 1))
    return found


def _at_most(
    offer: Offer, has: float | None, most: float, limit: str, unit: str, unsaid: str
) -> Findings:
    if has is None:
        return [Said("partly", f"nothing provided says {unsaid}", -_LACKS)]
    own = f"{has:,.9g} {unit}"
    if has > most:
        return [Said("mismatch", f"{offer.name} has {own}, more than {limit}")]
    return [Said("fits", f"its {own} are within {limit}", 1)]


def channels(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """Input channels: with alpha, or gray."""
    if wish.channels is None:
        return []
    wanted = next(t.phrase for t in vocabulary.channels if t.id == str(wish.channels))
    if offer.channels is None:
        return [
            Said("partly", f"nothing provided says whether {offer.name} takes {wanted}", -_LACKS)
        ]
    if offer.channels != wish.channels:
        return [Said("mismatch", f"{offer.name} does not take {wanted}")]
    return [Said("fits", f"it takes {wanted}", 1)]


def year(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:  # noqa: ARG001 - every dimension takes the three
    """The year of release."""
    if wish.since is None and wish.until is None:
        return []
    if offer.year is None:
        return [Said("partly", f"nothing provided says when {offer.name} was released", -_LACKS)]
    if (wish.since or 0) <= offer.year <= (wish.until or offer.year):
        return [Said("fits", f"it is of {offer.year}", 1)]
    return [Said("mismatch", f"{offer.name} is of {offer.year}")]


def architecture(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:  # noqa: ARG001 - every dimension takes the three
    """The architecture asked for; another one still does the task."""
    if not wish.architectures:
        return []
    wanted = listing(wish.architectures, "or")
    if offer.architecture in wish.architectures:
        return [Said("fits", f"its architecture is {offer.architecture}, as asked", 3)]
    if offer.architecture is None:
        return [
            Said(
                "partly", f"nothing provided says that {offer.name} is a {wanted} network", -_LACKS
            )
        ]
    return [Said("partly", f"its architecture is {offer.architecture}, not {wanted}", -_LACKS)]


def favor(offer: Offer, vocabulary: Vocabulary) -> float:
    """Points of what can be run here, or stands where the user works."""
    stands = offer.runnable or any(tag in vocabulary.favored for tag in offer.tags)
    return _FAVOR + _RUNS * offer.runnable if stands else 0.0


def labels(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Findings:
    """Tags that are wanted, tags only for those who ask, and everything that is refused."""
    found: Findings = []
    for label in wish.refused:
        if label == offer.architecture or any(
            label in has for has in (offer.subjects, offer.handles, offer.tags)
        ):
            found.append(Said("mismatch", f"the question refuses {vocabulary.phrase(label)}"))
    if met := [tag for tag in wish.tags if tag in offer.tags]:
        phrases = listing([vocabulary.phrase(tag) for tag in met])
        found.append(Said("fits", f"its record names {phrases}", len(met)))
    for tag in wish.tags if offer.architecture else ():
        if tag in vocabulary.methods and tag not in offer.tags:
            phrase = vocabulary.phrase(tag)
            found.append(Said("partly", f"it is not stated that {offer.name} uses {phrase}"))
    if points := favor(offer, vocabulary):
        found.append(Said("fits", "", points))
    for tag in offer.tags:
        if tag in vocabulary.shunned and tag not in wish.tags:
            found.append(Said("partly", f"{offer.name} is meant for {vocabulary.phrase(tag)}", -2))
    return found
