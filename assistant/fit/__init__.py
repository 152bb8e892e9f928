"""Compare a wish with what is known about a model or paper: Wish x Offer -> Fit."""

from assistant.fit.constraints import faithful
from assistant.fit.inputs import called_for
from assistant.fit.judge import Fit, conditions, judge, stands_in, weigh
from assistant.fit.offer import Offer, offer_of, offer_of_name, offer_of_text
from assistant.fit.said import listing, times
from assistant.fit.together import cleaned, does_all

__all__ = [
    "Fit",
    "Offer",
    "called_for",
    "cleaned",
    "conditions",
    "does_all",
    "faithful",
    "judge",
    "listing",
    "offer_of",
    "offer_of_name",
    "offer_of_text",
    "stands_in",
    "times",
    "weigh",
]
