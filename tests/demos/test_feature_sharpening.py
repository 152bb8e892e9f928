"""Feature maps made finer: with the picture they come nearer to those computed fine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assistant.demos import Shown, feature_sharpening
from assistant.demos.feature_sharpening import bilinear, faithful, guided, pooled


def test_the_picture_helps(holds: Callable[[str, Shown], bool]) -> None:
    """Beside bilinear interpolation, and beside a layer trained alike that sees no picture."""
    shown = feature_sharpening.show(0)
    assert holds("feature-sharpening", shown)
    plain, blind, faithful_one, _, edges = shown.figures
    assert blind.gain > 0.1 * blind.baseline
    assert min(plain.gain, faithful_one.gain, edges.gain) > 0


def test_flat_features_stay_flat() -> None:
    """Whatever the picture shows."""
    picture = np.random.default_rng(1).uniform(0, 255, (64, 64, 3))
    coarse = np.full((8, 8, 2), 3.0)
    assert np.allclose(3, bilinear(coarse))
    assert np.allclose(3, guided(coarse, picture, 1.0, 15.0))


def test_features_part_where_the_picture_does() -> None:
    """An edge inside a coarse cell is found to one fine cell; bilinear interpolation spreads it."""
    picture = np.zeros((64, 64, 3))
    picture[:, 36:] = 200
    fine = np.zeros((32, 32, 1))
    fine[:, 18:] = 1
    coarse = pooled(fine, 4)
    near = np.abs(faithful(guided(coarse, picture, 0.0, 15.0), coarse) - fine)
    assert near.mean() < 0.5 * np.abs(bilinear(coarse) - fine).mean()


def test_faithful_maps_average_to_the_coarse_ones() -> None:
    coarse = np.random.default_rng(2).normal(size=(8, 8, 3))
    before = bilinear(coarse)
    left, was = (np.abs(pooled(m, 4) - coarse).mean() for m in (faithful(before, coarse), before))
    assert left < 0.5 * was
