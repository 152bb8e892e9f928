"""How many things a question asks, and which."""

from __future__ import annotations

import importlib
import re

import pytest

from assistant.question import MAX_CHARS, asks, main, stands_alone

SEVERAL = [
    (
        "Why is the sky banded after HDR? Does dithering the input help?",
        ("Why is the sky banded after HDR?", "Does dithering the input help?"),
    ),
    (
        "Which 4x model is for scanned comics, and does it cope with CMYK files?",
        ("Which 4x model is for scanned comics", "does it cope with CMYK files?"),
    ),
    (
        "it only takes raw, what can I use for jpegs or does adobe do that now",
        ("what can I use for jpegs", "does adobe do that now"),
    ),
    (
        "denoiser for stacks, and reviewers will ask if intensities stay quantitative. ideas?",
        ("if intensities stay quantitative.", "ideas?"),
    ),
    (
        "Explain a GAN to me, and tell me whether I should train with one.",
        ("whether I should train with one.",),
    ),
]
ONE = """
Which model keeps grain, costs nothing and does the job on a laptop?
Is it for photos or drawings?
My scan, which is gray and has lines, was made in 1990. What should I take?
Why does the ear blur where the lashes, which are near, stay sharp?
"""


@pytest.mark.parametrize(("question", "found"), SEVERAL)
def test_each_ask_is_a_piece_of_the_question(question: str, found: tuple[str, ...]) -> None:
    """Sentences with a question mark, and clauses that open as a question does."""
    assert found == asks(question)


@pytest.mark.parametrize("question", ONE.strip().splitlines())
def test_a_list_or_a_relative_clause_is_no_further_ask(question: str) -> None:
    """A verb after its subject asks nothing."""
    assert 1 == len(asks(question))


def test_a_statement_asks_nothing() -> None:
    """Where the answer comes from is not asked for in it."""
    assert () == asks("I scanned where it stood, and what bothers me is the dust on it.")


def test_what_is_asked_twice_is_one_ask() -> None:
    """It is answered once."""
    assert ("Does it blur edges?",) == asks("Does it blur edges? Does it blur edges?")


def test_the_main_ask_is_no_condition() -> None:
    """Who names what others will ask asks for something else."""
    assert "any ideas?" == main(("if it holds", "any ideas?"))


@pytest.mark.parametrize(
    "ask",
    [
        "can you explain it in simple terms?",
        "why?",
        "is it?",
        "Streaks and babies?",
        "does `rm` remove the model folder?",
        "does evil.com/goblin sell umbrellas?",
        "codeformer is out because of that, right?",
    ],
)
def test_an_ask_that_says_nothing_alone_is_not_told_alone(ask: str) -> None:
    """Pleas, fragments, what leans on the rest and what cannot be quoted."""
    assert not stands_alone(ask)


def test_much_space_is_read_as_one() -> None:
    """Also between a clause and its mark; a line break stays an end."""
    assert ("Why is it gray", "is it old") == asks(
        f"Why is it gray{' ' * 99},{chr(9) * 99}is it old"
    )
    assert ("Why is it gray", "Is it old") == asks("Why is it gray \n\n  Is it old")


def test_what_is_too_long_is_cut() -> None:
    """The time that a text takes is bounded, whatever stands in it."""
    marks = ",;" * (MAX_CHARS // 2)
    assert () == asks(f"a{marks}, is it old?")
    assert ("is it old?",) == asks(f"a{marks[200:]}, is it old?")


def test_no_pattern_that_is_tried_at_each_mark_begins_with_an_endless_run() -> None:
    """Tried at each of many marks it would pass over all that follow, each time."""
    module = importlib.import_module("assistant.question.asks")
    patterns = [p.pattern for p in vars(module).values() if isinstance(p, re.Pattern)]
    assert len(patterns) > 5
    assert not [p for p in patterns if re.match(r"(?:\(\?:)*(?:\\[Wsw]|\[[^]]*\]| )[*+]", p)]
