"""Dataset distillation: a ninth of the patches, well taken, teaches almost as much as all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.demos import Shown, distillation
from assistant.demos.distillation import Network, Patches


@pytest.fixture(scope="module")
def shown() -> Shown:
    return distillation.show(0, draws=1)


def test_condensed_patches_teach_more_than_as_many_random_ones(
    shown: Shown, holds: Callable[[str, Shown], bool]
) -> None:
    """Chosen ones and made ones, by the same network in as many steps."""
    assert holds("dataset-distillation", shown)
    assert shown.figures[1].gain > 0.3


def test_condensed_patches_teach_nearly_as_much_as_all(shown: Shown) -> None:
    """They keep more than three quarters of what all patches gain over bicubic interpolation."""
    made, everything, bicubic = (
        shown.figures[2].value,
        shown.figures[2].baseline,
        shown.figures[4].baseline,
    )
    assert made - bicubic > 0.75 * (everything - bicubic)


def test_a_set_is_as_small_as_it_says_and_weighs_as_much() -> None:
    """The weight of all patches is shared out among those that stand for them."""
    rng = np.random.default_rng(1)
    seen = rng.normal(size=(600, distillation.INPUTS)).astype(np.float32)
    missing = rng.normal(size=(600, distillation.OUTPUTS)).astype(np.float32)
    every = Patches(seen, missing, rng.uniform(1, 2, 600).astype(np.float32))
    chosen, made = distillation.chosen_and_made(every, Network(0), rng)
    count = int(distillation.SHARE * 600)
    assert count - 3 <= len(chosen.seen) == len(made.seen) <= count
    for held in (chosen, made):
        assert float(every.weight.sum()) == pytest.approx(float(held.weight.sum()), rel=1e-4)
    rows = {row.tobytes() for row in seen}
    assert all(row.tobytes() in rows for row in chosen.seen)
    assert not all(row.tobytes() in rows for row in made.seen)


def test_slopes_are_those_of_the_error() -> None:
    """Beside the change of the error under a small step of one weight."""
    rng = np.random.default_rng(2)
    seen, missing = (rng.normal(size=(8, n)).astype(np.float32) for n in (25, 4))
    network = Network(3)
    network.weights[2] += rng.normal(size=network.weights[2].shape).astype(np.float32)

    def error() -> float:
        return float(np.square(network(seen) - missing).sum(axis=1).mean())

    slope = float(network._slopes(seen, missing)[0][4, 5])
    network.weights[0][4, 5] += 0.01
    above = error()
    network.weights[0][4, 5] -= 0.02
    assert slope == pytest.approx((above - error()) / 0.02, rel=0.05, abs=1e-3)
