"""The report as one HTML page that works offline: plots, then every answer with its findings."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.grading.references import COMPARED, PART_NAMES
from assistant.grading.reports import markdown, plots
from assistant.grading.reports.data import Report
from assistant.grading.scores import OWN, Graded

if TYPE_CHECKING:
    from jinja2 import Template

_KEY = ("structure", "links.precision", "names", "numbers", "grounded", "fit", "support.rate",
        "rubric", "facts", "information.f", "rouge1.f", "chrf", "similarity")  # fmt: skip
_BY_PART = {part: [name for name in COMPARED if name.startswith(f"{part}.")]
            for part in PART_NAMES.values()}  # fmt: skip
_WHOLE = [name for name in (*OWN, *COMPARED) if name.split(".")[0] not in _BY_PART]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an answer's text with the findings that cover it."""

    text: str
    kinds: tuple[str, ...]
    style: str
    note: str


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html.jinja")


def to_html(report: Report) -> str:
    """One self-contained page: no script, no request; filters are plain radio buttons."""
    return _template().render(
        report=report,
        run=report.run,
        summary=[_row(report, name) for name in _WHOLE if _applies(report, name)],
        judged=[_row(report, n) for n in report.run.metrics if n.startswith("judge.")],
        sections=[_section(report, name) for name in PART_NAMES.values()],
        differences=_differences(report),
        heads=markdown.COMPARISON,
        compared=_compared(report),
        answers=[_answer(report, g) for g in report.run.graded],
        kinds=sorted(report.findings.items(), key=lambda kv: (-kv[1], kv[0])),
    )


def _applies(report: Report, name: str) -> bool:
    return bool(report.run.values(name)[0])


def _row(report: Report, name: str) -> dict[str, Any]:
    values, _ = report.run.values(name)
    s = report.run.summary_of(name)
    plot = plots.strip(values, s.interval.low, s.interval.high, name)
    return {
        "name": name, "mean": f"{s.interval.mean:.3f}", "bounds": markdown.bounds(s),
        "n": s.interval.n, "note": s.interval.note, "plot": plot,
    }  # fmt: skip


def _section(report: Report, part: str) -> dict[str, Any]:
    return {"name": part, "rows": [_row(report, n) for n in _BY_PART[part] if _applies(report, n)]}


def _compared(report: Report) -> list[tuple[str, ...]]:
    scores = report.comparison.scores if report.comparison else {}
    return [(name, *markdown.compared(p)) for name, p in scores.items()]


def _differences(report: Report) -> list[dict[str, str]]:
    """A plot for each key score that differs on some prompt."""
    found = report.comparison.differences if report.comparison else {}
    return [
        {
            "name": name,
            "widest": f"{max(abs(d) for _, d in pairs):.3f}",
            "plot": plots.differences([d for _, d in pairs], name),
        }
        for name, pairs in found.items()
        if name in _KEY and any(d for _, d in pairs)
    ]


def _answer(report: Report, g: Graded) -> dict[str, Any]:
    harmful = [m for m in g.marks if m.harmful]
    unsure = any(s.verdict != "supported" for _, s in g.supports)
    state = "failed" if g.failed else "wrong" if harmful else "unsure" if unsure else "clean"
    request = report.run.requests.get(g.prompt)
    return {
        "graded": g,
        "state": state,
        "scores": [(n, g.scores[n]) for n in _KEY if g.scores.get(n) is not None],
        "harmful": harmful,
        "pieces": list(pieces(g)),
        "sources": request.items if request else (),
        "question": request.question if request else "",
        "reasons": sorted(g.reasons.items()),
    }


def pieces(g: Graded) -> Iterator[Piece]:
    """The answer's text cut where findings begin and end; the pieces join to it unchanged."""
    spans = [(m.start, m.end, m.kind, "harm" if m.harmful else "note", m.evidence)
             for m in g.marks if m.end > m.start]  # fmt: skip
    spans += [
        (
            m.start,
            m.end,
            s.verdict,
            s.verdict,
            f"p {s.probability:.2f}; nearest: {s.evidence[:200]}",
        )
        for m, s in g.supports
        if s.verdict != "supported"
    ]
    cuts = sorted({0, len(g.text), *(s[0] for s in spans), *(s[1] for s in spans)})
    for start, end in pairwise(cuts):
        over = [s for s in spans if s[0] <= start and s[1] >= end]
        styles = [s[3] for s in over]
        order = ("harm", "unsupported", "uncertain", "note")
        style = next((name for name in order if name in styles), "")
        kinds = tuple(dict.fromkeys(s[2] for s in over))
        note = "; ".join(f"{s[2]}: {s[4]}" if s[4] else s[2] for s in over)
        yield Piece(g.text[start:end], kinds, style, note)
