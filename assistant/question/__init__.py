"""Read what a question asks for: text -> Wish. Tables are data (``vocabulary.yaml``)."""

from assistant.question.numbers import MAX_CHARS, Line, plain
from assistant.question.order import arranged
from assistant.question.prints import Print
from assistant.question.reader import DOUBT, FORMS, MOST_STEPS, OUTSIDE, SURE, shipped
from assistant.question.scales import read_scales
from assistant.question.told import asks_for, tells
from assistant.question.understanding import expecting, understand
from assistant.question.wish import ENLARGING, Wish, read

__all__ = [
    "DOUBT",
    "ENLARGING",
    "FORMS",
    "MAX_CHARS",
    "MOST_STEPS",
    "OUTSIDE",
    "SURE",
    "Line",
    "Print",
    "Wish",
    "arranged",
    "asks_for",
    "expecting",
    "plain",
    "read",
    "read_scales",
    "shipped",
    "tells",
    "understand",
]
