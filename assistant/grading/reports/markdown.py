"""The report as Markdown, also shown as the table of the command line."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.grading.reports.data import Report
from assistant.grading.run import Summary
from assistant.grading.statistics import Paired

SHOWN = 40
COMPARISON = ("score", "difference", "95 %", "p", "p (Holm)", "wins/ties/losses", "detectable",
              "note")  # fmt: skip


def to_markdown(report: Report) -> str:
    """Summary with intervals, comparison, gates, findings, failed and unmatched."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    run = report.run
    failed = [g for g in run.graded if g.failed]
    yield f"# Grades of {run.name}"
    yield ""
    yield f"{len(run.graded)} answers, {len(failed)} failed (counted as 0)."
    yield ""
    yield from summary(report)
    yield from _gates(report)
    yield from comparison(report)
    if report.findings:
        yield "## Findings"
        yield ""
        yield "| kind | answers' sentences and links |"
        yield "|---|---|"
        for kind, count in sorted(report.findings.items(), key=lambda kv: (-kv[1], kv[0])):
            yield f"| {kind} | {count} |"
        yield ""
    if failed:
        yield "## Failed"
        yield ""
        yield from (f"- {g.id}: {g.failed}" for g in failed[:SHOWN])
        yield from _rest(len(failed))
        yield ""
    yield from _unmatched(report)


def summary(report: Report) -> Iterator[str]:
    """One line a score: mean, 95 % interval, how many."""
    yield "| score | mean | 95 % | scored | failed | not applicable | note |"
    yield "|---|---|---|---|---|---|---|"
    for name, s in report.run.summary().items():
        yield f"| {name} | {_mean(name, s)} | {bounds(s)} | {s.scored} | {s.failed} " \
              f"| {s.not_applicable} | {_note(s)} |"  # fmt: skip
    yield ""


def _mean(name: str, s: Summary) -> str:
    if s.interval.n == 0:
        return "-"
    return f"{s.interval.mean:.1f}" if name == "words" else f"{s.interval.mean:.3f}"


def bounds(s: Summary) -> str:
    """The interval, or nothing where there is none."""
    low, high = s.interval.low, s.interval.high
    return "" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _note(s: Summary) -> str:
    best = f"up to {s.best:.3f} if failed were 1" if s.failed and s.best is not None else ""
    return "; ".join(filter(None, [s.interval.note, best]))


def _gates(report: Report) -> Iterator[str]:
    if not report.wanted:
        return
    yield "## Gates"
    yield ""
    for name, least in sorted(report.wanted.items()):
        missed = report.missed.get(name)
        said = f"missed, {missed[0]:.4f}" if missed else "met"
        yield f"- {name} at least {least:g}: {said}"
    yield ""


def comparison(report: Report) -> Iterator[str]:
    """The paired comparison with the baseline."""
    c = report.comparison
    if c is None:
        return
    yield f"## Against {c.baseline}"
    yield ""
    here, there = len(c.only_here), len(c.only_there)
    yield f"{c.common} common prompts; {here} only here, {there} only there."
    yield ""
    yield f"| {' | '.join(COMPARISON)} |"
    yield "|---" * len(COMPARISON) + "|"
    for name, p in c.scores.items():
        yield f"| {' | '.join((name, *compared(p)))} |"
    yield ""


def compared(p: Paired) -> tuple[str, ...]:
    """The cells of a paired comparison after its name, under `COMPARISON`."""
    d = p.difference
    low_high = "" if d.low is None or d.high is None else f"{d.low:+.3f} to {d.high:+.3f}"
    least = "" if p.detectable is None else f"{p.detectable:.3f}"
    note = "; ".join(filter(None, dict.fromkeys([p.note, d.note])))
    counts = f"{p.wins}/{p.ties}/{p.losses}"
    return f"{d.mean:+.3f}", low_high, f"{p.p:.4f}", f"{p.holm:.4f}", counts, least, note


def _unmatched(report: Report) -> Iterator[str]:
    u = report.run.unmatched
    lists = {
        "answers without a prompt": u.answers_without_prompt,
        "prompts without an answer": u.prompts_without_answer,
        "answers without a reference": u.answers_without_reference,
        "references without an answer": u.references_without_answer,
        "prompt files that cannot be read": [f"{k}: {v}" for k, v in u.broken_prompts.items()],
    }
    if any(lists.values()):
        yield "## Unmatched"
        yield ""
        for what, names in lists.items():
            if names:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                yield f"- {len(names)} {what}: {', '.join(names[:SHOWN])}{more}"
        yield ""


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"- and {count - SHOWN} more"
