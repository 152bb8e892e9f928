from __future__ import annotations

import dataclasses

import pytest

from assistant.checking.paired import joined
from assistant.checking.verdict import paired, weights


def test_a_fact_carries_itself_and_not_its_contrary() -> None:
    """Nearly the same words may say something else."""
    fact = "Strided convolutions take the photo to a smaller size."
    contrary = "Each picture takes the photo away from strided convolutions without a size."
    facts = [("Fast neural style", fact)]
    assert paired().score(fact, facts) > 0 > paired().score(contrary, facts)


def test_a_fact_does_not_carry_its_denial() -> None:
    """A denial without a counterpart in the facts is none of theirs."""
    facts = [("RCAN", "RCAN passes smooth content along skip connections.")]
    said = paired().score("RCAN passes smooth content along its skip connections.", facts)
    denied = paired().score("RCAN does not pass smooth content along skip connections.", facts)
    assert said > 0 > denied


def test_whose_a_fact_is_is_read_unless_it_says_so() -> None:
    """The name of the item stands before a fact that does not hold it."""
    read: list[str] = []

    def ids(text: str) -> list[int]:
        read.append(text)
        return [1] * len(text.split())

    assert (
        joined(ids, "It is small.", [("RFDN", "RFDN is small."), ("", "Small is light.")])[1] == 5
    )
    joined(ids, "It is small.", [("RFDN", "A small network.")])
    assert "RFDN: " in read
    assert read.count("RFDN: ") == 1


def test_a_long_sentence_and_long_facts_are_cut() -> None:
    """What is read has a bounded length."""
    long = "word " * 500
    found, said = joined(lambda text: [7] * len(text.split()), long, [("", long)] * 3)
    assert (len(found), said) == (160, 66)


@pytest.mark.parametrize(("counted", "stands"), [(8.0, True), (-8.0, False)])
def test_the_network_is_asked_only_where_it_can_change_the_outcome(
    counted: float, stands: bool
) -> None:
    """What counting settles costs nothing."""

    def never() -> float:
        raise AssertionError

    both = {"counted": 1.0, "read": 1.0, "bound": 1.0, "known": 0.0}
    assert dataclasses.replace(weights(), both=both).carries(counted, never, known=False) is stands


def test_named_facts_need_less() -> None:
    """A writer who names the facts behind a sentence is believed sooner."""
    both = {"counted": 1.0, "read": 1.0, "bound": 3.0, "known": 1.0}
    weighing = dataclasses.replace(weights(), both=both)
    assert weighing.carries(1.0, lambda: 1.0, known=True)
    assert not weighing.carries(1.0, lambda: 1.0, known=False)
