"""The grader on answers whose worth is known (``eval/answers``): good ones, and sixty wrong ones.

    python benchmarks/grader.py [DIR] [--all]

Prints the area under the curve of ``overall`` (how often a good answer scores above a wrong one),
the highest ``overall`` of a worthless answer, and by kind how many faults are named. Exits with 1
when a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import fmean

import numpy as np

from assistant.catalog import Catalog
from assistant.content import folder
from assistant.grading.grader_bench import NAMED, WORTHLESS, Judged, judged
from assistant.grading.validation.measure import auc, measured
from assistant.settings import Settings

AUC, NAMED_OF, WORTH = 0.92, 0.75, 0.3
"""At least; at least; and no worthless answer above."""


def main() -> int:
    """Grade every answer and say whether the bounds hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=folder("eval") / "answers")
    parser.add_argument("--all", action="store_true", help="every answer with its findings")
    flags = parser.parse_args()
    catalog = Catalog.load(cache=Settings().cache_folder)
    found = list(judged(flags.folder, catalog, encode=False))
    wrong = [one for one in found if one.case.kind]
    score = np.array([overall(one) for one in found])
    right = np.array([float(not one.case.kind) for one in found])
    prompts = [one.case.prompt for one in found]
    area = measured("AUC", prompts, lambda at: auc(right[at], score[at]))
    highest = max(overall(one) for one in wrong if one.case.kind in WORTHLESS)
    named = sum(one.named for one in wrong)
    print("| kind | answers | overall | named | marked |\n|---|---|---|---|---|")
    for kind in ("", *NAMED):
        ones = [one for one in found if one.case.kind == kind]
        mean = fmean(map(overall, ones))
        told = f"{sum(o.named for o in ones)} | {sum(o.seen for o in ones)}"
        print(f"| {kind or 'good'} | {len(ones)} | {mean:.2f} | {told} |")
    if flags.all:
        for one in found:
            kinds = [mark.kind for mark in one.graded.marks if mark.harmful]
            print(f"{one.case.id}: {overall(one):.2f} {' '.join(kinds)}")
    bounds = f"95 % over prompts {area.low:.3f} to {area.high:.3f}"
    print(f"\nAUC of overall {area.value:.3f} ({bounds})")
    print(f"{named} of {len(wrong)} faults named")
    print(f"highest overall of a worthless answer {highest:.2f}")
    kept = area.value >= AUC and named >= NAMED_OF * len(wrong) and highest <= WORTH
    print("bounds kept" if kept else "bounds MISSED")
    return 0 if kept else 1


def overall(one: Judged) -> float:
    """The score that counts."""
    return one.graded.scores["overall"] or 0.0


if __name__ == "__main__":
    sys.exit(main())
