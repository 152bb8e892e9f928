"""A whole run: every answer graded, what did not match listed, means with intervals."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from assistant.catalog import Catalog
from assistant.cluster import Workers
from assistant.errors import InputError
from assistant.grading.findings import Checker
from assistant.grading.inputs import Reference, Written
from assistant.grading.references import COMPARED
from assistant.grading.scores import INFORMATIVE, OWN, Graded, best_metrics, grade_answer
from assistant.grading.statistics import Interval, interval
from assistant.prompts import Request
from assistant.world import build

PARALLEL_FROM = 40  # answers; below it a second process costs more than it saves
_FEW = 8  # answers that a worker elsewhere is given at a time: little is lost with it
_CHECKERS = 64  # worlds kept by a process; answers come sorted by prompt

Job = tuple[Written, str, Request, Reference | None]
Divide = Callable[[Sequence[Job], Catalog, bool, int], Iterator[Graded]]
"""Jobs to grades: with the catalog, whether the encoder is asked, among so many processes."""


@dataclass(slots=True)
class Unmatched:
    """Ids that stand on one side only."""

    answers_without_prompt: list[str] = field(default_factory=list)
    prompts_without_answer: list[str] = field(default_factory=list)
    answers_without_reference: list[str] = field(default_factory=list)
    references_without_answer: list[str] = field(default_factory=list)
    broken_prompts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """The graded answers of one run, by id."""

    name: str
    graded: list[Graded]
    unmatched: Unmatched
    requests: dict[str, Request] = field(default_factory=dict)

    @property
    def metrics(self) -> list[str]:
        """The scores that apply to some answer."""
        return best_metrics(self.graded)

    def values(self, metric: str) -> tuple[list[float], list[str]]:
        """The scores of all answers it applies to, with their prompts; failed ones are 0."""
        found = [(v, g.prompt) for g in self.graded if (v := g.scores.get(metric)) is not None]
        return [v for v, _ in found], [prompt for _, prompt in found]

    def summary(self) -> dict[str, Summary]:
        """Mean, interval and counts for every score; the informative ones without interval."""
        names = [
            *self.metrics,
            *(n for n in INFORMATIVE if any(n in g.scores for g in self.graded)),
        ]
        return {name: self.summary_of(name) for name in names}

    def summary_of(self, metric: str) -> Summary:
        """Mean, interval and counts of one score."""
        values, prompts = self.values(metric)
        failed = sum(bool(g.failed) and g.scores.get(metric) is not None for g in self.graded)
        best = (sum(values) + failed) / len(values) if values else None
        not_applicable = len(self.graded) - len(values)
        found = interval(values, prompts)
        if metric not in INFORMATIVE and found.low is not None and found.high is not None:
            found = replace(found, low=max(0.0, found.low), high=min(1.0, found.high))
        return Summary(found, len(values) - failed, failed, best, not_applicable)


@dataclass(frozen=True, slots=True)
class Summary:
    """One score over a run; ``best`` is the mean if every failed answer had scored 1."""

    interval: Interval
    scored: int
    failed: int
    best: float | None
    not_applicable: int

    def to_json(self) -> dict[str, Any]:
        """As the reports print it, rounded to six places."""
        i = self.interval
        return {
            "mean": _rounded(i.mean),
            "low": _rounded(i.low),
            "high": _rounded(i.high),
            "n": i.n,
            "prompts": i.clusters,
            "scored": self.scored,
            "failed": self.failed,
            "mean_if_failed_were_1": _rounded(self.best) if self.failed else None,
            "not_applicable": self.not_applicable,
            "note": i.note,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 6)


def match(
    answers: Mapping[str, Written],
    requests: Mapping[str, Request],
    references: Mapping[str, Reference] | None,
) -> tuple[list[Job], Unmatched]:
    """Join by id; several answers to one prompt are ``RUN/ID`` or ``ID#2``, ``ID@judge``.

    Raises:
        InputError: no answer has a prompt.
    """
    unmatched = Unmatched()
    jobs: list[Job] = []
    for name, written in answers.items():
        prompt = _prompt_of(name, requests)
        if prompt is None:
            unmatched.answers_without_prompt.append(name)
            continue
        reference = references.get(prompt) if references is not None else None
        if references is not None and reference is None:
            unmatched.answers_without_reference.append(name)
        jobs.append((written, prompt, requests[prompt], reference))
    if not jobs:
        first = unmatched.answers_without_prompt[0]
        raise InputError(
            f"no answer has a prompt: {first!r} is none of {len(requests)} prompt ids",
            hint="the answer to prompts/ID.txt is answers/ID.md, or has the id ID",
        )
    have = {prompt for _, prompt, _, _ in jobs}
    unmatched.prompts_without_answer = sorted(set(requests) - have)
    unmatched.references_without_answer = sorted(set(references or ()) - have)
    return sorted(jobs, key=lambda job: (job[1], job[0].id)), unmatched


def _prompt_of(name: str, requests: Mapping[str, Request]) -> str | None:
    last = name.rsplit("/", 1)[-1]
    for candidate in (name, last, last.split("#")[0], last.split("@")[0]):
        if candidate in requests:
            return candidate
    return None


def grade(  # noqa: PLR0913 - a run has these parts
    name: str,
    jobs: Sequence[Job],
    unmatched: Unmatched,
    catalog: Catalog,
    *,
    encode: bool = True,
    processes: int | None = None,
    on_done: Callable[[int], None] | None = None,
    workers: Workers | None = None,
) -> Run:
    """Grade every answer; many are shared among the cores, or among ``workers`` that opened the
    same catalog. The result depends on neither."""
    cores = processes or os.cpu_count() or 1
    graded: list[Graded] = []
    divide: Divide = _parallel if _worth_it(jobs, cores) else _serial
    if workers:
        divide = partial(_spread, workers)
    source = divide(jobs, catalog, encode, cores)
    for one in source:
        graded.append(one)
        if on_done:
            on_done(len(graded))
    graded.sort(key=lambda g: g.id)
    return Run(name, graded, unmatched, {prompt: request for _, prompt, request, _ in jobs})


def _worth_it(jobs: Sequence[Job], cores: int) -> bool:
    forks = "fork" in multiprocessing.get_all_start_methods()
    return cores > 1 and forks and len(jobs) >= PARALLEL_FROM


def _serial(
    jobs: Sequence[Job], catalog: Catalog, encode: bool, _cores: int = 1
) -> Iterator[Graded]:
    checkers: dict[str, Checker] = {}
    for written, prompt, request, reference in jobs:
        checker = checkers.get(request.digest)
        if checker is None:
            if len(checkers) >= _CHECKERS:
                checkers.clear()
            checkers[request.digest] = checker = Checker(build(request, catalog), encode=encode)
        yield grade_answer(written, prompt, checker, reference)


_shared: list[Catalog] = []  # what the forked processes read; a catalog is slow to send


def _parallel(jobs: Sequence[Job], catalog: Catalog, encode: bool, cores: int) -> Iterator[Graded]:
    _shared[:] = [catalog]
    share = max(8, min(50, len(jobs) // (cores * 4)))
    chunks = [jobs[n : n + share] for n in range(0, len(jobs), share)]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(cores, mp_context=context) as pool:
        for graded in pool.map(_chunk, chunks, itertools.repeat(encode)):
            yield from graded


def _spread(
    workers: Workers, jobs: Sequence[Job], _catalog: Catalog, encode: bool, _cores: int
) -> Iterator[Graded]:
    chunks = (jobs[n : n + _FEW] for n in range(0, len(jobs), _FEW))
    for graded in workers.each(_elsewhere, ((chunk, encode) for chunk in chunks)):
        yield from graded


def _elsewhere(catalog: Catalog, jobs: Sequence[Job], encode: bool) -> list[Graded]:
    return list(_serial(jobs, catalog, encode))


def _chunk(jobs: Sequence[Job], encode: bool) -> list[Graded]:
    return list(_serial(jobs, _shared[0], encode))


def gate(run: Run, wanted: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The scores below what ``--min`` asks: metric to (mean, asked). Failed answers count as 0.

    Raises:
        InputError: a metric is unknown, or applies to no answer of this run.
    """
    missed: dict[str, tuple[float, float]] = {}
    for metric, least in wanted.items():
        values, _ = run.values(metric)
        if not values or metric in INFORMATIVE:
            known = ", ".join(run.metrics)
            what = "applies to no answer here" if metric in (*OWN, *COMPARED) else "is no score"
            raise InputError(f"--min {metric}: {what}", hint=f"scores of this run: {known}")
        mean = sum(values) / len(values)
        if mean < least - 1e-9:
            missed[metric] = mean, least
    return missed
