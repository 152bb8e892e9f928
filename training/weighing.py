"""A logistic weighing of what is counted of sentences, and how well one tells true from false."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch

from assistant.checking.verdict import FEATURES, neighbors, products
from training.labelled import Row

FOLDS, DECAY, WORD_DECAY = 10, 1.2e-4, 5e-4
SEEN = 3  # a word counts by itself from this many sentences on


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


def _often(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    count = collections.Counter(word for group in groups for word in group)
    return tuple(sorted(word for word, n in count.items() if n >= SEEN))
