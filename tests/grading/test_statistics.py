"""Intervals and tests over prompts, checked against scipy and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assistant.grading.statistics import holm, interval, paired


def names(count: int) -> list[str]:
    return [f"p{n:03}" for n in range(count)]


def test_bca_agrees_with_scipy() -> None:
    """On skewed data the interval is that of scipy's BCa up to the noise of resampling."""
    from scipy.stats import bootstrap

    values = np.random.default_rng(1).beta(8, 2, size=60)
    theirs = bootstrap(
        (values,), np.mean, method="BCa", n_resamples=9999, rng=0
    ).confidence_interval
    ours = interval(list(values), names(60))
    assert pytest.approx((theirs.low, theirs.high), abs=0.004) == (ours.low, ours.high)


def test_prompts_are_resampled_not_answers() -> None:
    """Ten copies of each answer under one prompt leave the interval as wide as one copy."""
    values = list(np.random.default_rng(2).random(20))
    single = interval(values, names(20))
    copied = interval(values * 10, names(20) * 10)
    assert pytest.approx((single.low, single.high)) == (copied.low, copied.high)


def test_few_prompts_take_students_t() -> None:
    """Three prompts: mean 2, standard deviation 1, t(2) = 4.303."""
    found = interval([1.0, 2.0, 3.0], names(3))
    half = 4.303 / math.sqrt(3)
    assert pytest.approx((2 - half, 2 + half)) == (found.low, found.high)
    assert "t, 3 prompts" == found.note


def test_one_prompt_and_constant_data_say_so() -> None:
    """No interval from one prompt; no spread in constant data."""
    assert (None, "one prompt: no interval") == (
        interval([0.5], ["a"]).low,
        interval([0.5], ["a"]).note,
    )
    same = interval([0.7] * 12, names(12))
    assert (0.7, 0.7, "no spread") == (same.low, same.high, same.note)


def test_the_same_data_give_the_same_interval() -> None:
    """Seeded: two calls agree in every bit."""
    values = list(np.random.default_rng(3).random(40))
    assert interval(values, names(40)) == interval(values, names(40))


def test_five_pairs_can_never_be_significant() -> None:
    """Five wins of five: the least p is 2/32, and the note says so."""
    found = paired([0.1, 0.2, 0.3, 0.4, 0.5], names(5))
    assert 2 / 32 == found.p
    assert "impossible" in found.note


def test_identical_runs_are_called_identical() -> None:
    """All differences 0: p is 1 and the interval [0, 0]."""
    found = paired([0.0] * 8, names(8))
    assert (1.0, 0.0, 0.0, "identical") == (
        found.p,
        found.difference.low,
        found.difference.high,
        found.note,
    )


def test_a_clear_difference_is_found_and_a_coin_is_not() -> None:
    """30 gains of about .2 against 30 differences around 0."""
    random = np.random.default_rng(4)
    clear = paired(list(random.normal(0.2, 0.1, 30)), names(30))
    coin = paired(list(random.normal(0.0, 0.1, 30)), names(30))
    assert clear.p < 0.001
    assert coin.p > 0.05
    assert clear.difference.low is not None
    assert clear.difference.low > 0


def test_the_detectable_difference_falls_with_the_number_of_prompts() -> None:
    """Four times the prompts, half the difference: (1.960 + 0.842) s / sqrt(n)."""
    values = [0.1, -0.1] * 50
    found = paired(values, names(100)).detectable
    assert pytest.approx(2.8016 * np.std(values, ddof=1) / 10, rel=1e-3) == found


def test_holm_steps_down() -> None:
    """The smallest p is multiplied by all, the next by one fewer; never below the one before."""
    assert pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06}) == holm(
        {"a": 0.01, "b": 0.04, "c": 0.03}
    )
