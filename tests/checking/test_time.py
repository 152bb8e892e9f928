"""A long text costs time in proportion to its length, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from assistant.answer import draft
from assistant.checking import verify
from assistant.checking.checker import MAX_TEXT

from . import worlds

SIZE = 1_000_000
BOUND = 10.0  # seconds; most take far less than one, and anything quadratic takes hours
RUNS = {
    "digits": "7",
    "letters": "a",
    "capitals": "A",
    "brackets": "[",
    "closing brackets": ")]",
    "pairs of brackets": "[](",
    "quotes": '"',
    "opening quotes": "“",
    "blanks": " ",
    "line breaks": "\n",
    "underscores": "_",
    "stars": "*",
    "backslashes": "\\",
    "hashes": "#",
    "dots": ".",
    "commas and digits": "1,",
    "digits and blanks": "3 ",
    "factors": "3x",
    "sizes": "64x64 ",
    "ranges": "1-",
    "ampersands": "&#",
    "pipes": "| ",
    "list marks": "- ",
    "hyphens": "a-",
    "schemes": "http://",
    "ids": "1807.02758 ",
    "markers": "[1]",
    "placeholders": "[link",
    "authors": "Wang et al ",
    "names": "SwinIR ",
    "items": "RCAN ",
    "lines of items": "- RCAN enlarges pictures.\n",
    "sentences": "RCAN enlarges pictures by three times. ",
    "sentences with figures": "HiTSR reaches 30.24/0.821 on SUN80. ",
    "sentences with links": "RCAN is at https://arxiv.org/pdf/1807.02758 here. ",
    "sentences with outside names": "SwinIR enlarges pictures. ",
    "quotations": "It says “attains state-of-the-art results without” there. ",
    "headings": "**RCAN**\n\n",
    "nested items": "  - RCAN\n",
    "fences": "```\n",
    "tags": "<img ",
    "zero-width": "\u200b",
}


def seconds(**parts: str) -> float:
    """How long the verification of a draft with these parts takes."""
    world = worlds.world_of("000")
    answer = draft(world, **{"task": "Super-resolution.", "explanation": "RCAN.", **parts})
    start = time.perf_counter()
    verify(answer, world)
    return time.perf_counter() - start


@pytest.mark.long
@pytest.mark.parametrize("unit", RUNS.values(), ids=RUNS.keys())
def test_a_megabyte_is_verified_in_bounded_time(unit: str) -> None:
    """One megabyte of one thing in part 2 is judged within the bound."""
    assert BOUND > seconds(explanation=unit * (SIZE // len(unit)))


@pytest.mark.parametrize("unit", RUNS.values(), ids=RUNS.keys())
def test_the_longest_text_that_is_read_takes_bounded_time(unit: str) -> None:
    """As much of one thing as is read at all is judged within the bound."""
    assert BOUND > seconds(explanation=unit * ((MAX_TEXT - 1000) // len(unit)))


@pytest.mark.parametrize("unit", ["7", "[", "https://arxiv.org/pdf/1807.02758 ", "- RCAN: x\n"])
def test_a_long_part_three_takes_bounded_time(unit: str) -> None:
    """As much of one thing in part 3 as is read is judged within the bound."""
    assert BOUND > seconds(references_text=unit * ((MAX_TEXT - 1000) // len(unit)))


def test_many_different_sentences_take_bounded_time() -> None:
    """No two sentences are alike, so that nothing is saved by remembering."""
    text = " ".join(f"RCAN enlarges picture {n} by three times." for n in range(2000))
    assert BOUND > seconds(explanation=text)


def test_a_text_that_is_no_answer_is_refused() -> None:
    """Beyond the length that is read nothing is verified."""
    world = worlds.world_of("000")
    answer = verify(draft(world, task="Super-resolution.", explanation="RCAN. " * SIZE), world)
    assert ("refused", {"unreadable"}) == (answer.outcome, worlds.kinds(answer))
