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
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import save_file

from assistant.catalog import Catalog, statements
from assistant.checking.citations import Links
from assistant.checking.evidence import Match
from assistant.checking.owners import Owners
from assistant.checking.paired import NETWORK, Paired
from assistant.checking.sentence import Judge
from assistant.checking.units import Unit
from assistant.checking.verdict import COUNTED, FEATURES, READ, Weights, neighbors, products
from assistant.checking.vocabulary import content
from assistant.prompts import Request
from assistant.stored import read_safetensors
from assistant.text.characters import view
from assistant.world import World, build
from training.paired import Pair, Trainer

CLAIMS = Path(__file__).with_name("claims")
PAIRS = CLAIMS / "pairs"
PLACE = Path(__file__).parents[1] / "catalog/checker"
FOLDS, DECAY, WORD_DECAY = 10, 1.2e-4, 5e-4
ASIDE = 3  # the network never sees one world in so many; bounds are chosen there
PASS, KNOWN = 0.04, 0.1  # false sentences that may stand: found facts, named or copied ones
ALONE = 0.04  # the same by counting alone, for the grader
SEEN = 3  # a word counts by itself from this many sentences on
LEAST = 0.02  # a smaller weight of a word says nothing


class Row(NamedTuple):
    """A sentence with its label, what was counted of it after the exact checks, and its facts."""

    world: str
    kind: str
    true: bool
    text: str
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


class Columns(NamedTuple):
    """What each number of a row counts."""

    together: tuple[str, ...]
    uncovered: tuple[str, ...]
    said: tuple[str, ...]
    beside: tuple[str, ...]

    def row(self, row: Row) -> list[float]:
        """The numbers of one sentence."""
        pairs, near = dict(products(row.values)), neighbors(row.match)
        return [
            *(row.values[name] for name in FEATURES),
            *(pairs.get(name, 0.0) for name in self.together),
            *(float(word in row.match.missing) for word in self.uncovered),
            *(float(word in row.match.words) for word in self.said),
            *(float(pair in near) for pair in self.beside),
        ]

    def decay(self) -> torch.Tensor:
        """How strongly each weight is held down."""
        words = len(self.uncovered) + len(self.said) + len(self.beside)
        few = len(FEATURES) + len(self.together)
        return torch.tensor([DECAY] * few + [WORD_DECAY] * words)


def columns(rows: Sequence[Row]) -> Columns:
    """The columns that occur often enough."""
    return Columns(
        tuple(f"{one} {two}" for one, two in itertools.combinations(FEATURES, 2)),
        _often(row.match.missing for row in rows),
        _often(set(row.match.words) for row in rows),
        _often(neighbors(row.match) for row in rows),
    )


def fit(x: torch.Tensor, y: torch.Tensor, decay: torch.Tensor) -> torch.Tensor:
    """Weights of a logistic fit, the last one its bias."""
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    w = torch.zeros(x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=400, line_search_fn="strong_wolfe")
    decay = torch.cat([decay, torch.zeros(1)])

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y)
        value = value + (decay * w * w).sum()
        value.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call] # as above
    return w.detach()


def validated(x: torch.Tensor, y: torch.Tensor, decay: torch.Tensor,
              worlds: Sequence[str]) -> torch.Tensor:  # fmt: skip
    """The odds of each sentence by weights that saw none of its world."""
    names = sorted(set(worlds))
    fold = torch.tensor([names.index(name) % FOLDS for name in worlds])
    odds = torch.zeros(len(y))
    for n in range(FOLDS):
        w = fit(x[fold != n], y[fold != n], decay)
        odds[fold == n] = torch.sigmoid(x[fold == n] @ w[:-1] + w[-1])
    return odds


class Measured(NamedTuple):
    """How sentences rank, true and false, by one way of weighing them."""

    ranks: torch.Tensor
    true: torch.Tensor
    told: Sequence[dict[str, Any]]
    """All of them, with those that the exact checks cut."""

    def number(self, *, true: bool) -> int:
        """How many there are of either."""
        return sum(one["true"] is true for one in self.told)

    def bound(self, share: float) -> float:
        """The rank above which such a share of the false ones stand."""
        ranked = sorted(self.ranks[~self.true].tolist(), reverse=True)
        return float(ranked[int(share * self.number(true=False))])

    def curve(self) -> dict[float, float]:
        """The share of true ones that stand where such a share of false ones does."""
        shares = (0.01, 0.02, 0.03, 0.04, 0.05, 0.1)
        stand = {s: int((self.ranks[self.true] > self.bound(s)).sum()) for s in shares}
        return {s: round(n / self.number(true=True), 3) for s, n in stand.items()}


