"""A run against a baseline: the same prompts, differences tested, Holm over all scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assistant.grading.run import Run
from assistant.grading.statistics import Paired, holm, paired


@dataclass(slots=True)
class Comparison:
    """Paired comparisons by score, and the prompts that only one run answers."""

    baseline: str
    common: int
    only_here: list[str]
    only_there: list[str]
    scores: dict[str, Paired]
    differences: dict[str, list[tuple[str, float]]]

    def to_json(self) -> dict[str, Any]:
        """As the reports print it, rounded to six places."""
        rows = {}
        for name, p in self.scores.items():
            d = p.difference
            rows[name] = {
                "difference": round(d.mean, 6),
                "low": None if d.low is None else round(d.low, 6),
                "high": None if d.high is None else round(d.high, 6),
                "n": d.n,
                "p": round(p.p, 6),
                "p_holm": round(p.holm, 6),
                "wins": p.wins,
                "ties": p.ties,
                "losses": p.losses,
                "detectable": None if p.detectable is None else round(p.detectable, 6),
                "note": "; ".join(filter(None, dict.fromkeys([p.note, d.note]))),
            }
        return {
            "baseline": self.baseline,
            "common_prompts": self.common,
            "only_here": self.only_here,
            "only_there": self.only_there,
            "scores": rows,
        }


def compare(run: Run, baseline: Run) -> Comparison:
    """Differences run minus baseline of each score, over the prompts that both answer.

    Several answers to one prompt count with their mean. A score is compared on the prompts
    where it applies in both runs; a failed answer counts as 0.
    """
    here, there = _by_prompt(run), _by_prompt(baseline)
    both = sorted(set(here) & set(there))
    scores: dict[str, Paired] = {}
    differences: dict[str, list[tuple[str, float]]] = {}
    for metric in (m for m in run.metrics if m in set(baseline.metrics)):
        pairs = [(p, here[p][metric] - there[p][metric]) for p in both
                 if metric in here[p] and metric in there[p]]  # fmt: skip
        if pairs:
            scores[metric] = paired([d for _, d in pairs], [p for p, _ in pairs])
            differences[metric] = pairs
    adjusted = holm({name: p.p for name, p in scores.items()})
    return Comparison(
        baseline.name,
        len(both),
        sorted(set(here) - set(there)),
        sorted(set(there) - set(here)),
        {name: replace(p, holm=adjusted[name]) for name, p in scores.items()},
        differences,
    )


def _by_prompt(run: Run) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, list[float]]] = {}
    for one in run.graded:
        scores = found.setdefault(one.prompt, {})
        for name, value in one.scores.items():
            if value is not None:
                scores.setdefault(name, []).append(value)
    return {p: {m: sum(v) / len(v) for m, v in s.items()} for p, s in found.items()}
