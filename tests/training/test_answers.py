"""The questions that teach what answers: their sentences are there, and none is measured on."""

from __future__ import annotations

from training.bearing import tasks
from training.reader_questions import questions


def test_every_question_has_a_sentence_that_answers_it() -> None:
    for task in tasks():
        assert len(task.questions) >= 25, task.name
        assert all(asked.best for asked in task.questions), task.name


def test_no_sentence_both_answers_and_only_is_near() -> None:
    for task in tasks():
        for asked in task.questions:
            assert not set(asked.best) & set(asked.near), asked.text


def test_they_are_questions_that_are_far_from_what_results_are_measured_on() -> None:
    """``test_questions`` holds all of ``training/questions`` against the rulers."""
    known = {row.text for row in questions()}
    assert {asked.text for task in tasks() for asked in task.questions} <= known
