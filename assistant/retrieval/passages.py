"""The texts under which a record is found.

Each becomes one vector, and the best one counts for its record. A question written for the
record is the strongest of them (APIBench TorchHub: nDCG@10 .253 without, .317 with), so each
stands alone instead of drowning in the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.catalog import Entry, Model

CARD_CHARACTERS = 400  # about 100 tokens: twice as much finds no better and embeds half as fast


def passages(entry: Entry) -> tuple[str, ...]:
    """The card, then each example question. Facts beyond the card are left to BM25."""
    lines = [*_telling(entry), *entry.steps, *(fact.text for fact in entry.facts)]
    card = ""
    for line in dict.fromkeys(lines):
        card = f"{card}\n{line}".strip()[:CARD_CHARACTERS]
        if len(card) == CARD_CHARACTERS:
            break
    return tuple(dict.fromkeys((card, *entry.example_questions)))


def lexical_text(entry: Entry) -> str:
    """Every word of the record, and its id split into words: one document for BM25."""
    parts = [
        re.sub(r"[._+-]+", " ", entry.id),
        entry.id,
        *entry.aliases,
        *_telling(entry),
        entry.input,
        entry.output,
        *entry.steps,
        *(fact.text for fact in entry.facts),
        *(f"{figure.metric} {figure.dataset}" for figure in entry.figures),
        entry.license or "",
        *entry.example_questions,
    ]
    return "\n".join(filter(None, parts))


def _telling(entry: Entry) -> Iterator[str]:
    """The lines of the card, the most telling first."""
    task = (entry.task or "").replace("-", " ")
    yield ", ".join(filter(None, dict.fromkeys((entry.name, entry.title, task))))
    yield entry.does
    if entry.differs:
        yield entry.differs
    if isinstance(entry, Model) and entry.variant:
        yield entry.variant
    scales = [f"{scale:g}x" for scale in entry.scales] + ["any scale"] * entry.any_scale
    for label, values in (("scale", scales), ("for", entry.subjects), ("handles", entry.handles)):
        if values:
            yield f"{label}: {', '.join(values)}"
    if entry.efficient:
        yield "light enough for phones and other weak devices"
    if isinstance(entry, Model):
        if entry.architecture and entry.architecture != entry.name:
            yield f"architecture: {entry.architecture}"
        if entry.trained_on:
            yield f"trained on {', '.join(entry.trained_on)}"
