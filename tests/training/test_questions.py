"""The training questions: labels that are known, nothing from what results are measured on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from assistant.catalog import Catalog
from assistant.encoder.embedding import QueryEncoder
from assistant.question import FORMS
from training.reader_questions import questions


def test_there_are_thousands_by_many_writers_and_a_fifth_need_several_steps() -> None:
    """The size and mixture that the card promises."""
    rows = questions()
    assert len(rows) >= 6_000
    assert len({row.writer for row in rows}) >= 9
    wishes = [row for row in rows if "recommend" in (row.forms or ())]
    assert sum(len(row.tasks or ()) > 1 for row in wishes) >= len(wishes) / 5
    assert set(FORMS) == {form for row in rows for form in row.forms or ()}


def test_no_question_stands_twice() -> None:
    """A text counts once, whoever wrote it."""
    texts = Counter(row.text.casefold() for row in questions())
    assert [] == [text for text, count in texts.items() if count > 1]


def test_tasks_are_those_of_the_vocabulary_and_only_outside_has_none(catalog: Catalog) -> None:
    """A label that the catalog does not know could never be answered."""
    known = {task.id for task in catalog.vocabulary.tasks}
    rows = questions()
    assert set() == {task for row in rows for task in row.tasks or ()} - known
    assert [] == [row.text for row in rows if (not row.tasks) != (row.forms == ("outside",))]


@pytest.mark.long
def test_no_question_comes_near_one_that_results_are_measured_on(rulers: list[str]) -> None:
    """A cosine over .90 to a ruler's question is refused."""
    texts = [row.text for row in questions()]
    encoder = QueryEncoder()
    ours = np.array(encoder.embed_documents(texts), np.float32)
    theirs = np.array(encoder.embed_documents(rulers), np.float32)
    nearest = (ours @ theirs.T).max(axis=1)
    assert [] == [text for text, cosine in zip(texts, nearest, strict=True) if cosine > 0.90]
    assert len(rulers) > 500
