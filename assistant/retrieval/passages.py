"""The texts under which a record is found.

Each becomes one vector, and the best one counts for its record. A question written for the
record is the strongest of them (APIBench TorchHub: nDCG@10 .253 without, .317 with), so each
stands alone instead of drowning in the card.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from assistant.catalog import Entry, Model

CARD_CHARACTERS = 800  # below 256 tokens, where the encoder stops reading: English has 4 a token


def passages(entry: Entry) -> tuple[str, ...]:
    """The card, each example question, then the facts for which the card had no room."""
    lines = [*_telling(entry), *entry.steps, *(fact.text for fact in entry.facts)]
    card, *rest = _pack(dict.fromkeys(lines), CARD_CHARACTERS - len(entry.name) - 2)
    further = (f"{entry.name}: {text}" for text in rest)
    return tuple(dict.fromkeys((card, *entry.example_questions, *further)))


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


def _fitting(line: str, limit: int) -> list[str]:
    """The line, in pieces only where it is too long: wrapping is slow and rarely needed."""
    return [line] if len(line) <= limit and line.strip() else textwrap.wrap(line, limit)


def _pack(lines: Iterable[str], limit: int) -> list[str]:
    """Lines joined into texts of at most ``limit`` characters, in order."""
    texts = [""]
    for line in (piece for whole in lines for piece in _fitting(whole, limit)):
        if len(texts[-1]) + len(line) >= limit:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{line}".strip()
    return texts
