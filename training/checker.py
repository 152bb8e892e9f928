"""Train the weighing of sentences: ``python -m training.checker`` (``make train-checker``).

Reads ``training/claims/*.jsonl`` (sentences of ours over worlds of the catalog, true and false),
counts what ``assistant.checking.verdict`` counts, fits a logistic weighing, trains the network that
reads a sentence beside its facts (``training.paired``), weighs both, and writes ``catalog/checker``
with its card's figures. The network is taught by two thirds of the worlds, and by ``pairs``, where
a true and a false sentence differ in nothing that can be counted; on the other worlds, by counts
that saw none of their sentences' world, both are weighed and the bounds chosen. Some 40 minutes of
one core.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from assistant.catalog import Catalog
from assistant.checking.paired import NETWORK, Paired
from assistant.checking.verdict import COUNTED, FEATURES, READ
from assistant.stored import read_safetensors
from training.labelled import PAIRS, Row, passed, rarity, sentences
from training.paired import Trainer
from training.weighing import DECAY, Columns, Measured, columns, fit, validated

PLACE = Path(__file__).parents[1] / "catalog/checker"
ASIDE = 3  # the network never sees one world in so many; bounds are chosen there
PASS, KNOWN = 0.04, 0.1  # false sentences that may stand: found facts, named or copied ones
ALONE = 0.04  # the same by counting alone, for the grader
LEAST = 0.02  # a smaller weight of a word says nothing


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the network of the catalog")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    catalog = Catalog.load()
    rare = rarity(catalog)
    told, paired = sentences(), sentences(PAIRS)
    rows, pairs = passed(told, catalog, rare), passed(paired, catalog, rare)
    aside = set(sorted({row.world for row in (*rows, *pairs)})[::ASIDE])
    if not options.keep:
        trainer = Trainer([row.pair for row in (*rows, *pairs) if row.world not in aside])
        trainer.train()
        save_file(trainer.network.arrays(), PLACE / NETWORK)
    network = Paired(read_safetensors(PLACE / NETWORK))
    known = columns(rows)
    x = torch.tensor([known.row(row) for row in rows])
    y = torch.tensor([float(row.pair.true) for row in rows])
    odds = validated(x, y, known.decay(), [row.world for row in rows])
    alone = Measured(odds, y > 0, told)
    bounds, measured = weighed(rows, odds, [t for t in told if t["world"] in aside], network, aside)
    past = collections.Counter(row.pair.true for row in rows)
    card = {
        "sentences": len(told),
        "true": alone.number(true=True),
        "false": alone.number(true=False),
        "cut_by_exact_checks": {
            "true": alone.number(true=True) - past[True],
            "false": alone.number(true=False) - past[False],
        },
        **measured,
        "pairs": len(paired),
        "pairs_told_apart": told_apart([row for row in pairs if row.world in aside], network),
    }
    write(fit(x, y, known.decay()), known, rare, (alone.bound(ALONE), bounds), card)
    print(json.dumps(card, indent=1))  # noqa: T201 - a program of its own


def weighed(rows: Sequence[Row], odds: torch.Tensor, told: Sequence[dict[str, Any]],
            network: Paired, aside: Collection[str],
            ) -> tuple[dict[str, float], dict[str, Any]]:  # fmt: skip
    """What counts and network weigh together, with the bounds, on the worlds ``aside``; and how
    ``told``, the sentences of these worlds, are told apart by that."""
    new = torch.tensor([row.world in aside for row in rows])
    fresh = [row for row in rows if row.world in aside]
    true = torch.tensor([row.pair.true for row in fresh])
    read = torch.tensor([network.score(row.pair.text, row.pair.facts) for row in fresh])
    counted = torch.logit(odds[new].double()).clamp(-COUNTED, COUNTED).float()
    both = torch.stack([counted, read.clamp(-READ, READ)], 1)
    weight = fit(both, true.float(), torch.full((2,), DECAY))
    counting, summed = Measured(odds[new], true, told), Measured(both @ weight[:2], true, told)
    bounds = {
        "counted": float(weight[0]),
        "read": float(weight[1]),
        "bound": summed.bound(PASS),
        "known": summed.bound(KNOWN),
    }
    stand = collections.Counter(
        row.kind
        for row, rank in zip(fresh, summed.ranks.tolist(), strict=True)
        if not row.pair.true and rank > bounds["bound"]
    )
    kinds = collections.Counter(one["kind"] for one in told if not one["true"])
    measured = {
        "aside": len(told),
        "true_kept_where_false_pass": summed.curve(),
        "by_counting_alone": counting.curve(),
        "false_passed_by_kind": {k: f"{stand[k]} of {n}" for k, n in sorted(kinds.items())},
    }
    return {name: round(value, 4) for name, value in bounds.items()}, measured


def told_apart(rows: Sequence[Row], network: Paired) -> float:
    """How often the network holds a true sentence for likelier than a false one of its world."""
    ranks: dict[tuple[str, bool], list[float]] = collections.defaultdict(list)
    for row in rows:
        ranks[row.world, row.pair.true].append(network.score(row.pair.text, row.pair.facts))
    both = (itertools.product(ranks[w, True], ranks[w, False]) for w in {r.world for r in rows})
    wins = [one > two for one, two in itertools.chain.from_iterable(both)]
    return round(sum(wins) / max(1, len(wins)), 3)


def write(w: torch.Tensor, known: Columns, rare: dict[str, float],
          bounds: tuple[float, dict[str, float]], card: dict[str, Any]) -> None:  # fmt: skip
    """The weights as JSON, a group a line."""
    parts = torch.split(w[:-1], [len(FEATURES), *map(len, known)])
    groups = zip(("features", *Columns._fields), (FEATURES, *known), parts, strict=True)
    data = {
        "rarity": rare,
        **{name: _some(words, values) for name, words, values in groups},
        "bias": round(float(w[-1]), 4),
        "bound": round(bounds[0], 4),
        "both": bounds[1],
        "card": card,
    }
    lines = (f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in data.items())
    PLACE.mkdir(exist_ok=True)
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (PLACE / "checker.json").write_text(text, encoding="utf-8")


def _some(words: Sequence[str], values: torch.Tensor) -> dict[str, float]:
    """The words whose weight says anything."""
    pairs = zip(words, values.tolist(), strict=True)
    return {word: round(v, 3) for word, v in pairs if abs(v) > LEAST}


if __name__ == "__main__":
    main()
