"""AttributionBench (Li et al., 2024): does the reference support the claim?

Rows hold ``question``, ``claim``, ``references`` and ``attribution_label``. The scorer sees claim
and references only. Its coefficients were fitted on the dev file, so the figures are
cross-validated by question in ten folds, with the fit of each fold made anew.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import InputError
from assistant.grading.support import (
    COEFFICIENTS,
    Support,
    features,
    fit,
    support,
    windows_of,
)
from assistant.grading.validation.measure import (
    Figure,
    Validation,
    Values,
    auc,
    macro_f1,
    measured,
    rows,
)
from assistant.text.markers import MARKER
from assistant.text.stems import words

FOLDS = 10
Integers = npt.NDArray[np.int64]
_LABELS = {"attributable": 1.0, "not attributable": 0.0}
_SOURCE = re.compile(r"^\s*\[\d+\]\s*(?:https?://\S+)?")


def measure(path: Path) -> Validation:
    """Macro-F1 and AUC of `support`, per source too, beside containment on the same rows."""
    found = rows(path, ("question", "claim", "references", "attribution_label"))
    truth = np.array([_label(row, n, path) for n, row in enumerate(found, 1)])
    groups = [str(row["question"]) for row in found]
    scored = [_score(row) for row in found]
    folds = _folds(groups)
    ours = _cross_validated(scored, truth, folds)
    words_only = _best_threshold(
        np.array([s.containment if s else 0.0 for s, _ in scored]), truth, folds
    )
    said = (ours >= 0.5).astype(float)
    figures = [
        measured(
            "macro-F1, words and encoder (ours)", groups, lambda at: macro_f1(truth[at], said[at])
        ),
        measured(
            "macro-F1, containment of words (baseline)",
            groups,
            lambda at: macro_f1(truth[at], words_only[at]),
        ),
        measured(
            "difference to the baseline",
            groups,
            lambda at: macro_f1(truth[at], said[at]) - macro_f1(truth[at], words_only[at]),
        ),
        measured("AUC (ours)", groups, lambda at: auc(truth[at], ours[at])),
    ]
    for source in sorted({str(row.get("src_dataset", "")) for row in found} - {""}):
        at = np.array([n for n, row in enumerate(found) if row.get("src_dataset") == source])
        figures.append(Figure(f"macro-F1, {source}", macro_f1(truth[at], said[at]), n=len(at)))
    figures += [
        Figure(
            "macro-F1, idf containment in 3 sentences, in-sample",
            0.684,
            source="notes, same dev file",
        ),
        Figure("macro-F1, the same on 500 test rows", 0.704, source="notes, other rows"),
        Figure("macro-F1, fine-tuned GPT-3.5", 0.80, source="reported, other rows"),
    ]
    refit = fit(*_matrix(scored, truth))
    shipped = ", ".join(f"{c:.3f}" for c in COEFFICIENTS)
    notes = (
        f"cross-validated by question in {FOLDS} folds; the intervals resample questions",
        f"shipped coefficients {shipped}; fitted on this whole file: "
        + ", ".join(f"{c:.3f}" for c in refit),
    )
    return Validation("attributionbench", len(found), tuple(figures), notes)


def _label(row: dict[str, Any], number: int, path: Path) -> float:
    label = _LABELS.get(str(row["attribution_label"]))
    if label is None:
        raise InputError(
            f"{path}: row {number}: attribution_label {row['attribution_label']!r}",
            hint="attributable or not attributable",
        )
    return label


def _score(row: dict[str, Any]) -> tuple[Support | None, int]:
    """What `support` finds, and the length of the evidence it was found in."""
    given = row["references"]
    texts = ast.literal_eval(given) if isinstance(given, str) else given
    texts = [_SOURCE.sub("", str(text)) for text in texts]
    evidence = windows_of(["\n".join(texts)])
    size = sum(len(words(text)) for text in texts)
    return support([MARKER.sub(" ", row["claim"])], evidence)[0], size


def _folds(groups: list[str]) -> Integers:
    """The fold of each row: questions by size, each to the smallest fold so far."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * FOLDS
    fold: dict[str, int] = {}
    for group in sorted(sizes, key=lambda g: (-sizes[g], g)):
        fold[group] = filled.index(min(filled))
        filled[fold[group]] += sizes[group]
    return np.array([fold[group] for group in groups])


def _matrix(scored: list[tuple[Support | None, int]], truth: Values) -> tuple[Values, Values]:
    """Inputs and labels of the rows that reach the logistic function."""
    kept = [
        (features(s.alignment, size), y)
        for (s, size), y in zip(scored, truth, strict=True)
        if s and s.alignment is not None
    ]
    return np.array([x for x, _ in kept]), np.array([y for _, y in kept])


def _cross_validated(
    scored: list[tuple[Support | None, int]], truth: Values, folds: Integers
) -> Values:
    found = np.zeros(len(truth))
    for fold in range(FOLDS):
        train = [one for one, f in zip(scored, folds, strict=True) if f != fold]
        beta = fit(*_matrix(train, truth[folds != fold]))
        for n in np.flatnonzero(folds == fold):
            s, size = scored[n]
            if s is None:
                continue
            if s.alignment is None:
                found[n] = s.probability
            else:
                found[n] = 1 / (1 + np.exp(-(np.array(features(s.alignment, size)) @ beta)))
    return found


def _best_threshold(score: Values, truth: Values, folds: Integers) -> Values:
    """Predictions with, for each fold, the threshold that is best on the others."""
    said = np.zeros(len(truth))
    grid = np.linspace(0.3, 0.9, 61)
    for fold in range(FOLDS):
        train = folds != fold
        best = max(grid, key=lambda t: macro_f1(truth[train], (score[train] >= t).astype(float)))
        said[~train] = score[~train] >= best
    return said
