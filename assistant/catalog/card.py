"""A record as a page that a person wants to read: what it is for, what is known and from where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.catalog.records import Concept, Entry, Model
from assistant.catalog.stated import Fact, source

_UNKNOWN = "not recorded"


def card(members: Sequence[Entry], demo: str | None = None, runs: str | None = None) -> str:
    """One record, or the members of one family (RCAN 2x, 3x, 4x ...), as Markdown.

    What members share is told once, what differs in a table. A field that nobody filled is
    said to be not recorded; each fact ends with the place where it was read. ``demo`` is the
    name of the demonstration of the first, ``runs`` says which of the members run here.
    """
    first = members[0]
    lines = [f"# {first.name}", ""]
    if first.title != first.name:
        lines += [f"*{first.title}*", ""]
    lines += [_source(first), "", first.does]
    if isinstance(first, Concept):
        lines += ["", f"For you: {first.means}"]
    lines += ["", *_table(list(_fields(members, runs)))]
    if len(members) > 1:
        lines += ["", *_variants(members)]
    steps = next((entry.steps for entry in members if entry.steps), ())
    if steps:
        lines += ["", "## How it works", ""]
        lines += [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    facts = dict.fromkeys(fact for entry in members for fact in entry.stated)
    if facts:
        lines += ["", "## What is known", ""]
        lines += [f"- {fact.text} ({_place(fact)})" for fact in facts]
    figures = dict.fromkeys(figure for entry in members for figure in entry.figures)
    if figures:
        lines += ["", "## Published figures", ""]
    for f in figures:
        scale = f" {f.scale:g}x" if f.scale else ""
        told = f"{f.protocol}; {source(f.place)}"
        lines.append(f"- {f.metric} {f.value:g} on {f.dataset}{scale} ({told})")
    if demo:
        lines += ["", f"To see the idea at work: `sr-assistant run --demo {demo}`"]
    return "\n".join(lines) + "\n"


def _source(entry: Entry) -> str:
    """Who, where and when, as far as it is recorded."""
    told = [entry.authors or "", entry.venue or "", str(entry.year or "")]
    if entry.venue and str(entry.year) in entry.venue:
        told.pop()
    return ", ".join(filter(None, told)) or f"authors and year {_UNKNOWN}"


def _fields(members: Sequence[Entry], runs: str | None) -> Iterator[tuple[str, str]]:
    """What all members share: name of the field and its value in words."""
    first = members[0]
    yield "kind", f"{first.kind}, {_shared(members, 'task') or 'no task'}"
    if isinstance(first, Concept):
        yield "topic", first.topic
        if first.aliases:
            yield "also called", ", ".join(first.aliases)
        if first.related:
            yield "see also", ", ".join(first.related)
    elif isinstance(first, Model):
        if first.aliases:
            yield "also called", ", ".join(first.aliases)
        yield "factors", _factors(members)
        yield "made for", ", ".join(first.subjects) or "any picture"
        yield "damage it handles", ", ".join(first.handles) or _UNKNOWN
        for field, label in (
            ("blind", "damage may be unknown"),
            ("invents", "may invent detail"),
            ("video", "made for video"),
            ("needs_gpu", "needs a GPU"),
            ("efficient", "for weak devices"),
        ):
            yield label, {True: "yes", False: "no"}.get(getattr(first, field), _UNKNOWN)
        yield "trained on", ", ".join(first.trained_on) or _UNKNOWN
        sizes = {m.parameters for m in members if isinstance(m, Model) and m.parameters}
        yield "parameters", ", ".join(f"{size:,}" for size in sorted(sizes)) or _UNKNOWN
    if not isinstance(first, Concept) or first.github:
        yield "license of the code", first.license or _UNKNOWN
    if isinstance(first, Model):
        yield "license of the weights", first.weights_license or _UNKNOWN
        if runs:
            yield "runs here", runs
        weights = dict.fromkeys(u for m in members if isinstance(m, Model) for u in m.weights)
        if weights:
            yield "weights", " ".join(weights)
    for link in ("paper", "github", "huggingface"):
        if value := getattr(first, link):
            yield link, value


def _shared(members: Sequence[Entry], field: str) -> str:
    return ", ".join(dict.fromkeys(v for m in members if (v := getattr(m, field))))


def _factors(members: Sequence[Entry]) -> str:
    found = [f"{s:g}x" for s in sorted({s for m in members for s in m.scales})]
    largest = max((m.trained_to for m in members if m.trained_to), default=None)
    any_one = f"any, trained up to {largest:g}x" if largest else "any"
    return ", ".join(found + [any_one] * any(m.any_scale for m in members)) or "keeps the size"


def _table(rows: Sequence[tuple[str, str]]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _variants(members: Sequence[Entry]) -> list[str]:
    """The members by id, with what tells them apart."""
    rows = ["| id | task | factors | for | parameters |", "|---|---|---|---|---|"]
    for m in members:
        size = f"{m.parameters:,}" if isinstance(m, Model) and m.parameters else ""
        what = ", ".join(filter(None, [getattr(m, "variant", None), *m.subjects]))
        rows.append(f"| {m.id} | {m.task or ''} | {_factors([m])} | {what} | {size} |")
    return rows


def _place(fact: Fact) -> str:
    here = "measured here: " if fact.basis == "measured" else ""
    return f"{here}{source(fact.place)}"
