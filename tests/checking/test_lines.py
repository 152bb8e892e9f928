"""Which numbers say the same."""

from __future__ import annotations

import pytest

from assistant.checking.lines import alike, same
from assistant.checking.numbers import numbers


@pytest.mark.parametrize(
    ("said", "given", "agrees"),
    [
        ("a gain of 0.4-0.9 dB", "gains of 0.4 to 0.9 dB", True),
        ("a gain of up to 0.9 dB", "gains of 0.4-0.9 dB", True),
        ("a gain of at least 0.4 dB", "gains of 0.4-0.9 dB", True),
        ("a gain of 0.9 dB", "gains of 0.4-0.9 dB", False),
        ("a gain of 0.4 dB", "gains of 0.4-0.9 dB", False),
        ("a gain of at least 0.9 dB", "gains of 0.4-0.9 dB", False),
        ("it goes from 8.2% to 3.5%", "it goes from 3.5% to 8.2%", False),
        ("it enlarges 4x", "it enlarges 2x to 4x", True),
    ],
)
def test_one_end_of_a_range_is_not_its_value(said: str, given: str, agrees: bool) -> None:
    """A range is stated whole and in its order; one end only as the bound that it is."""
    (one,), (other,) = numbers(said), numbers(given)
    assert same(one, other) is agrees


def test_a_point_in_a_figure_is_no_mark() -> None:
    """Marks at the end and around words say nothing; one inside a number does."""
    assert alike("It takes 2.5 seconds.", "*it takes 2.5 seconds*")
    assert not alike("It takes 2.5 seconds.", "It takes 25 seconds.")
