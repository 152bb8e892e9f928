"""A comparison as a table, rendered from the records: a writer never writes a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.catalog import Entry, Figure, Model, spoken
from assistant.fit import called_for, listing, times
from assistant.references import title_text
from assistant.world import Provided, World

MOST = 6  # columns that a page can hold
_ASKED = ("Parameters", "License", "Trained on", "Speed here")  # rows whose lack is told
MISSING = "not recorded"
_MEASURED = re.compile(r"takes ([\d.]+ seconds)\b.*? and ([\d,]+ MB) for a (\d+x\d+) picture")
_Cell = Callable[[Entry], str]


def compared(world: World) -> list[Provided]:
    """The models that a question names side by side; fewer than two are no comparison."""
    found: dict[str, Provided] = {}
    for p in world.recommended:
        if isinstance(p.entry, Model):
            found.setdefault(p.entry.id, p)
    asks = world.wish.form in ("compare", "fact") and (world.short or len(found) > 1)
    return list(found.values())[:MOST] if asks and len(found) > 1 else []


def comparison(world: World) -> str:
    """The table of the models that are compared, and what of it cannot be compared; empty where
    nothing is."""
    models = [p.entry for p in compared(world) if p.entry is not None]
    if not models:
        return ""
    lines = [_row(["", *(title_text(name) for name in names_of(models))])]
    lines.append(_row(["---"] * (len(models) + 1)))
    unknown: list[str] = []
    for label, cell in _rows(models, world):
        cells = [title_text(cell(entry)) if cell(entry) else "" for entry in models]
        if any(cells):
            lines.append(_row([label, *(text or MISSING for text in cells)]))
        elif label in _ASKED:
            unknown.append(label.lower())
    notes = [_not_comparable(models)]
    if unknown:
        notes.append(f"Of none of them recorded: {listing(unknown)}.")
    return "\n\n".join(filter(None, ["\n".join(lines), " ".join(filter(None, notes))]))


def names_of(entries: Sequence[Entry]) -> list[str]:
    """How a comparison calls its records: by name, by id where two share one."""
    names = [entry.name for entry in entries]
    return [e.id if names.count(e.name) > 1 else e.name for e in entries]


def _rows(models: Sequence[Entry], world: World) -> Iterator[tuple[str, _Cell]]:
    vocabulary = world.catalog.vocabulary
    tasks = {
        e.id: called_for(t, "", (), e.handles) for e in models if (t := vocabulary.task(e.task))
    }
    yield "For", lambda e: tasks[e.id].phrase if e.id in tasks else ""
    yield "Factors", _factors
    yield "Made for", lambda e: listing([vocabulary.phrase(s) for s in e.subjects])
    yield (
        "Parameters",
        lambda e: f"{e.parameters:,}" if isinstance(e, Model) and e.parameters else "",
    )
    yield (
        "Weights file",
        lambda e: f"{e.size_mb:g} MB" if isinstance(e, Model) and e.size_mb else "",
    )
    yield "License", _license
    yield "Trained on", lambda e: listing(e.trained_on) if isinstance(e, Model) else ""
    yield "Invents detail", lambda e: _yes(e.invents) if isinstance(e, Model) else ""
    yield "Speed here", speed
    for wanted in dict.fromkeys((f.metric, f.dataset, f.scale, f.protocol)
                                for e in models for f in e.figures):  # fmt: skip
        metric, dataset, scale, protocol = wanted
        factor = f", {times(scale)}" if scale else ""
        label = f"{metric}, {dataset}{factor} ({protocol})"
        yield label, lambda e, wanted=wanted: _value(e.figures, wanted)  # type: ignore[misc]  # mypy infers no lambda with a default


def speed(entry: Entry) -> str:
    """What we measured of a model on our own machine."""
    found = next(filter(None, (_MEASURED.search(f.text) for f in entry.measured)), None)
    small = ", small version" if found and "small version" in found.string else ""
    return f"{found[1]}, {found[2]} for {found[3]}{small}" if found else ""


def _value(figures: Sequence[Figure], wanted: tuple[object, ...]) -> str:
    same = (f for f in figures if (f.metric, f.dataset, f.scale, f.protocol) == wanted)
    return next((f"{f.value:g}" for f in same), "")


def _factors(entry: Entry) -> str:
    if entry.any_scale:
        return "any"
    if entry.scales == (1,):
        return "keeps the size"
    return listing([times(s) for s in entry.scales])


def _license(entry: Entry) -> str:
    weights = entry.weights_license if isinstance(entry, Model) else None
    code = spoken(entry.license) if entry.license else ""
    both = [f"{code} (code)" if weights and code else code,
            f"{spoken(weights)} (weights)" if weights else ""]  # fmt: skip
    stated = ", ".join(filter(None, both))
    return stated or next((f.text for f in entry.facts_of("license")), "")


def _yes(said: bool | None) -> str:
    return "" if said is None else "may" if said else "no"


def _not_comparable(models: Sequence[Entry]) -> str:
    """Why published figures do not decide, where they do not."""
    sets = [{(f.metric, f.dataset, f.scale, f.protocol) for f in e.figures} for e in models]
    if not any(sets) or (all(sets) and set.intersection(*sets)):
        return ""
    have = [name for name, found in zip(names_of(models), sets, strict=True) if found]
    if len(have) < len(models):
        return f"Published figures are recorded of {listing(have)} only, so they compare nothing."
    return "The published figures were measured in different ways and do not compare."


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
