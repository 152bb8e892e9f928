"""Which model comes first where a question states a condition.

    python benchmarks/choices.py

Of the questions in ``training/choices``, each with its task, how often the model put first is one
that an expert takes, one that will do, one that breaks the condition, or another.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from assistant import Assistant

SOURCE = Path(__file__).parents[1] / "training/choices"
KINDS = ("best", "fine", "wrong")
MODELS = 60  # that are looked at, as answers do


def main() -> None:
    """Choose for each question and print the counts, writer by writer."""
    assistant = Assistant()
    known = assistant.catalog.vocabulary
    total: Counter[str] = Counter()
    for file in sorted(SOURCE.glob("*.jsonl")):
        found: Counter[str] = Counter()
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            wish = assistant.wish(row["text"]).of(row["task"], known)
            ranked = assistant.search.find(row["text"], wish, MODELS, "model")
            first = next((r.entry.name for r in ranked if r.entry.task == row["task"]), "")
            found[next((kind for kind in KINDS if first in row[kind]), "other")] += 1
        print(f"{file.stem}: {dict(sorted(found.items()))}")
        total += found
    share = {kind: round(n / total.total(), 3) for kind, n in sorted(total.items())}
    print(f"all {total.total()}: {share}")


if __name__ == "__main__":
    main()
