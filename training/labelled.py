"""The labelled sentences of ``claims/``, and what is counted of those that pass exact checks."""

from __future__ import annotations

import collections
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from assistant.catalog import Catalog, statements
from assistant.checking.citations import Links
from assistant.checking.evidence import Match
from assistant.checking.owners import Owners
from assistant.checking.sentence import Judge
from assistant.checking.units import Unit
from assistant.checking.verdict import Weights
from assistant.checking.vocabulary import content
from assistant.prompts import Request
from assistant.text.characters import view
from assistant.world import World, build
from training.paired import Pair

CLAIMS = Path(__file__).with_name("claims")
PAIRS = CLAIMS / "pairs"


class Row(NamedTuple):
    """A sentence with its facts and label, and what was counted of it after the exact checks."""

    world: str
    kind: str
    values: dict[str, float]
    match: Match
    pair: Pair


def rarity(catalog: Catalog) -> dict[str, float]:
    """How much each word of the catalog says: 0 in every fact, 1 in one of them."""
    count: collections.Counter[str] = collections.Counter()
    lines = dict.fromkeys(fact.text for entry in catalog for fact in statements(entry))
    for text in lines:
        count.update(set(content(view(text))))
    most = math.log(len(lines))
    return {word: round(1 - math.log(n) / most, 3) for word, n in count.most_common() if n > 1}


def sentences(folder: Path = CLAIMS) -> list[dict[str, Any]]:
    """All sentences of a folder with their labels."""
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.open(encoding="utf-8")]


def judges(catalog: Catalog, rare: dict[str, float]) -> Callable[[str], Judge]:
    """The checks of each world with words weighed as now, the rest not yet."""
    data = json.loads((CLAIMS / "worlds.json").read_text(encoding="utf-8"))
    known: dict[str, Judge] = {}

    def of(name: str) -> Judge:
        if name not in known:
            world: World = build(Request(**data[name]), catalog)
            bare = Weights(rare, {}, {}, {}, {}, {}, 0.0, 0.5, {})
            known[name] = Judge(world, Links(world), Owners(world), known=bare)
        return known[name]

    return of


def passed(told: Iterable[dict[str, Any]], catalog: Catalog, rare: dict[str, float]) -> list[Row]:
    """The sentences that pass the exact checks."""
    judge_of, rows = judges(catalog, rare), []
    for one in told:
        judge, text = judge_of(one["world"]), one["text"]
        fault, values, match = judge.weighed(Unit(text, (), ()))
        if fault is None and match is not None:
            pair = Pair(text, judge.told(match), bool(one["true"]))
            rows.append(Row(one["world"], one["kind"], values, match, pair))
    return rows
