"""Grade our composer's answers to eval/prompts and compare with eval/floors.json.

python benchmarks/gate.py [--update [--lower]]
"""

from __future__ import annotations

import argparse
import sys

from assistant.catalog import Catalog
from assistant.content import folder
from assistant.errors import AssistantError
from assistant.grading.floors import digest_of, read_floors, update
from assistant.grading.inputs import Written, read_prompts, read_references
from assistant.grading.references import COMPARED
from assistant.grading.run import Run, grade, match
from assistant.grading.scores import OWN
from assistant.pipeline import Assistant
from assistant.settings import Settings


def measured() -> Run:
    """Our answers to the evaluation's prompt files, graded."""
    place = folder("eval")
    requests, _ = read_prompts(place / "prompts")
    catalog = Catalog.load(cache=Settings().cache_folder)
    assistant = Assistant(catalog, cache=Settings().cache_folder)
    answers = {name: Written(name, assistant.answer(r).markdown) for name, r in requests.items()}
    references = read_references(place / "references")
    return grade("composer", *match(answers, requests, references), catalog)


def main() -> int:
    """0 if all floors hold, 1 if not; ``--update`` pins, ``--lower`` allows falling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="pin what is measured now")
    parser.add_argument("--lower", action="store_true", help="with --update: floors may fall")
    flags = parser.parse_args()
    place = folder("eval")
    inputs, floors = digest_of(place / "prompts", place / "references"), place / "floors.json"
    summary = measured().summary()
    found = {n: s.interval.mean for n, s in summary.items() if n in (*OWN, *COMPARED)}
    for name, mean in found.items():
        print(f"{name:28} {mean:.4f}")
    try:
        if flags.update:
            update(floors, inputs, found, allow_lower=flags.lower)
            print(f"pinned in {floors}")
        else:
            read_floors(floors).check(inputs, found)
            print("all floors hold")
    except AssistantError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
