"""Ranking metrics against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from assistant.grading import metrics

GRADES = {"a": 2, "b": 2, "c": 1}
NOTHING: dict[str, int] = {}


def test_exact_are_the_ids_of_the_highest_grade() -> None:
    assert frozenset("ab") == metrics.exact(GRADES)


@pytest.mark.parametrize("grades", [NOTHING, {"a": 0}])
def test_without_a_positive_grade_nothing_is_exact(grades: dict[str, int]) -> None:
    assert frozenset() == metrics.exact(grades)


@pytest.mark.parametrize(
    ("ranking", "k", "expected"),
    [("a", 1, 1.0), ("xa", 1, 0.0), ("xa", 2, 1.0), ("cx", 2, 0.0), ("ab", 2, 1.0), ("", 5, 0.0)],
)
def test_recall_is_1_where_an_exact_id_is_among_the_first_k(
    ranking: str, k: int, expected: float
) -> None:
    assert expected == metrics.recall_at(list(ranking), GRADES, k)


@pytest.mark.parametrize(
    ("ranking", "k", "expected"),
    [("abc", 3, 1.0), ("axcy", 4, 0.5), ("ac", 5, 0.4), ("xa", 1, 0.0), ("", 1, 0.0)],
)
def test_precision_counts_ids_of_any_grade_over_k_places(
    ranking: str, k: int, expected: float
) -> None:
    assert expected == metrics.precision_at(list(ranking), GRADES, k)


@pytest.mark.parametrize(("ranking", "expected"), [("c", 1.0), ("xc", 0.0), ("", 0.0)])
def test_domain_at_1_takes_any_grade_in_the_first_place(ranking: str, expected: float) -> None:
    assert expected == metrics.any_at_1(list(ranking), GRADES)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [("ab", 1.0), ("cb", 0.5), ("xyzb", 0.25), ("c", 0.0), ("0123456789a", 0.0), ("", 0.0)],
)
def test_reciprocal_rank_is_that_of_the_first_exact_id_of_ten(
    ranking: str, expected: float
) -> None:
    assert expected == metrics.reciprocal_rank(list(ranking), GRADES)


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ("ab", 1.0),
        ("ca", (1 / math.log2(3)) / (1 + 1 / math.log2(3))),
        ("axb", (1 + 1 / 2) / (1 + 1 / math.log2(3))),
        ("c", 0.0),
        ("", 0.0),
    ],
)
def test_ndcg_divides_the_gain_by_the_best_possible_one(ranking: str, expected: float) -> None:
    assert pytest.approx(expected) == metrics.ndcg(list(ranking), GRADES)


def test_ndcg_of_more_exact_ids_than_places_reaches_1() -> None:
    assert 1.0 == metrics.ndcg(["a"], {"a": 1, "b": 1, "c": 1}, k=1)


@pytest.mark.parametrize(
    "metric", [metrics.any_at_1, metrics.reciprocal_rank, metrics.ndcg], ids=lambda m: m.__name__
)
def test_without_a_relevant_id_every_metric_is_0(metric: object) -> None:
    assert 0.0 == metric(["a"], NOTHING)  # type: ignore[operator]


def test_the_interval_of_equal_values_is_that_value() -> None:
    assert (0.5, 0.5) == metrics.interval([0.5] * 20)


def test_the_interval_of_one_value_is_that_value() -> None:
    assert (0.25, 0.25) == metrics.interval([0.25])


def test_the_interval_of_no_values_is_unknown() -> None:
    assert [True, True] == [math.isnan(bound) for bound in metrics.interval([])]


def test_the_interval_is_that_of_the_normal_approximation_for_many_values() -> None:
    half = 1.96 * math.sqrt(0.25 / 400)
    assert pytest.approx((0.5 - half, 0.5 + half), abs=0.005) == metrics.interval([0, 1] * 200)


def test_the_interval_is_the_same_every_time() -> None:
    values = [n % 3 / 2 for n in range(50)]
    assert metrics.interval(values) == metrics.interval(values)


def test_a_wider_level_has_a_wider_interval() -> None:
    values = [n % 3 / 2 for n in range(50)]
    low, high = metrics.interval(values, level=0.5)
    lowest, highest = metrics.interval(values, level=0.99)
    assert lowest < low < high < highest
