"""Train the weighing of sentences: ``python -m training.checker`` (``make train-checker``).

Reads ``training/claims/*.jsonl`` (sentences of ours over worlds of the catalog, true and false),
counts what ``assistant.checking.verdict`` counts, fits a logistic weighing, and writes
``catalog/checker/checker.json`` with its card's figures. Cross-validated by world: no sentence is
judged by weights that saw its world. A minute on one core.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from assistant.catalog import Catalog, statements
from assistant.checking.citations import Links
from assistant.checking.owners import Owners
from assistant.checking.sentence import Judge
from assistant.checking.units import Unit
from assistant.checking.verdict import FEATURES, Weights
from assistant.checking.vocabulary import content
from assistant.prompts import Request
from assistant.text.characters import view
from assistant.world import World, build

CLAIMS = Path(__file__).with_name("claims")
PLACE = Path(__file__).parents[1] / "catalog/checker"
SEED, FOLDS, DECAY, WORD_DECAY = 0, 10, 1e-3, 8e-3
PASS = 0.03  # share of false sentences that may stand in cross-validation, of those words decide
SEEN = 4  # a word counts by itself from this many sentences on


def rarity(catalog: Catalog) -> dict[str, float]:
    """How much each word of the catalog says: 0 in every fact, 1 in one of them."""
    count: collections.Counter[str] = collections.Counter()
    lines = [fact.text for entry in catalog for fact in statements(entry)]
    for text in dict.fromkeys(lines):
        count.update(set(content(view(text))))
    most = math.log(len(lines))
    return {w: round(1 - math.log(n) / most, 3) for w, n in count.most_common() if n > 1}


def worlds(catalog: Catalog) -> dict[str, World]:
    """The worlds that the sentences are about."""
    data = json.loads((CLAIMS / "worlds.json").read_text(encoding="utf-8"))
    return {name: build(Request(**request), catalog) for name, request in data.items()}


def rows() -> list[dict[str, Any]]:
    """All sentences with their labels."""
    files = sorted(CLAIMS.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.open(encoding="utf-8")]


def _judge(world: World, rare: dict[str, float]) -> Judge:
    """The checks of a world with words weighed as now, the rest not yet."""
    owners = Owners(world)
    return Judge(world, Links(world), owners, known=Weights(rare, {}, {}, {}, 0.0, 0.5))


def fit(x: torch.Tensor, y: torch.Tensor, decay: torch.Tensor) -> torch.Tensor:
    """Weights of a logistic fit, the last one its bias."""
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    w = torch.zeros(x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=300, line_search_fn="strong_wolfe")
    decay = torch.cat([decay, torch.zeros(1)])

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)
        value = value + (decay * w * w).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return w.detach()


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, cross-validate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="measure only")
    parser.add_argument("--show", action="store_true", help="print what is judged wrongly")
    asked = parser.parse_args(arguments)
    catalog = Catalog.load()
    known = worlds(catalog)
    all_rows = rows()
    rare = rarity(catalog)
    judges = {name: _judge(world, rare) for name, world in known.items()}
    seen = []
    for row in all_rows:
        judge = judges[row["world"]]
        fault, values, match = judge.weighed(Unit(row["text"], (), ()))
        seen.append((row, fault, values, match))
    open_rows = [one for one in seen if one[1] is None]
    words = collections.Counter(w for _, _, _, m in open_rows for w in set(m.words))
    gone = collections.Counter(w for _, _, _, m in open_rows for w in m.missing)
    said = sorted(w for w, n in words.items() if n >= SEEN)
    left = sorted(w for w, n in gone.items() if n >= SEEN)
    x = torch.tensor(
        [
            [values[f] for f in FEATURES]
            + [float(w in m.missing) for w in left]
            + [float(w in m.words) for w in said]
            for _, _, values, m in open_rows
        ]
    )
    y = torch.tensor([float(row["true"]) for row, *_ in open_rows])
    decay = torch.tensor([DECAY] * len(FEATURES) + [WORD_DECAY] * (len(left) + len(said)))
    names = sorted({row["world"] for row in all_rows})
    random.Random(SEED).shuffle(names)
    fold = {name: n % FOLDS for n, name in enumerate(names)}
    which = torch.tensor([fold[row["world"]] for row, *_ in open_rows])
    odds = torch.zeros(len(y))
    for n in range(FOLDS):
        w = fit(x[which != n], y[which != n], decay)
        odds[which == n] = torch.sigmoid(x[which == n] @ w[:-1] + w[-1])
    false_rows = sum(not row["true"] for row in all_rows)
    true_rows = len(all_rows) - false_rows
    exact = sum(f is not None and not row["true"] for row, f, *_ in seen)
    wrong = sum(f is not None and row["true"] for row, f, *_ in seen)
    print(f"{true_rows} true, {false_rows} false; exact checks cut {exact} false, {wrong} true")
    ranked = sorted(odds[y == 0].tolist(), reverse=True)
    bound = ranked[min(len(ranked) - 1, int(PASS * false_rows))]
    for share in (0.01, 0.02, 0.03, 0.05, 0.1):
        b = ranked[min(len(ranked) - 1, int(share * false_rows))]
        kept = int((odds[y == 1] > b).sum())
        print(
            f"false that stand {share:.2f}: bound {b:.3f}, true that stand {kept / true_rows:.3f}"
        )
    if asked.show:
        for (row, _, _, m), o in sorted(
            zip(open_rows, odds.tolist(), strict=True), key=lambda z: -z[1]
        ):
            if (o > bound) != row["true"]:
                print(
                    f"{o:.2f} {row['true']!s:5} {row['kind']:10} {row['text']}  <- {sorted(m.missing)}"
                )
        for row, f, *_ in seen:
            if f is not None and row["true"]:
                print("EXACT", f.kind, f.evidence, "|", row["text"])
    if asked.dry:
        return
    w = fit(x, y, decay)
    at = len(FEATURES)
    kinds = collections.Counter(row["kind"] for row, *_ in open_rows if not row["true"])
    stood = collections.Counter(
        row["kind"]
        for (row, *_), o in zip(open_rows, odds.tolist(), strict=True)
        if not row["true"] and o > bound
    )
    data = {
        "rarity": rare,
        "features": dict(zip(FEATURES, _round(w[:at]), strict=True)),
        "uncovered": _some(left, w[at : at + len(left)]),
        "said": _some(said, w[at + len(left) : -1]),
        "bias": round(float(w[-1]), 4),
        "bound": round(bound, 4),
        "card": {
            "sentences": len(all_rows),
            "true_kept": round(float((odds[y == 1] > bound).sum()) / true_rows, 3),
            "false_kept": round(float((odds[y == 0] > bound).sum()) / false_rows, 3),
            "false_kept_by_kind": {k: f"{stood[k]} of {n}" for k, n in sorted(kinds.items())},
        },
    }
    PLACE.mkdir(exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    (PLACE / "checker.json").write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
    print(json.dumps(data["card"], indent=1))


def _round(values: Iterable[Any]) -> list[float]:
    return [round(float(v), 4) for v in values]


def _some(words: Sequence[str], values: torch.Tensor) -> dict[str, float]:
    """The words whose weight says anything."""
    return {w: v for w, v in zip(words, _round(values), strict=True) if abs(v) > 0.02}


if __name__ == "__main__":
    main()
