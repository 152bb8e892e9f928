"""Reference-based super-resolution: a related picture helps, an unrelated one does no harm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.demos import Shown, reference_sr
from assistant.demos.scenes import gray


@pytest.fixture(scope="module")
def shown() -> Shown:
    return reference_sr.show(0)


def test_a_related_reference_beats_none(shown: Shown, holds: Callable[[str, Shown], bool]) -> None:
    """The same network without a reference is the baseline."""
    assert holds("reference-sr", shown)


def test_an_unrelated_reference_does_no_harm_behind_the_gate(shown: Shown) -> None:
    """Another scene and pure noise cost less than 0.1 dB; with the gate open they would cost 1."""
    _, unrelated, noise, _, opened = shown.figures
    assert unrelated.gain > -0.1
    assert noise.gain > -0.1
    assert opened.gain > 1


def test_a_picture_matches_itself_and_gives_its_own_detail_back() -> None:
    """Nearly everywhere, and what is still missing then is a small part of what was."""
    truth = reference_sr.scene(64, 5, 40)
    asking = reference_sr.low(truth)
    change, mismatch = reference_sr.attended(asking, truth)
    missing = gray(truth) - gray(asking.alone)
    assert np.median(mismatch) < 0.02
    assert np.square(missing - change).mean() < 0.5 * np.square(missing).mean()


def test_shrunk_again_the_result_is_the_given_picture() -> None:
    """With a reference or without."""
    asking = reference_sr.low(reference_sr.scene(64, 6, 40))
    back = reference_sr.resize(reference_sr.changed(asking).astype(float), 1 / reference_sr.SCALE)
    assert np.abs(gray(back) - gray(asking.small)).mean() < 1
