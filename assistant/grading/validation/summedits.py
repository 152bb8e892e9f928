"""SummEdits, SciTLDR part (Laban et al., 2023): is a summary with a small edit still consistent?

Rows hold ``doc``, ``summary`` and ``label`` (1 consistent). The scorer sees document and summary
only, and says inconsistent where `edits` finds anything: there is no threshold to fit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.errors import InputError
from assistant.grading.edits import closest, edits
from assistant.grading.validation.measure import (
    Figure,
    Validation,
    Values,
    auc,
    balanced_accuracy,
    measured,
    rows,
)
from assistant.text.sentences import statements

_PEERS = (
    Figure("balanced accuracy, person", 0.893, source="reported, whole domain"),
    Figure("balanced accuracy, GPT-4", 0.824, source="reported, whole domain"),
    Figure("balanced accuracy, ChatGPT", 0.756, source="reported, whole domain"),
    Figure("balanced accuracy, QAFactEval", 0.675, source="reported, whole domain"),
    Figure("balanced accuracy, SummaC-Conv", 0.597, source="reported, whole domain"),
    Figure("balanced accuracy, DAE", 0.547, source="reported, whole domain"),
)


def measure(path: Path) -> Validation:
    """Balanced accuracy of `edits`, and what share of each label it flags."""
    found = rows(path, ("doc", "summary", "label"))
    for number, row in enumerate(found, 1):
        if str(row["label"]) not in ("0", "1"):
            raise InputError(f"{path}: row {number}: label {row['label']!r}", hint="0 or 1")
    truth = np.array([float(row["label"]) for row in found])
    groups = [str(row["doc"]) for row in found]
    said = np.array([float(not edits(row["summary"], row["doc"])) for row in found])
    words = np.array([closest(row["summary"], statements(row["doc"]))[1] for row in found])
    figures = (
        measured(
            "balanced accuracy, edits (ours)",
            groups,
            lambda at: balanced_accuracy(truth[at], said[at]),
        ),
        measured(
            "AUC, share of words in a sentence (baseline)",
            groups,
            lambda at: auc(truth[at], words[at]),
        ),
        _flagged("inconsistent", said[truth == 0]),
        _flagged("consistent", said[truth == 1]),
    )
    documents = len(set(groups))
    notes = (
        f"no threshold; the intervals resample the {documents} documents, which are few",
        "the list of opposites is general English; pairs thought of only because of rows that were "
        "missed here were taken out again",
    )
    return Validation("summedits", len(found), (*figures, *_PEERS), notes)


def _flagged(what: str, said: Values) -> Figure:
    return Figure(f"share of {what} summaries flagged", float(1 - said.mean()), n=len(said))
