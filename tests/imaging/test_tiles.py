"""Tiles: everything is covered, nothing shows a seam, a local network gives the same picture."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.imaging.tiles import assembled, smallest_tile, spans, tiling

RNG = np.random.default_rng(3)


@given(
    length=st.integers(1, 400),
    steps=st.integers(2, 12),
    overlap=st.integers(0, 40),
    grid=st.sampled_from([1, 8, 16]),
)
def test_tiles_cover_a_side_overlap_enough_and_begin_on_the_grid(
    length: int, steps: int, overlap: int, grid: int
) -> None:
    """For any length; the last is moved back, never narrow."""
    tile = smallest_tile(overlap, grid, 8) + (steps - 2) * grid
    found = spans(length, tile, 2 * overlap, grid)
    assert (0, length) == (found[0][0], found[-1][1])
    for start, end in found:
        assert 0 == start % grid
        assert min(tile, length) <= end - start < tile + grid
    for (_, end), (start, _) in itertools.pairwise(found):
        assert end - start >= 2 * overlap


def blurred(tile: Any, scale: int, radius: int) -> Any:
    """A local operation: a box filter that sees ``radius`` pixels, then enlarging by repetition."""
    padded = np.pad(tile, ((radius, radius), (radius, radius), (0, 0)), "edge")
    width = 2 * radius + 1
    sums = sum(
        padded[y : y + tile.shape[0], x : x + tile.shape[1]]
        for y in range(width)
        for x in range(width)
    )
    return (sums / width**2).astype(np.float32).repeat(scale, 0).repeat(scale, 1)


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_local_network_gives_the_same_picture_in_tiles(scale: int, kind: Any) -> None:
    """Where half the overlap covers what it sees: equal but for the last bit of rounding."""
    pixels = RNG.integers(0, np.iinfo(kind).max, (83, 121, 3), kind, endpoint=True)
    whole = assembled(pixels, scale, tiling((121, 83), None, 8), lambda t: blurred(t, scale, 3))
    cut = tiling((121, 83), 32, 8)
    parts = assembled(pixels, scale, cut, lambda t: blurred(t, scale, 3))
    assert 20 < cut.count
    assert 1 >= np.abs(parts.astype(int) - whole.astype(int)).max()


def test_tiles_that_disagree_fade_into_each_other() -> None:
    """Each tile has its own brightness; no step between pixels is larger than the fade allows."""
    shades = iter(np.linspace(0.2, 0.8, 30))
    cut = tiling((200, 150), 64, 16)
    pixels = np.zeros((150, 200, 3), np.uint8)
    joined = assembled(
        pixels, 1, cut, lambda tile: np.full(tile.shape, next(shades), np.float32)
    ).astype(int)
    between = 255 * 0.6 / (16 / 2)  # the whole range over half of what neighbors share
    assert np.abs(np.diff(joined, axis=0)).max() <= between
    assert np.abs(np.diff(joined, axis=1)).max() <= between
    assert np.ptp(joined) > 60


def test_each_tile_is_told_once() -> None:
    """As many calls as the receipt will count tiles."""
    told = []
    cut = tiling((100, 40), 32, 4)
    assembled(np.zeros((40, 100, 3), np.uint8), 1, cut, lambda t: t, lambda: told.append(1))
    assert cut.count == len(told) > 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_stop_the_run(value: float) -> None:
    """No black picture is written in silence."""
    with pytest.raises(AssistantError, match="not finite"):
        assembled(
            np.zeros((9, 9, 3), np.uint8),
            1,
            tiling((9, 9), None, 4),
            lambda tile: np.full_like(tile, value),
        )
