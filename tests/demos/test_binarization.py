"""Super-resolution before binarization: thresholds, measures, and what enlarging gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.demos import Shown, binarization


def test_ink_is_found_better_after_the_network(holds: Callable[[str, Shown], bool]) -> None:
    """Beside bicubic interpolation and beside the page as it is, by either threshold."""
    shown = binarization.show(0, pages=1)
    assert holds("document-binarization", shown)
    assert all(figure.gain > 0 for figure in shown.figures[:5])


def test_otsu_parts_two_tones() -> None:
    gray = np.array([[10] * 60 + [200] * 40], np.uint8)
    assert 10 <= binarization.otsu_threshold(gray) < 200


def test_sauvola_finds_faint_ink_on_a_dark_stain() -> None:
    """Where one threshold for the page takes the stain for ink."""
    page = np.full((200, 200), 230, np.uint8)
    page[:, 100:] = 120  # the stain
    page[95:105, 20:80], page[95:105, 130:190] = 100, 20
    ink = page < binarization.sauvola_threshold(page)
    assert (True, True, False, False) == (ink[100, 50], ink[100, 160], ink[20, 50], ink[20, 190])
    assert (page <= binarization.otsu_threshold(page))[20, 190]


def test_a_bar_thins_to_its_middle_line() -> None:
    bar = np.zeros((15, 40), bool)
    bar[5:10, 5:35] = True
    bones = binarization.skeleton(bar)
    assert {7} == set(np.flatnonzero(bones.any(axis=1)).tolist())
    assert 25 <= bones.sum() <= 30


def test_the_f_measures_of_true_ink_are_whole_and_bones_are_enough_for_recall() -> None:
    """Pseudo-F forgives thin strokes, F does not."""
    truth = np.zeros((15, 40), bool)
    truth[5:10, 5:35] = True
    bones = binarization.skeleton(truth)
    assert (1.0, 1.0) == pytest.approx(binarization.f_measures(truth, truth, bones))
    f, pseudo = binarization.f_measures(bones, truth, bones)
    assert f < 0.4
    assert 1.0 == pytest.approx(pseudo)
