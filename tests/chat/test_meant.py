"""What a message is taken for by the learned reading of it."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.chat.kinds import RECORD, REFINE, kind_of
from assistant.chat.routes import Route
from assistant.generation.forms.fact import topics
from training.reader_questions import follow_ups

NEGATIVE = {"new", "take", "trouble", "usage"}  # what becomes a question, or a change of the wish


def test_kinds_are_routes_changes_or_what_a_record_states() -> None:
    """What is asked of a record has words that the records are asked with."""
    kinds = {kind for row in follow_ups() for kind in row.turns or ()}
    routes = {kind for kind in kinds if ": " not in kind}
    assert set() == routes - set(get_args(Route)) - NEGATIVE
    asked = [kind.removeprefix(RECORD) for kind in kinds if kind.startswith(RECORD)]
    assert [] == [topic for topic in asked if len(topics(topic)) != 1]
    changes = {kind.removeprefix(REFINE) for kind in kinds if kind.startswith(REFINE)}
    aims = {"lighter", "better", "faithful", "terms", "factor", "picture"}
    assert {*aims, "add", "drop", "only", "back"} == changes


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("got any more ideas?", "alternatives"),
        ("how many megabytes must I fetch?", "record: weights file"),
        ("who are the folks behind it", "record: authors"),
        ("could you say that so that my kids understand", "short"),
        ("alright, goodbye then", "thanks"),
        ("would a court believe that?", "weigh"),
        ("my laptop would die from that, something easier on it", "refine: lighter"),
        ("the colors can stay away", "refine: drop"),
    ],
)
def test_a_message_is_of_the_kind_that_it_means(said: str, kind: str) -> None:
    """Words that stand in no example find their kind by meaning."""
    assert kind == kind_of(said).name


def test_what_is_not_english_has_no_kind() -> None:
    """The reader never saw it."""
    assert 0 == kind_of("为什么是这个模型?").odds
