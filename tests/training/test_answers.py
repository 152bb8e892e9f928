"""The questions that teach what answers: their sentences are there, and none is measured on."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.encoder.embedding import QueryEncoder
from training.bearing_questions import tasks
from training.reader_questions import questions


def test_every_question_has_a_sentence_that_answers_it() -> None:
    for task in tasks():
        assert len(task.questions) >= (2 if task.name.endswith("-more") else 10), task.name
        assert all(asked.best for asked in task.questions), task.name


def test_no_sentence_both_answers_and_only_is_near() -> None:
    for task in tasks():
        for asked in task.questions:
            assert not set(asked.best) & set(asked.near), asked.text


@pytest.mark.long
def test_no_question_comes_near_one_that_results_are_measured_on(rulers: list[str]) -> None:
    """As for the reader's questions, of which most of these are (``test_questions``)."""
    known = {row.text for row in questions()}
    texts = [asked.text for task in tasks() for asked in task.questions if asked.text not in known]
    encoder = QueryEncoder()
    ours = np.array(encoder.embed_documents(texts), np.float32)
    theirs = np.array(encoder.embed_documents(rulers), np.float32)
    nearest = (ours @ theirs.T).max(axis=1)
    assert [] == [text for text, cosine in zip(texts, nearest, strict=True) if cosine > 0.90]
