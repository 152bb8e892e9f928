"""Made scenes: the same for the same seed, and what a view of one sees."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.demos.scenes import scene, softened, view, world


def test_a_seed_is_a_scene() -> None:
    """In the range of 8 bits; another seed is another scene."""
    one, again, other = scene(48, 1, 20), scene(48, 1, 20), scene(48, 2, 20)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert one.min() >= 0
    assert one.max() <= 255


def test_a_view_moved_down_and_right_sees_what_lay_there() -> None:
    held = world(64, 3, 30)
    assert np.array_equal(view(held, 32, 0, (4, -6))[:20, 10:], view(held, 32)[4:24, 4:26])


def test_softening_keeps_the_mean_and_spreads_a_point_by_its_sigma() -> None:
    point = np.zeros((41, 41, 1))
    point[20, 20] = 1
    soft = softened(point, 2.0)[..., 0]
    places = np.arange(41) - 20
    assert 1 == pytest.approx(soft.sum())
    assert 2 == pytest.approx(np.sqrt((soft.sum(axis=1) * places**2).sum()), rel=0.01)
