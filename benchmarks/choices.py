"""Which model comes first where a question states a condition.

    python benchmarks/choices.py

Of the questions in ``training/choices``, each with its task, how often the model put first is one
that an expert takes, one that will do, one that breaks the condition, or another; and of those that
taught nothing: `bearing` learned from nine in ten of those with a sentence that decides.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

from assistant import Assistant
from training.bearing_questions import choices, parted

SOURCE = Path(__file__).parents[1] / "training/choices"
KINDS = ("best", "fine", "wrong")
MODELS = 60  # that are looked at, as answers do


def main() -> None:
    """Choose for each question and print the shares, writer by writer."""
    assistant = Assistant()
    known = assistant.catalog.vocabulary
    taught = {asked.text for task in parted([*choices()])[1] for asked in task.questions}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for file in sorted(SOURCE.glob("*.jsonl")):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            wish = assistant.wish(row["text"]).of(row["task"], known)
            ranked = assistant.search.find(row["text"], wish, MODELS, "model")
            first = next((r.entry.name for r in ranked if r.entry.task == row["task"]), "")
            kind = next((kind for kind in KINDS if first in row[kind]), "other")
            for name in (file.stem, "all", *(["not taught"] if row["text"] not in taught else [])):
                found[name][kind] += 1
    for name, counts in found.items():
        share = {kind: round(n / counts.total(), 3) for kind, n in sorted(counts.items())}
        print(f"{name} ({counts.total()}): {share}")


if __name__ == "__main__":
    main()
