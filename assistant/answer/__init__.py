"""The answer: its parts, citations, fit, findings and receipt; to and from Markdown and JSON."""

from assistant.answer.answer import Answer
from assistant.answer.drafting import draft, from_markdown
from assistant.answer.markdown import COMMANDS, PARTS, heading
from assistant.answer.values import (
    Cited,
    Claim,
    Finding,
    Outcome,
    Receipt,
    Recommendation,
    Reference,
    RelatedPaper,
)

__all__ = [
    "COMMANDS",
    "PARTS",
    "Answer",
    "Cited",
    "Claim",
    "Finding",
    "Outcome",
    "Receipt",
    "Recommendation",
    "Reference",
    "RelatedPaper",
    "draft",
    "from_markdown",
    "heading",
]
