"""Read what a question asks for: text -> Wish. Tables are data (``vocabulary.yaml``)."""

from assistant.question.amounts import asks_amount, pictures_in, size_in
from assistant.question.asks import asks, main, stands_alone
from assistant.question.hardware import Hardware, place_in, runs_where
from assistant.question.numbers import MAX_CHARS, Line, plain
from assistant.question.order import arranged, asks_order
from assistant.question.prints import Print
from assistant.question.reader import DOUBT, FORMS, MOST_STEPS, OUTSIDE, SURE, shipped
from assistant.question.scales import read_scales
from assistant.question.told import asks_for, tells, wonders
from assistant.question.tools import tools_in
from assistant.question.understanding import expecting, following, understand
from assistant.question.wish import ENLARGING, Wish, read

__all__ = [
    "DOUBT",
    "ENLARGING",
    "FORMS",
    "MAX_CHARS",
    "MOST_STEPS",
    "OUTSIDE",
    "SURE",
    "Hardware",
    "Line",
    "Print",
    "Wish",
    "arranged",
    "asks",
    "asks_amount",
    "asks_for",
    "asks_order",
    "expecting",
    "following",
    "main",
    "pictures_in",
    "place_in",
    "plain",
    "read",
    "read_scales",
    "runs_where",
    "shipped",
    "size_in",
    "stands_alone",
    "tells",
    "tools_in",
    "understand",
    "wonders",
]
