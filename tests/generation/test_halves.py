"""What an answer says of the second thing that was asked."""

from __future__ import annotations

import pytest

from assistant.checking import verify
from assistant.generation import Composer
from assistant.generation.claims import ask as asked_of_a_model
from assistant.pipeline import Assistant
from assistant.question import asks
from assistant.world import World, build
from assistant.world.unsaid import unstated

LEFT_OPEN = [
    ("Which 4x model do I take for comics, and will the gallery owner accept the prints?", "will"),
    ("What does LPIPS measure? Do journals in radiology accept it?", "Do journals in"),
    ("Why is the sky banded after HDR reconstruction? Does dithering the input help?", "Does dith"),
    (
        "denoiser for noisy 16-bit stacks without ground truth, and reviewers will ask if "
        "intensities stay quantitative. suggestions?",
        "if intensities stay quantitative”.",
    ),
]
ANSWERED = [
    "Which model enlarges a photo 4x, and what do I type to run it?",
    "I ran a tiled upscale and see a grid. What causes the seams, and which setting removes them?",
    "How does Noise2Void learn without clean images, and can I trust it on striped noise?",
    "Which 4x model do I take for comics?",
    "hi there, how are you, can you help me?",
]


ON_RECORD = [
    "Which model enlarges photos 4x, and how many parameters does it have?",
    "Which model enlarges photos 4x, and what license is the code under?",
    "Which model enlarges photos 4x, and does it invent detail?",
    "How does SwinIR work, and was it trained on DIV2K?",
    "Why does SwinIR use windows? Are the weights published somewhere?",
]


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant()


def _world(assistant: Assistant, question: str) -> World:
    wish = assistant.wish(question)
    request, _ = assistant.request(question, wish, 3)
    return build(request, assistant.catalog, wish, parts=True)


@pytest.mark.parametrize(
    ("question", "stays"), [(LEFT_OPEN[0][0], True), *((question, False) for question in ON_RECORD)]
)
def test_a_foreign_draft_cannot_deny_what_is_on_record(
    assistant: Assistant, question: str, stays: bool
) -> None:
    """That an ask is open counts only where no provided fact may meet it."""
    world, said = _world(assistant, question), unstated(asks(question)[1])
    written = Composer().write(world)
    task = written.task.split("\n\n")[0]
    told = verify(written.model_copy(update={"task": f"{task}\n\n{said}"}), world)
    assert stays == (said in told.task)
    assert stays == (not told.findings)


@pytest.mark.parametrize(("question", "ask"), LEFT_OPEN)
def test_an_ask_that_nothing_states_is_named_in_its_own_words(
    assistant: Assistant, question: str, ask: str
) -> None:
    """It passes the check with its fact behind it."""
    answer = assistant.ask(question)
    assert f"Not stated by anything provided: “{ask}" in answer.markdown
    assert () == answer.findings
    assert [c for c in answer.claims if c.facts == ("question-open-1",)]


@pytest.mark.parametrize("question", ANSWERED)
def test_an_ask_that_is_met_is_not_called_open(assistant: Assistant, question: str) -> None:
    """The main ask, what the form is for and what is told nearby are no gaps."""
    assert "Not stated by anything provided" not in assistant.ask(question).markdown


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (
            "Which model removes JPEG blocks, and will the file get smaller?",
            "A cleaned picture saved without loss mostly makes a larger file",
        ),
    ],
)
def test_what_is_known_of_the_second_ask_is_told(
    assistant: Assistant, question: str, known: str
) -> None:
    """The sentence of the glossary that surely answers it, in a paragraph of its own."""
    answer = assistant.ask(question)
    assert [text for text in answer.markdown.split("\n\n") if text.startswith(known)]
    assert () == answer.findings


def test_a_model_that_writes_is_not_offered_that_an_ask_is_open(assistant: Assistant) -> None:
    """Whether it is so depends on what gets written."""
    world = _world(assistant, LEFT_OPEN[0][0])
    assert world.left_open
    assert "Not stated by anything" not in asked_of_a_model(world)


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        (
            "Need a 4x upscaler for a shop, commercial use allowed, weights included",
            "A license of its own for the weights of",
            "The license of the training data",
        ),
        (
            "How many masks did SAM learn from, and can the dataset be used commercially?",
            "The license of the training data of SAM is not recorded.",
            "you may use a model at work",
        ),
    ],
)
def test_the_license_of_the_code_is_not_given_for_another(
    assistant: Assistant, question: str, told: str, not_told: str
) -> None:
    """Weights and data have licenses of their own, or none on record."""
    answer = assistant.ask(question).markdown
    assert told in answer
    assert not_told not in answer
