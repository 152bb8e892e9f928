"""What a message that no rule knows is taken for: the nearest of our examples."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.chat.kinds import RECORD, Kinds, sayings
from assistant.chat.routes import Route
from assistant.encoder.embedding import QueryEncoder
from assistant.generation.forms.fact import topics

NEGATIVE = {"new", "outside"}  # what is no follow-up


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds(QueryEncoder())


def test_kinds_are_routes_or_what_a_record_states() -> None:
    """What is asked of a record has words that the records are asked with."""
    routes = {kind for kind in sayings() if not kind.startswith(RECORD)} - NEGATIVE
    asked = [kind.removeprefix(RECORD) for kind in sayings() if kind.startswith(RECORD)]
    assert set() == routes - set(get_args(Route))
    assert [] == [topic for topic in asked if len(topics(topic)) != 1]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("got any more ideas?", "alternatives"),
        ("how many megabytes must I fetch?", "record: weights file"),
        ("who are the folks behind it", "record: authors"),
        ("could you say that so that my kids understand", "short"),
        ("alright, goodbye then", "thanks"),
        ("would a court believe that?", "weigh"),
    ],
)
def test_a_message_is_of_the_kind_of_its_nearest_examples(
    kinds: Kinds, said: str, kind: str
) -> None:
    """Words that stand in no example find their kind by meaning."""
    assert kind == kinds.of(said).name


def test_an_example_is_of_its_own_kind(kinds: Kinds) -> None:
    """Few of the examples are nearer to another kind than to their own."""
    told = [(kind, text) for kind, said in sayings().items() for text in said]
    others = [text for kind, text in told if kinds.of(text).name != kind]
    assert [] == others
