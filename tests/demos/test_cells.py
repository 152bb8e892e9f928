"""Super-resolution before segmentation: cells found, and what enlarging gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.demos import Shown, cells


def test_cells_are_found_better_after_the_network(holds: Callable[[str, Shown], bool]) -> None:
    """Beside bicubic interpolation and beside the slide as it is."""
    shown = cells.show(0, slides=1)
    assert holds("cell-segmentation", shown)
    assert shown.figures[1].gain > 0


def test_the_precision_of_the_truth_is_whole_and_of_nothing_none() -> None:
    truth = np.zeros((20, 20), np.int32)
    truth[2:8, 2:8], truth[10:16, 10:16] = 1, 2
    assert [1.0] * 10 == cells.precisions(truth, truth).tolist()
    assert [0.0] * 10 == cells.precisions(np.zeros_like(truth), truth).tolist()


def test_a_cell_counts_up_to_its_overlap() -> None:
    """Half of a cell is found at an overlap of 0.5, and missed and false above."""
    truth = np.zeros((20, 20), np.int32)
    truth[2:8, 2:8] = 1
    found = np.zeros_like(truth)
    found[2:8, 2:5] = 1
    assert [1.0] + [0.0] * 9 == cells.precisions(found, truth).tolist()


def test_touching_disks_are_parted() -> None:
    y, x = np.mgrid[:120, :160]
    dark = ((y - 60) ** 2 + (x - 55) ** 2 < 25**2) | ((y - 60) ** 2 + (x - 102) ** 2 < 25**2)
    color = np.where(dark[..., None], 60, 230).astype(np.uint8).repeat(3, axis=2)
    found = cells.segmented(color)
    assert 2 == len(np.unique(found)) - 1
    assert found[60, 55] != found[60, 102]


@pytest.mark.parametrize("focus", [cells.NEAR, cells.FAR])
def test_a_slide_is_a_fourth_of_its_truth(focus: tuple[float, float]) -> None:
    truth, low = cells.slide(np.random.default_rng(0), focus)
    assert (cells.SIDE, cells.SIDE) == truth.shape
    assert (cells.SIDE // 4, cells.SIDE // 4, 3) == low.shape
    assert truth.max() >= cells.CELLS
