from __future__ import annotations

from assistant.text.opposites import contraries, opposites
from assistant.text.stems import stem


def test_opposites_hold_both_ways() -> None:
    """What turns a word is turned by it."""
    known = opposites()
    assert all(one in known[two] for one, others in known.items() for two in others)


def test_a_contrary_is_that_of_all_words_that_mean_the_same() -> None:
    """Cheap turns costly, and what is one with big turns what is one with small."""
    assert stem("costly") in contraries()[stem("cheap")]
    assert stem("big") in contraries()[stem("small")]
    assert all(one not in others for one, others in contraries().items())
