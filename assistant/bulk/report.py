"""``run.json``: what a run was, did, found and cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.bulk import outputs
from assistant.bulk.options import Options
from assistant.bulk.runner import Run
from assistant.errors import InputError
from assistant.generation.openai_chat import OpenAIChat
from assistant.version import __version__

MAX_ERRORS = 20  # kinds of errors that are named


def report_of(run: Run, tally: outputs.Tally, options: Options, start: float) -> dict[str, Any]:
    """The report of a run that is over; ``start`` is in seconds since 1970."""
    generator, progress, asker = run.assistant.generator, run.progress, run.asker
    waits = sorted(asker.latencies) if asker else []
    spent = asker.spent if asker else None
    return {
        "version": __version__,
        "generator": generator.name,
        **(generator.identity if isinstance(generator, OpenAIChat) else {}),
        "catalog": run.assistant.catalog.digest,
        "inputs": [str(source.path) for source in run.selection.sources],
        "options": asdict(options),
        "workers": run.checker.told(),
        "items": progress.total,
        "counts": {
            "answered": progress.answered,
            "cached": progress.cached,
            "failed": progress.failed,
            "left": progress.left,
        },
        "answers": tally.answers,
        "outcomes": dict(sorted(tally.outcomes.items())),
        "fit": dict(sorted(tally.fit.items())),
        "findings": dict(tally.findings.most_common()),
        "replies": dict(tally.replies.most_common()),
        "mismatches": tally.mismatches,
        "requests": spent.requests if spent else 0,
        "attempts": asker.attempts if asker else 0,
        "tokens": {"in": spent.tokens_in, "out": spent.tokens_out} if spent else None,
        "cost": {"this_run": spent.cost if spent else 0.0, "all": tally.cost, "unit": "USD"},
        "latency": {"p50": quantile(waits, 50), "p95": quantile(waits, 95)},
        "errors": [
            {"code": code, "message": message, "count": count}
            for (code, message), count in tally.errors.most_common(MAX_ERRORS)
        ],
        "ended_by": asdict(run.gate.halted) if run.gate.halted else None,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)),
        "seconds": round(time.time() - start, 3),
    }


def state_of(run: Run) -> list[str]:
    """What the files of a run were made of, and what they look like."""
    digest: str = run.asked_for.hexdigest()
    return [run.selection.keys.identity, digest, outputs.fingerprint(run.out)]


def unchanged(run: Run, options: Options, start: float) -> dict[str, Any] | None:
    """The report of the last run where this one found all of it as it was left."""
    progress = run.progress
    if progress.cached != progress.total or progress.seen != progress.total:
        return None
    try:
        before = outputs.read_report(run.out)
    except InputError:
        return None
    if before.get("state") != state_of(run):
        return None
    fresh = report_of(run, outputs.Tally(), options, start)
    kept = ("answers", "outcomes", "fit", "findings", "replies", "mismatches", "errors", "state")
    report = {**fresh, **{name: before[name] for name in kept}}
    report["cost"]["all"] = before["cost"]["all"]
    return report


def quantile(values: Sequence[float], percent: int) -> float | None:
    """A percentile of sorted values, None of none."""
    if len(values) <= 1:
        return round(values[0], 3) if values else None
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 3)
