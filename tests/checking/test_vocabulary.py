from __future__ import annotations

import pytest

from assistant.checking.vocabulary import clauses, content, signs


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("It never handles fractions.", {"handl", "fraction"}),
        ("It needs tiles rather than halves of a grid.", {"grid"}),
        ("It fails to sharpen edges, and the sky stays.", {"sharpen", "edg"}),
        ("It draws edges not only of faces.", set()),
    ],
)
def test_a_denial_reaches_to_the_end_of_its_clause(text: str, denied: set[str]) -> None:
    """What stands behind a word that denies is denied, and nothing of another clause."""
    assert denied == {word for word, sign in signs(text).items() if sign == 2}


def test_members_of_a_list_are_denied_together() -> None:
    """A clause of one or two words belongs to the next: both nouns have one verb."""
    text = "Hair and background are not restored"
    assert (text,) == clauses(text)
    assert 3 == signs(text)["hair"] == signs(text)["background"]


def test_words_of_the_field_that_mean_the_same_are_one() -> None:
    """A model's "upscale a lightweight image" is our "enlarge a small picture"."""
    assert content("upscale a lightweight image") == content("enlarge a small picture")
