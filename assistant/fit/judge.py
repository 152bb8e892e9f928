"""The verdict: every dimension of a wish against the same dimension of an offer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Vocabulary
from assistant.fit import constraints, dimensions
from assistant.fit.offer import Offer
from assistant.fit.said import Findings, Verdict
from assistant.question import Wish

_RANK: dict[str, int] = {"fits": 0, "partly": 1, "mismatch": 2}
_DIMENSIONS = (
    dimensions.task,
    dimensions.scale,
    dimensions.subject,
    dimensions.source,
    dimensions.degradation,
    dimensions.level,
    dimensions.device,
    constraints.invention,
    constraints.license,
    constraints.file,
    constraints.channels,
    constraints.year,
    constraints.architecture,
    constraints.labels,
)
_OWN = (dimensions.scale, constraints.architecture, constraints.year)  # not of what stands in


class Fit(BaseModel):
    """The verdict on one item, or on a whole request, with reasons in plain words.

    ``against`` are those of the reasons that keep it from fitting; ``closest`` names the provided
    item that comes nearest where the verdict is ``mismatch``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()
    closest: str | None = None

    @property
    def rank(self) -> int:
        """0 for the best verdict; sorts items by fit."""
        return _RANK[self.verdict]


def judge(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Fit:
    """Judge one offer against a wish; the worst dimension decides.

    What the offer leaves unsaid is unknown, never a contradiction; what the question leaves
    unsaid is named where the model fixes it.
    """
    return weigh(wish, offer, vocabulary)[0]


def stands_in(wish: Wish, offer: Offer, other: Offer, vocabulary: Vocabulary) -> bool:
    """Whether an offer takes what ``other`` takes and meets every part of a wish no worse than it
    does. The factor is left out: several models in a row may reach it."""
    parts = (part for part in _DIMENSIONS if part not in _OWN)
    return offer.takes == other.takes and all(
        _worst(part(wish, offer, vocabulary)) <= _worst(part(wish, other, vocabulary))
        for part in parts
    )


def conditions(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> list[str]:
    """What an offer meets of what is asked of it beside its task and factor, in plain words."""
    parts = (part for part in _DIMENSIONS if part not in (dimensions.task, dimensions.scale))
    found = (said for part in parts for said in part(wish, offer, vocabulary))
    return [said.reason for said in found if said.reason and said.verdict == "fits"]


def _worst(found: Findings) -> int:
    return max((_RANK[said.verdict] for said in found), default=0)


def weigh(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> tuple[Fit, float, float]:
    """The fit, points for what the offer is known to meet and against what it does not, which order
    equal verdicts, and of them those that count whatever a fact says: against it, for what is made
    for the subject, and the favor."""
    by = {dimension: dimension(wish, offer, vocabulary) for dimension in _DIMENSIONS}
    found = [said for group in by.values() for said in group]
    worst = max((said.verdict for said in found), key=_RANK.__getitem__, default="fits")
    told = [said for said in found if said.reason and worst in (said.verdict, "fits", "partly")]
    against = tuple(said.reason for said in told if said.verdict != "fits")
    fit = Fit(verdict=worst, reasons=tuple(said.reason for said in told), against=against)
    malus = sum(min(said.points, 0.0) for said in found)
    special = set(offer.subjects) - {"photo"}  # for which every model is made
    suits = sum(max(said.points, 0.0) for said in by[dimensions.subject]) if special else 0.0
    firm = malus + suits + constraints.favor(offer, vocabulary)
    return fit, sum(said.points for said in found), firm
