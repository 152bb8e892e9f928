"""What ``grade --validate`` measures, as a table with intervals and published peers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import InputError
from assistant.files import read_text

Values = npt.NDArray[np.float64]
Statistic = Callable[[npt.NDArray[np.int64]], float]
DRAWS = 2_000
DATASETS = ("attributionbench", "ragchecker", "summedits")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: a measured figure with its 95 % interval, or a published one without."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    source: str = "measured"


@dataclass(frozen=True, slots=True)
class Validation:
    """What one file showed."""

    dataset: str
    n: int
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        rows = [{s: getattr(f, s) for s in f.__slots__} for f in self.figures]
        return {"dataset": self.dataset, "n": self.n, "figures": rows, "notes": list(self.notes)}

    def to_markdown(self) -> str:
        """The figures as a table."""
        lines = [
            f"| {self.dataset}, {self.n} rows | value | 95 % | n | from |",
            "|---|---|---|---|---|",
        ]
        for f in self.figures:
            bounds = "" if f.low is None or f.high is None else f"{f.low:.3f} to {f.high:.3f}"
            count = "" if f.n is None else str(f.n)
            lines.append(f"| {f.name} | {f.value:.3f} | {bounds} | {count} | {f.source} |")
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes)]) + "\n"


def validate(dataset: str, path: Path) -> Validation:
    """Measure our scorer on the labelled file at ``path``.

    Raises:
        InputError: unknown data set, or a row that is not in its format (named by number).
    """
    from assistant.grading.validation import attributionbench, ragchecker, summedits

    known = {
        "attributionbench": attributionbench.measure,
        "ragchecker": ragchecker.measure,
        "summedits": summedits.measure,
    }
    if dataset not in known:
        raise InputError(f"--validate {dataset}: unknown", hint=f"one of {', '.join(DATASETS)}")
    return known[dataset](path)


def rows(path: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of a JSON list or JSON-lines file; each must have the ``needed`` fields."""
    text = read_text(path)
    try:
        lines = [line for line in text.split("\n") if line.strip()]
        found = (
            json.loads(text) if text.lstrip().startswith("[") else [json.loads(x) for x in lines]
        )
    except ValueError as error:
        raise InputError(f"{path}: no JSON: {error}", hint="a JSON list or JSON lines") from error
    for number, row in enumerate(found, 1):
        missing = [k for k in needed if not isinstance(row, dict) or k not in row]
        if missing:
            raise InputError(
                f"{path}: row {number} has no {missing[0]!r}", hint="see notes on the format"
            )
    if not found:
        raise InputError(f"{path}: no row", hint="--data names the labelled file")
    return list(found)


def bootstrap(groups: Sequence[str], statistic: Statistic) -> tuple[float, float]:
    """95 % percentile interval of ``statistic`` of row numbers, groups drawn with replacement."""
    names = sorted(set(groups))
    members = {name: [n for n, g in enumerate(groups) if g == name] for name in names}
    arrays = [np.array(members[name]) for name in names]
    random = np.random.default_rng(0)
    found = []
    for _ in range(DRAWS):
        picks = random.integers(0, len(arrays), len(arrays))
        value = statistic(np.concatenate([arrays[k] for k in picks]))
        if not math.isnan(value):
            found.append(value)
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def measured(name: str, groups: Sequence[str], statistic: Statistic) -> Figure:
    """A statistic over all rows with its interval over groups."""
    n = len(groups)
    low, high = bootstrap(groups, statistic)
    return Figure(name, statistic(np.arange(n)), low, high, n)


def macro_f1(truth: Values, said: Values) -> float:
    """Mean of the F1 of both classes; labels and predictions are 0 and 1."""
    scores = []
    for label in (0.0, 1.0):
        hits = float(np.sum((truth == label) & (said == label)))
        size = float(np.sum(truth == label) + np.sum(said == label))
        scores.append(2 * hits / size if size else 0.0)
    return sum(scores) / 2


def balanced_accuracy(truth: Values, said: Values) -> float:
    """Mean of the shares of both classes that are found; nan where a class is missing."""
    with np.errstate(invalid="ignore"):
        shares = [
            float(np.mean(said[truth == x] == x)) if np.any(truth == x) else math.nan
            for x in (0, 1)
        ]
    return sum(shares) / 2


def auc(truth: Values, score: Values) -> float:
    """Area under the ROC curve: how often a positive scores above a negative, ties half."""
    order = np.argsort(score, kind="stable")
    values = score[order]
    ranks = np.empty(len(score))
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    ends = np.r_[starts[1:], len(values)]
    for start, end in zip(starts, ends, strict=True):
        ranks[order[start:end]] = (start + end + 1) / 2
    positive = truth == 1
    p, q = int(positive.sum()), int((~positive).sum())
    if not p or not q:
        return math.nan
    return float((ranks[positive].sum() - p * (p + 1) / 2) / (p * q))


def pearson(x: Values, y: Values) -> float:
    """The correlation; nan for constant data."""
    a, b = x - x.mean(), y - y.mean()
    below = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / below if below else math.nan
