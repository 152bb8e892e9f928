"""Answers to questions about prints: pixels, dots an inch, factor, before anything else."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.pipeline import Assistant
from assistant.question import Print, Wish
from assistant.world.printing import enough, on_paper

SAID: list[tuple[Wish, list[str]]] = [
    (
        Wish(size=(1200, 800), print=Print(sides=(420, 297), assumed=False, given=68.4)),
        [
            "A print of 42 × 29.7 cm needs 4961×3508 pixels at 300 dpi.",
            "Without enlarging, your picture gives 68 dpi on it; 300 dpi take 4.39x, and 5x is "
            "the next factor.",
        ],
    ),
    (
        Wish(print=Print(sides=(600, 400))),
        [
            "A print of 60 × 40 cm needs 7087×4724 pixels at 300 dpi (assumed: the question names "
            "none)."
        ],
    ),
    (
        Wish(megapixels=12, print=Print()),
        [
            "In the shape 4:3, 12 megapixels are 4000×3000 pixels.",
            "Without enlarging, 4000×3000 pixels print 33.9 × 25.4 cm at 300 dpi (assumed: the "
            "question names none), 67.7 × 50.8 cm at half of that.",
        ],
    ),
    (
        Wish(print=Print(sides=(203.2, 254), dpi=240, assumed=False, given=120, inches=True)),
        [
            "A print of 8 × 10 inches needs 1920×2400 pixels at 240 dpi.",
            "Without enlarging, your picture gives 120 dpi on it; 240 dpi take 2x.",
        ],
    ),
    (
        Wish(print=Print(sides=(900, 0), given=500)),
        [
            "A print of 90 cm needs 10630 pixels at 300 dpi (assumed: the question names none).",
            "Without enlarging, your picture gives 500 dpi on it, so nothing has to be enlarged.",
        ],
    ),
    (Wish(size=(640, 480)), []),
]
ASKED = [
    ("print this 1200x800 photo at A3, 300 dpi", "needs 4961×3508 pixels at 300 dpi."),
    ("for a 60x40 cm canvas", "needs 7087×4724 pixels at 300 dpi (assumed"),
    ("how large can I print 12 megapixels", "print 33.9 × 25.4 cm at 300 dpi (assumed"),
    ("Can I print a 1200x800 photo on A3?", "gives 68 dpi on it; 300 dpi take 4.39x"),
    ("how large can I print a 3000x2000 scan at 200 dpi?", "print 38.1 × 25.4 cm at 200 dpi,"),
]


@pytest.mark.parametrize(("wish", "said"), SAID)
def test_the_arithmetic_of_a_print(wish: Wish, said: list[str]) -> None:
    """What the paper needs, what there is without enlarging, and the factor between."""
    assert said == list(on_paper(wish))


@pytest.mark.parametrize(("question", "said"), ASKED)
def test_answers_state_it_first(catalog: Catalog, question: str, said: str) -> None:
    """It stands in the first part as verified arithmetic, whatever the form of the question."""
    answer = Assistant(catalog).ask(question)
    assert said in answer.task
    assert [] == [f for f in answer.findings if f.action in ("removed", "rejected")]
    told = [claim for claim in answer.claims if said in claim.text]
    places = {cited.id: cited.place for cited in answer.facts}
    assert told
    assert all("arithmetic" in {places[i] for i in claim.facts} for claim in told)


def test_a_picture_with_enough_pixels_needs_no_model(catalog: Catalog) -> None:
    """Who has the pixels of the print is told so and sent to no upscaler."""
    answer = Assistant(catalog).ask("Will 4000x3000 be enough to print on A4 at 300 dpi?")
    assert enough(answer.wish)
    assert "so nothing has to be enlarged." in answer.task
    assert "Yes: " not in answer.task
