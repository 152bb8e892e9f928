"""Causes of damage: each is read from the pixels, moves alone, and is undone as it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from assistant.demos import Shown, causal_sr
from assistant.demos.causal_sr import BASE, Factors, estimated, spoiled


@pytest.fixture(scope="module")
def truth() -> causal_sr.Plane:
    return causal_sr.scene(causal_sr.SIDE, 4, causal_sr.LEAVES)


def test_estimated_factors_restore_better_than_assumed_ones(
    holds: Callable[[str, Shown], bool],
) -> None:
    """And better than plain enlarging; blur and quality are read better than guessed."""
    shown = causal_sr.show(0)
    assert holds("causal-sr", shown)
    middle, plain, _, blur, quality = shown.figures
    assert min(plain.gain, middle.gain, blur.gain, quality.gain) > 0


@pytest.mark.parametrize(("factor", "value"), [("blur", 0.0), ("noise", 0.0), ("quality", 100)])
def test_an_intervention_moves_the_estimate_of_its_factor(
    truth: causal_sr.Plane, factor: str, value: float
) -> None:
    """And leaves those of the others where they were, within their error."""
    before = estimated(spoiled(truth, BASE, 1))
    after = estimated(spoiled(truth, replace(BASE, **{factor: value}), 1))
    moves = {
        "blur": abs(after.blur - before.blur) / 0.3,
        "noise": abs(after.noise - before.noise) / 4,
        "quality": abs(after.quality - before.quality) / 5,
    }
    assert moves.pop(factor) > 1
    assert max(moves.values()) < 1


def test_strong_compression_hides_noise() -> None:
    """What the card says cannot be read: noise of sigma 8 seems to be gone."""
    truth = causal_sr.scene(192, 8, 60)
    assert estimated(spoiled(truth, Factors(1.0, 8.0, 50), 1)).noise < 3


def test_without_blur_and_noise_a_picture_is_only_enlarged() -> None:
    """The filter that undoes nothing changes next to nothing."""
    truth = causal_sr.scene(128, 7, 40)
    small = spoiled(truth, Factors(0.0, 0.0, 100), 1)
    apart = causal_sr.restored(small, Factors(0.0, 0.0, 100)).astype(float) - causal_sr._plain(
        small, 2
    )
    assert np.abs(apart).mean() < 1
