"""In which order steps are named or asked about, and in which one does them."""

from __future__ import annotations

import itertools
from itertools import pairwise

import pytest
from warm_index import warm

from assistant import Assistant, Catalog
from assistant.catalog import reasons
from assistant.question import Wish, arranged, understand
from assistant.question.reader import shipped

BLUR, COLOR, GRAIN, HOLES = "deblurring", "colorization", "denoising", "inpainting"
LARGE, FACE = "super-resolution", "face-restoration"
ASKED = [
    ("Which goes first, the motion blur or the size?", (BLUR, LARGE)),
    ("Do I take out the grain before or after adding color?", (GRAIN, COLOR)),
    ("Is this scratched gray print to be colored first, or repaired first?", (HOLES, COLOR)),
    ("In what sequence would you deblur, denoise and upscale a snapshot?", (GRAIN, BLUR, LARGE)),
    ("Should I enlarge the scan before I remove its scratches?", (HOLES, LARGE)),
    ("I want to denoise a snapshot and make it 4x larger: does the order matter?", (GRAIN, LARGE)),
    ("Can I upscale it 2x prior to taking the noise away?", (GRAIN, LARGE)),
]
NAMED = [
    ("First double the size, then color it", (LARGE, COLOR)),
    ("Sharpen the motion blur. After that make it 4x larger.", (BLUR, LARGE)),
    ("Enlarge it 2x after the grain is gone", (GRAIN, LARGE)),
    ("Remove the scratches, but color it first", (COLOR, HOLES)),
    ("Before you upscale it 3x, fill the torn corner", (HOLES, LARGE)),
]
NO_ORDER = [
    "denoise it, no, actually deblur it and enlarge it",
    "First enlarge it 2x, no wait, denoise it, then enlarge it",
    "My photo is noisy and small, make it 2x larger",
    "Colorize and enlarge these, picture after picture",
]


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


def read(text: str, catalog: Catalog) -> Wish:
    """The wish of a text, before the records are asked."""
    return understand(text, catalog.vocabulary, catalog.labels, shipped())


@pytest.mark.parametrize(("question", "steps"), ASKED)
def test_a_question_for_the_order_gets_the_series_with_its_reasons(
    assistant: Assistant, question: str, steps: tuple[str, ...]
) -> None:
    """Whatever its words: the steps in their order, and why each pair has it, before anything
    else, and nothing of it falls to the check."""
    answer, why = assistant.ask(question), reasons(assistant.catalog)
    told = " ".join(answer.task.split()).lower()
    assert ("recommend", steps, ()) == (answer.wish.form, answer.wish.steps, answer.findings)
    assert all(why[pair].text.rstrip(".").lower() in told for pair in pairwise(steps))


def test_what_is_refused_or_outside_is_no_step(catalog: Catalog) -> None:
    """A question for the order adds the steps that it names, and none that it forbids."""
    forbids = "What goes first, removing the grain or the motion blur? No colorization please."
    assert (GRAIN, BLUR) == read(forbids, catalog).steps
    outside = read("Should I paint the kitchen before or after laying the floor?", catalog)
    assert ((), False) == (outside.steps, outside.asks_order)


@pytest.mark.parametrize(("text", "order"), NAMED)
def test_an_order_that_is_named_is_read(
    catalog: Catalog, text: str, order: tuple[str, ...]
) -> None:
    """By the words between the clauses, whichever clause stands first."""
    assert order == read(text, catalog).order


@pytest.mark.parametrize("text", NO_ORDER)
def test_what_names_no_order_has_none(catalog: Catalog, text: str) -> None:
    """Several steps alone are none, and who corrects himself names none."""
    wish = read(text, catalog)
    assert ((), False) == (wish.order, wish.asks_order)


def test_a_named_order_is_kept_where_nothing_speaks_against_it() -> None:
    """Of a pair that is held in both orders or in none the named one stays; what is held one way
    is put right, and what was not named keeps its place."""
    held = {(GRAIN, LARGE), (COLOR, LARGE), (LARGE, COLOR)}
    for steps, order, expected in (
        ((COLOR, LARGE), (LARGE, COLOR), (LARGE, COLOR)),
        ((BLUR, HOLES), (HOLES, BLUR), (HOLES, BLUR)),
        ((GRAIN, LARGE), (LARGE, GRAIN), (GRAIN, LARGE)),
        ((GRAIN, COLOR, LARGE), (LARGE, COLOR), (GRAIN, LARGE, COLOR)),
        ((LARGE, GRAIN), (), (GRAIN, LARGE)),
    ):
        wish = arranged(Wish(steps=steps, order=order, task=steps[0]), held)
        assert (expected, expected[0]) == (wish.steps, wish.task)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "First enlarge my scan 4x, then remove the scratches. Which models?",
            "You named single-image super-resolution first; here it comes last, because an upsc",
        ),
        ("First enlarge it 2x, then colorize it. Which models?", "Color may also wait until"),
    ],
)
def test_who_named_an_order_hears_what_became_of_it(
    assistant: Assistant, question: str, said: str
) -> None:
    """Another order is said with its reason; the same one has a reason of its own."""
    answer = assistant.ask(question)
    assert said in answer.task
    assert () == answer.findings


def test_the_order_of_the_glossary_is_that_in_which_steps_are_done(catalog: Catalog) -> None:
    """Where the questions that the reader learned from have an order of two repairs of a picture,
    the glossary has a reason for it."""
    why, reader = reasons(catalog), shipped()
    repairs = (BLUR, COLOR, GRAIN, HOLES, LARGE, FACE, "compression-removal", "weather-removal")
    pairs = [reader.ordered(pair) for pair in itertools.combinations(repairs, 2)]
    assert [] == [pair for pair in pairs if pair not in why]


def test_colors_are_corrected_after_what_stretching_would_strengthen(catalog: Catalog) -> None:
    """And before what learned from natural colors: a scratched, small slide."""
    steps = (LARGE, "color-correction", HOLES)
    wish = arranged(Wish(steps=steps, task=LARGE), set(reasons(catalog)))
    assert (HOLES, "color-correction", LARGE) == wish.steps
