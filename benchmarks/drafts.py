"""Answers of large language models to real prompt files, through the verifier as drafts.

    python benchmarks/drafts.py ../shared/bench/cnaps [--list]

Each answer in ``answers/WRITER/NAME.txt`` is grounded in the world of the prompt file whose items
it speaks of (most of its links are provided there); ``--list`` prints every finding to be read.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from assistant import Catalog, prompts
from assistant.generation import End
from assistant.grounding import judge, settle
from assistant.links import candidates, identify
from assistant.prompts import Request
from assistant.world import build


def keys(text: str) -> frozenset[str]:
    """The identities of all links of a text."""
    found = (identify(c.text) for c in candidates(text))
    return frozenset(i.key for i in found if i)


def prompt_of(text: str, requests: dict[str, Request]) -> tuple[str, float]:
    """The prompt file that provides most of the links of an answer, and their share."""
    said = keys(text)
    given = {
        name: keys("\n".join(link for item in request.items for link in item.links))
        for name, request in requests.items()
    }
    best = max(given, key=lambda name: (len(said & given[name]), -len(given[name])))
    return best, len(said & given[best]) / max(1, len(said))


def main() -> None:
    """Print the table, and with --list every finding."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    catalog = Catalog.load()
    requests = {
        path.stem: prompts.read(path) for path in sorted((arguments.folder / "prompts").glob("*"))
    }
    rows = []
    kinds: dict[str, Counter[str]] = {}
    for folder in sorted((arguments.folder / "answers").iterdir()):
        outcomes: Counter[str] = Counter()
        found: Counter[str] = Counter()
        for path in sorted(folder.glob("*.txt")):
            text = path.read_text()
            name, shared = prompt_of(text, requests)
            if shared < 0.6:
                outcomes["prompt not in the set"] += 1
                continue
            world = build(requests[name], catalog)
            answer = settle(judge(text, End(), world), world)
            outcomes[answer.outcome] += 1
            found.update(f.kind for f in answer.findings)
            for f in answer.findings if arguments.list else ():
                print(f"{folder.name}/{path.stem[:40]} {name} {f.action} {f.kind}: ", end="")
                print(f"{f.span[:220]!r} | {f.evidence[:100]}")
        rows.append((folder.name, outcomes))
        kinds[folder.name] = found
    columns = sorted({c for _, outcomes in rows for c in outcomes})
    print(f"| drafts of | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for writer, outcomes in rows:
        print(f"| {writer} | {' | '.join(str(outcomes[c]) for c in columns)} |")
    print(f"\n| finding | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for kind in sorted({k for found in kinds.values() for k in found}):
        print(f"| {kind} | {' | '.join(str(kinds[w][kind]) for w in kinds)} |")


if __name__ == "__main__":
    main()
