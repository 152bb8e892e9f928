"""What a how or why begins with: what answers, how the task is done, or that nothing does."""

from __future__ import annotations

import pytest
from warm_index import warm

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.pipeline import Assistant
from assistant.question import ENLARGING, Wish
from assistant.world.told import UNANSWERED


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


def explained(assistant: Assistant, question: str, *, parts: bool = False) -> Answer:
    wish = Wish(form="explain", task=ENLARGING, steps=(ENLARGING,), odds={ENLARGING: 1.0})
    request, _ = assistant.request(question, wish, 3, parts=parts)
    return assistant.answer(request, wish=wish, parts=parts)


def test_a_why_that_nothing_answers_says_so_first(assistant: Assistant) -> None:
    """And goes on with how the task is done in general, not with a model nobody asked of."""
    answer = explained(assistant, "Why does my uncle's quartet play a fourth string loudest?")
    assert answer.task.startswith(f"{UNANSWERED} In general, super-resolution")
    model = assistant.catalog.get(answer.recommended[0].id)
    assert model is not None
    assert model.name not in answer.task


def test_three_parts_tell_of_the_model_that_is_given(assistant: Assistant) -> None:
    """Who asks for the three parts has the model explained, whatever answers."""
    question = "Why does my uncle's quartet play a fourth string loudest?"
    answer = explained(assistant, question, parts=True)
    model = assistant.catalog.get(answer.recommended[0].id)
    assert model is not None
    assert model.name in answer.task
    assert UNANSWERED not in answer.task


def test_a_plain_how_begins_with_how_the_task_is_done(assistant: Assistant) -> None:
    """And with nothing that may go wrong."""
    answer = assistant.ask("How is rain taken out of a photo?")
    principle = assistant.catalog.get("how-weather-removal")
    assert principle is not None
    assert answer.task.startswith(principle.does)


def test_how_a_thing_was_done_is_no_trouble(assistant: Assistant) -> None:
    """Though our documentation has remedies for the very damage."""
    wish = assistant.wish("How did the AI remove JPEG blocks from my meme?")
    assert ("explain", "compression-removal") == (wish.form, wish.task)
