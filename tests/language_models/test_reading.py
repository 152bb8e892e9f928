"""What a language model says that an unclear question means: our labels or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant import Assistant, Catalog
from assistant.generation import open_generator
from assistant.settings import Settings

from .endpoint import Endpoint, Reply, serving

UNCLEAR = "Fix it please."
CLEAR = "Remove the motion blur from my photo."


def reader(catalog: Catalog, endpoint: Endpoint, **ways: Any) -> Assistant:
    """An assistant that may ask the endpoint what a question means."""
    settings = Settings(llm="m", base_url=endpoint.url, **ways)
    return Assistant(catalog, open_generator(settings), read=settings.read)


def test_an_unclear_question_means_what_the_model_says(catalog: Catalog) -> None:
    """Form and steps are the model's, in its order; one call, which shows question and labels."""
    said = json.dumps({"form": "recommend", "tasks": ["colorization", "super-resolution"]})
    with serving(f"Sure.\n```json\n{said}\n```") as endpoint:
        wish = reader(catalog, endpoint, read="model").wish(UNCLEAR)
    assert ("recommend", ("colorization", "super-resolution")) == (wish.form, wish.steps)
    assert "colorization" == wish.task
    (asked,) = endpoint.asked
    prompt = asked["messages"][0]["content"]
    assert f'"{UNCLEAR}"' in prompt
    assert "colorization: " in prompt


@pytest.mark.parametrize(
    "reply",
    [
        Reply("no idea"),
        Reply('{"form": "recommend", "tasks": ["baking"]}'),
        Reply('{"form": "poem", "tasks": ["deblurring"]}'),
        Reply('{"form": "recommend", "tasks": "deblurring"}'),
        Reply(status=500),
    ],
    ids=["prose", "task", "form", "type", "error"],
)
def test_what_is_no_label_of_ours_changes_nothing(catalog: Catalog, reply: Reply) -> None:
    """A model that fails, or answers with anything else, leaves the reading as it was."""
    with serving(reply) as endpoint:
        wish = reader(catalog, endpoint, read="model").wish(UNCLEAR)
    assert Assistant(catalog).wish(UNCLEAR) == wish
    assert endpoint.asked


def test_nobody_is_asked_where_the_reading_is_sure_or_the_reader_alone_was_chosen(
    catalog: Catalog,
) -> None:
    """A clear question costs no call, and without the setting none does."""
    with serving('{"form": "recommend", "tasks": ["hdr"]}') as endpoint:
        clear = reader(catalog, endpoint, read="model").wish(CLEAR)
        reader(catalog, endpoint).wish(UNCLEAR)
    assert "deblurring" == clear.task
    assert [] == endpoint.asked


def test_what_lies_outside_by_the_model_is_refused(catalog: Catalog) -> None:
    """The model may also say that a question is none of ours."""
    with serving('{"form": "outside", "tasks": []}') as endpoint:
        wish = reader(catalog, endpoint, read="model").wish(UNCLEAR)
    assert ("outside", (), None) == (wish.form, wish.steps, wish.task)
