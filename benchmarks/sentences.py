"""The exam of sentences: 200 true and 200 false ones over worlds that no training saw.

    python benchmarks/sentences.py

Prints how many stay and pass, kind by kind, and the time that a sentence takes.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from assistant import Catalog
from assistant.checking.citations import Links
from assistant.checking.owners import Owners
from assistant.checking.sentence import Judge
from assistant.checking.units import Unit
from assistant.prompts import Request
from assistant.world import build

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Judge each sentence by itself and print the counts."""
    catalog = Catalog.load()
    requests = json.loads((ROOT / "training/claims/worlds.json").read_text("utf-8"))
    lines = (ROOT / "eval/claims/sentences.jsonl").read_text("utf-8").splitlines()
    judges: dict[str, Judge] = {}
    stood: Counter[tuple[bool, str]] = Counter()
    of: Counter[tuple[bool, str]] = Counter()
    seconds = 0.0
    for row in map(json.loads, lines):
        if row["world"] not in judges:
            world = build(Request(**requests[row["world"]]), catalog)
            judges[row["world"]] = Judge(world, Links(world), Owners(world))
        start = time.process_time()
        fault = judges[row["world"]].rule(Unit(row["text"], (), ())).fault
        seconds += time.process_time() - start
        of[row["true"], row["kind"]] += 1
        stood[row["true"], row["kind"]] += fault is None
    for true, name in ((True, "true ones that stay"), (False, "false ones that pass")):
        kinds = {kind: f"{stood[true, kind]} of {n}" for (t, kind), n in of.items() if t is true}
        total = sum(n for (t, _), n in stood.items() if t is true)
        print(f"{name}: {total}; {json.dumps(kinds)}")
    print(f"{seconds / len(lines) * 1000:.1f} ms of processor a sentence")


if __name__ == "__main__":
    main()
