"""Counts and times in the text format of Prometheus; labels are ours, never a user's words."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from assistant.server.pools import Pool

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What a server has done since it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[_Labels] = Counter()
        self._times: dict[_Labels, list[float]] = {}
        self._answers: Counter[_Labels] = Counter()

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        with self._lock:
            self._requests[("route", route), ("method", method), ("status", str(status))] += 1
            row = self._times.setdefault((("route", route),), [0.0] * (len(BUCKETS) + 2))
            for n, bound in enumerate(BUCKETS):
                row[n] += seconds <= bound
            row[-2] += 1
            row[-1] += seconds

    def answer(self, outcome: str, verdict: str) -> None:
        """Count an answer."""
        with self._lock:
            self._answers[("outcome", outcome), ("verdict", verdict)] += 1

    def text(self, pools: Iterable[Pool], *, ready: bool) -> str:
        """All of it."""
        with self._lock:
            requests, answers = dict(self._requests), dict(self._answers)
            times = {labels: list(row) for labels, row in self._times.items()}
        pools = tuple(pools)
        running: dict[_Labels, float] = {(("pool", p.name),): p.running for p in pools}
        queued: dict[_Labels, float] = {(("pool", p.name),): p.queued for p in pools}
        lines = [
            *_metric("sra_ready", "gauge", "whether questions are answered", {(): float(ready)}),
            *_metric("sra_requests_total", "counter", "requests by route and status", requests),
            *_metric("sra_answers_total", "counter", "answers by outcome and verdict", answers),
            *_metric("sra_pool_running", "gauge", "busy workers", running),
            *_metric("sra_pool_queued", "gauge", "work that waits for a worker", queued),
            "# HELP sra_request_seconds time of requests, streams to their end",
            "# TYPE sra_request_seconds histogram",
        ]
        for labels, row in sorted(times.items()):
            for n, bound in enumerate(BUCKETS):
                below = (*labels, ("le", f"{bound:g}"))
                lines.append(_line("sra_request_seconds_bucket", below, row[n]))
            lines.append(_line("sra_request_seconds_bucket", (*labels, ("le", "+Inf")), row[-2]))
            lines.append(_line("sra_request_seconds_count", labels, row[-2]))
            lines.append(_line("sra_request_seconds_sum", labels, row[-1]))
        return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, about: str, values: Mapping[_Labels, float]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in sorted(values.items()):
        yield _line(name, labels, value)


def _line(name: str, labels: _Labels, value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels)
    return f"{name}{{{inside}}} {value:.12g}" if inside else f"{name} {value:.12g}"


def _escaped(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