def passed(told: Iterable[dict[str, Any]], catalog: Catalog, rare: dict[str, float]) -> list[Row]:
    """The sentences that pass the exact checks."""
    judge_of, rows = judges(catalog, rare), []
    for one in told:
        judge, text, true = judge_of(one["world"]), one["text"], bool(one["true"])
        fault, values, match = judge.weighed(Unit(text, (), ()))
        if fault is None and match is not None:
            pair = Pair(text, judge.told(match), true)
            rows.append(Row(one["world"], one["kind"], true, text, values, match, pair))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what is judged wrongly")
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
    known = columns(rows)
    x = torch.tensor([known.row(row) for row in rows])
    y = torch.tensor([float(row.true) for row in rows])
    odds = validated(x, y, known.decay(), [row.world for row in rows])

    new = torch.tensor([row.world in aside for row in rows])
    fresh = [row for row in rows if row.world in aside]
    network = Paired(read_safetensors(PLACE / NETWORK))
    read = torch.tensor([network.score(row.text, row.pair.facts) for row in fresh])
    counted = torch.logit(odds[new].double()).clamp(-COUNTED, COUNTED).float()
    both = torch.stack([counted, read.clamp(-READ, READ)], 1)
    weight = fit(both, y[new], torch.full((2,), DECAY))
    whole = [one for one in told if one["world"] in aside]
    alone = Measured(odds, y > 0, told)
    counting = Measured(odds[new], y[new] > 0, whole)
    summed = Measured(both @ weight[:2], y[new] > 0, whole)
    bounds = {
        "counted": float(weight[0]),
        "read": float(weight[1]),
        "bound": summed.bound(PASS),
        "known": summed.bound(KNOWN),
    }
    ranks = summed.ranks.tolist()
    stand = collections.Counter(
        row.kind
        for row, rank in zip(fresh, ranks, strict=True)
        if not row.true and rank > bounds["bound"]
    )
    kinds = collections.Counter(one["kind"] for one in whole if not one["true"])
    past = collections.Counter(row.true for row in rows)
    card = {
        "sentences": len(told),
        "true": alone.number(true=True),
        "false": alone.number(true=False),
        "cut_by_exact_checks": {
            "true": alone.number(true=True) - past[True],
            "false": alone.number(true=False) - past[False],
        },
        "aside": len(whole),
        "true_kept_where_false_pass": summed.curve(),
        "by_counting_alone": counting.curve(),
        "false_passed_by_kind": {k: f"{stand[k]} of {n}" for k, n in sorted(kinds.items())},
        "pairs": len(paired),
        "pairs_told_apart": told_apart([row for row in pairs if row.world in aside], network),
    }
    rounded = {name: round(value, 4) for name, value in bounds.items()}
    write(fit(x, y, known.decay()), known, rare, (alone.bound(ALONE), rounded), card)
    print(json.dumps(card, indent=1))  # noqa: T201 - a program of its own
    for row, rank in zip(fresh, ranks, strict=True):
        if options.show and (rank > bounds["bound"]) != row.true:
            print(f"{rank:.2f} {row.true!s:5} {row.kind:10} {row.text}")  # noqa: T201 - as above


def told_apart(rows: Sequence[Row], network: Paired) -> float:
    """How often the network holds a true sentence for likelier than a false one of its world."""
    ranks: dict[tuple[str, bool], list[float]] = collections.defaultdict(list)
    for row in rows:
        ranks[row.world, row.true].append(network.score(row.text, row.pair.facts))
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


def _often(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    count = collections.Counter(word for group in groups for word in group)
    return tuple(sorted(word for word, n in count.items() if n >= SEEN))


def _some(words: Sequence[str], values: torch.Tensor) -> dict[str, float]:
    """The words whose weight says anything."""
    pairs = zip(words, values.tolist(), strict=True)
    return {word: round(v, 3) for word, v in pairs if abs(v) > LEAST}


if __name__ == "__main__":
    main()
