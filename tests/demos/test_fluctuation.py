"""Fluctuation microscopy: emitters that the mean blurs into one are told apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.demos import Shown, fluctuation


@pytest.fixture(scope="module")
def shown() -> Shown:
    return fluctuation.show(0, frames=1_000, apart=(4, 6))


def test_cumulants_with_reassignment_resolve_what_the_mean_does_not(
    shown: Shown, holds: Callable[[str, Shown], bool]
) -> None:
    """The mean picture shows no dip at 0.57 FWHM, order 2 does, and order 4 a deeper one."""
    assert holds("fluctuation-microscopy", shown)
    second, moved, _, fourth = shown.figures[:4]
    assert second.baseline < 0 < second.value < fourth.value
    assert moved.value < second.value


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again = (fluctuation.show(3, frames=100, apart=(4,)) for _ in range(2))
    assert first.figures == again.figures
    assert first.figures != fluctuation.show(4, frames=100, apart=(4,)).figures


def test_a_cumulant_of_shot_noise_is_none() -> None:
    """Photons of a steady light have a mean and, at lags above 0, nothing else."""
    steady = np.random.default_rng(0).poisson(4.0, (200_000, 1)).astype(np.float32)
    mean, *others = fluctuation.cumulants(steady)[:, 0]
    assert 4.0 == pytest.approx(mean, abs=0.03)
    assert [0.0] * 3 == pytest.approx(others, abs=0.15)


def test_a_pair_is_resolved_where_its_dip_opens() -> None:
    """Between the distances measured; the smallest where it is open there already."""
    apart = (2, 4)
    assert 3 / fluctuation.FWHM == pytest.approx(fluctuation.resolved((-0.1, 0.1), apart))
    assert 2 / fluctuation.FWHM == pytest.approx(fluctuation.resolved((0.1, 0.2), apart))
    assert 4 / fluctuation.FWHM == pytest.approx(fluctuation.resolved((-0.2, -0.1), apart))
